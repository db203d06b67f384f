-- engine: postgres
-- set: include.unknown.datatypes=true
-- set: decimal.handling.mode=string
-- set: hstore.handling.mode=map
-- set: interval.handling.mode=string
-- set: binary.handling.mode=hex
-- set: time.precision.mode=isostring
-- set: money.fraction.digits=3
-- snapshot
create extension if not exists citext with schema public;
create extension if not exists ltree with schema public;
create extension if not exists hstore with schema public;
create extension if not exists isn with schema public;
create extension if not exists cube with schema public;
create extension if not exists seg with schema public;
create extension if not exists lo with schema public;
create type mood as enum ('sad','ok');
create domain d1 as int; create domain d2 as d1 default 3; create domain da as int[]; create domain dn as numeric; create domain dn2 as numeric(7,2); create domain dts as timestamp(3); create domain dtz as timestamptz; create domain db as bytea; create domain dj as jsonb; create domain dbit as bit(4); create domain dv as varchar(12); create domain dv2 as dv; create domain dm as money; create domain dh as hstore; create domain dl as ltree; create domain diso as interval; create domain du as uuid; create domain dtime as time(2); create domain dtimetz as timetz; create domain dbool as boolean; create domain dchar as char(5); create domain dct as citext; create domain dd as date; create domain df as real; create domain dbl as double precision; create domain di2 as smallint; create domain di8 as bigint; create domain dpt as point; create domain dx as xml; create domain dr as int4range; create domain dinet as inet; create domain doid as oid;
create table dom (id int primary key, a d1, b d2, c da, d mood, e dn, f dn2, g dts, h dtz, i db, j dj, k dbit, l dv, m dv2, n dm, o dh, p dl, q diso, r du, s dtime, t dtimetz, u dbool, v dchar, w dct, x dd, y df, z dbl, aa di2, ab di8, ac dpt, ad dx, ae dr, af dinet, ag doid);
insert into dom values (1,1,2,'{1,2}','ok',1.5,2.25,'2024-01-02 03:04:05.678','2024-01-02 03:04:05.678+02','\x00ff','{"a":1}',b'1010','abc','def','12.34','a=>1','a.b.c','1 day','b68a35a7-17ad-35b3-af2a-ae46edb4545a','01:02:03.45','01:02:03.45+02',true,'ch','CiT','2024-01-02',1.5,2.5,3,4,'(1,2)','<a/>','[1,5)','10.0.0.1',77);
insert into dom (id) values (2);
create table domd (id int primary key, a d1 default 5, b d2, d mood default 'ok', e dn default 1.5, f dn2 not null default 2.25, g dts default '2024-01-02 03:04:05.678', h dtz not null default now(), i db default '\x00ff', j dj default '{}', k dbit default b'1010', l dv default 'abc', m dv2 not null default 'def', n dm default '12.34', q diso default '1 day', r du default gen_random_uuid(), s dtime default '01:02:03', u dbool default true, v dchar default 'ch', x dd default '2024-01-02', y df default 1.5, z dbl default 2.5, aa di2 default 3, ab di8 default 4, af dinet default '10.0.0.1', ag doid default 7);
insert into domd (id,h,r) values (1,'2024-01-01','b68a35a7-17ad-35b3-af2a-ae46edb4545a');
create table ext (id int primary key, c citext, cc citext not null default 'Abc', l ltree, lq lquery, lt ltxtquery, h hstore, hn hstore not null default 'a=>1', i13 isbn13, is2 isbn, e13 ean13, cu cube, sg seg, l_o lo, ca citext[], la ltree[], ha hstore[]);
insert into ext values (1,'Ab','x','a.b.c','a.*','a & b','a=>1, b=>NULL, "c d"=>"e f"','x=>y','9780393040029','9780393040029','9780393040029','(1,2,3)','1.5 .. 2.5',123,'{Ab,NULL}','{a.b,c}','{"a=>1"}');
insert into ext (id) values (2);
-- stream
insert into dom select id+10,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,aa,ab,ac,ad,ae,af,ag from dom;
insert into domd (id,h,r) values (2,'2024-01-01','b68a35a7-17ad-35b3-af2a-ae46edb4545a');
insert into ext select id+10,c,cc,l,lq,lt,h,hn,i13,is2,e13,cu,sg,l_o,ca,la,ha from ext;
update ext set h='' where id=1;
