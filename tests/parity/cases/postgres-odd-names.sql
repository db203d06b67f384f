-- engine: postgres
-- set: decimal.handling.mode=string
-- set: time.precision.mode=connect
-- set: binary.handling.mode=hex
-- set: interval.handling.mode=string
-- set: hstore.handling.mode=map
-- set: field.name.adjustment.mode=avro_unicode
-- set: schema.name.adjustment.mode=avro
-- set: column.mask.with.5.chars=.*\.m1
-- set: column.truncate.to.2.chars=.*\.m2
-- set: column.propagate.source.type=.*
-- set: message.key.columns=(.*)\.k:b,a
-- set: tombstones.on.delete=false
-- snapshot
create extension if not exists hstore with schema public;
create extension if not exists ltree with schema public;
create extension if not exists citext with schema public;
create table "We-ird.T" (id int primary key, "1a" int, "b-c" numeric(6,2)[], "d é" interval, m1 varchar(20), m2 text, "_x_" bytea default '\x0102', o oid, x xml, tr tsrange, mr int4multirange, mac macaddr8, lt public.ltree, ci public.citext, pt point default '(1,2)', ln line, ls lseg, bx box, ph path, pg polygon, ck circle, ip inet[], tz timetz default '10:00:00+02', n numeric default 'NaN', ir int4range default '[1,5)', ch "char" default 'c', bp bpchar(5) default 'ab', vb varbit(9) default '101', b3 bit(3) default '110', u uuid default '00000000-0000-0000-0000-000000000001', ts timestamptz default '2020-01-01 00:00:00+03', d date default '2020-02-02', iv interval default '1 mon 2 days', f4 real default 1.1, i2 smallint default -1, mn money default 5.5);
insert into "We-ird.T" (id,"1a","b-c","d é",m1,m2,o,x,tr,mr,mac,lt,ci,ln,ls,bx,ph,pg,ck,ip) values (1,1,'{1.5,NULL,22.25}','-1 year 2 mons -3 days 04:05:06.789','mask me','truncate',42,'<a>b</a>','[2020-01-01 00:00:00,2020-01-02)','{[1,3),[5,7)}','08:00:2b:01:02:03:04:05','a.b.c','CiText','{1,2,3}','((0,0),(1,1))','((0,0),(1,1))','[(0,0),(1,1)]','((0,0),(1,1),(1,0))','<(1,1),2>','{10.0.0.1/8,::1}');
create table k (id int primary key, a int, b text, h public.hstore);
insert into k values (1,2,'b','a=>1,"q x"=>NULL');
-- stream
insert into "We-ird.T" (id) values (2);
update "We-ird.T" set id=3, m1=null, m2='é日本x' where id=2;
update k set a=null where id=1;
update k set b='z', h='' where id=1;
delete from k where id=1;
insert into k values (2,null,null,null);
alter table "We-ird.T" add column "new.col" timestamp(2) default '2020-01-01 01:01:01.126', add column t6 time(6) default '01:02:03.123456', add column t0 time(0);
insert into "We-ird.T" (id,t0) values (4,'23:59:59');
