-- engine: postgres
-- set: decimal.handling.mode=precise
-- set: interval.handling.mode=string
-- set: binary.handling.mode=bytes
-- set: time.precision.mode=adaptive
-- snapshot
create extension if not exists citext with schema public;
create type mood as enum ('sad','ok');
create domain d1 as int; create domain da as int[]; create domain dv as varchar(5); create domain dn as numeric(6,2);
create table a (id int primary key, i int[], ii int[][], t text[], tt text[][], n numeric[], n2 numeric(6,2)[], f4 real[], f8 float8[], b boolean[], d date[], ts timestamp[], ts3 timestamp(3)[], tz timestamptz[], tm time[], tmtz timetz[], u uuid[], j json[], jb jsonb[], by bytea[], mo money[], iv interval[], e mood[], x xml[], ip inet[], ci cidr[], ma macaddr[], m8 macaddr8[], o oid[], bt bit[], bt3 bit(3)[], vb varbit[], r4 int4range[], nr numrange[], tr tsrange[], c char(3)[], vc varchar(5)[], qc "char"[], nm name[], ct citext[], i2 smallint[], i8 bigint[], daa da[], dd d1[], dvv dv[], dnn dn[], dda da, p point[], tv tsvector[], pl pg_lsn[], xi xid[], rc regclass[]);
insert into a values (1,'{1,2}','{{1,2},{3,4}}','{a}','{}','{1.5,100000000000000000000}','{1.10}','{1.5,NaN,Infinity,-Infinity,1e-20}','{1e300,NaN,-Infinity}','{t,f,NULL}','{infinity,-infinity,12345-01-01}','{infinity,-infinity,12024-01-01 00:00:00}','{2024-01-01 00:00:00.1235}','{infinity,2024-01-01 00:00:00+05:30}','{00:00:00,23:59:59.999}','{24:00:00+00,01:02:03-07:30}','{b68a35a7-17ad-35b3-af2a-ae46edb4545a,NULL}','{"{\"a\":1}",null}','{"{\"a\": [1,2]}","\"str\"","null"}','{"\\x00ff","\\x",NULL}','{1.5,-2.25,$1000.00}','{1 day,-1 year -2 mons,01:02:03.5}','{ok,NULL,sad}','{<a/>,"<b>x</b>"}','{10.0.0.1,::1/128}','{10.0.0.0/8}','{08:00:2b:01:02:03}','{08:00:2b:01:02:03:04:05}','{1,4294967295}','{1,0}','{101,010}','{1,1010}','{"[1,5)",empty}','{"[1.5,2.5]"}','{"[2024-01-01,2024-01-02)"}','{a,abc}','{abc,""}','{a,b}','{n1,"N 2"}','{Ab,cD}','{1,NULL}','{9223372036854775807}','{"{1,2}"}','{1,2}','{ab,c}','{1.5,2}','{1,2,NULL}','{"(1,2)"}','{"''a'':1"}','{16/B374D848}','{5}','{pg_class}');
insert into a (id) values (2);
insert into a (id,i,t,n,f8,b,d,ts,tz,by,e,u,j,ii) values (3,'{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}');
insert into a (id,i,t,n,f8,b,d,ts,tz,by,e,u,j) values (4,'{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}','{NULL}');
insert into a (id,i,t) values (5,'[0:2]={1,2,3}','[-1:0]={a,b}');
insert into a (id,i,b,f8,d) values (6,'{{1},{2}}','{{t}}','{{1.5}}','{{2024-01-01}}');
insert into a (id,n,n2,by,ts,tz,mo,iv,tm,i8,i2,f4) values (7,'{{1.5}}','{{1.5}}','{{"\\x00"}}','{{2024-01-01}}','{{2024-01-01}}','{{1}}','{{1 day}}','{{01:00}}','{{1}}','{{1}}','{{1}}');
create table ad (id int primary key, i int[] default '{1,2}', i_n int[] not null default '{1,NULL}', t text[] default '{a,b}', tn text[] not null default array['x','y'], n numeric(5,2)[] default '{1.5}', b boolean[] default '{t}', u uuid[] default '{}', d date[] default '{2024-01-01}', ts timestamp[] default '{2024-01-01}', f float8[] not null default '{1.5}', j jsonb[] default '{}', by bytea[] default '{}', e mood[] default '{ok}', en mood[] not null default '{}', v varchar(5)[] default array[]::varchar[], ai bigint[] default array[1,2]::bigint[], ii int[][] default '{{1},{2}}');
insert into ad (id) values (1);
-- stream
insert into a select id+10, i,ii,t,tt,n,n2,f4,f8,b,d,ts,ts3,tz,tm,tmtz,u,j,jb,by,mo,iv,e,x,ip,ci,ma,m8,o,bt,bt3,vb,r4,nr,tr,c,vc,qc,nm,ct,i2,i8,daa,dd,dvv,dnn,dda,p,tv,pl,xi,rc from a;
insert into ad (id) values (2);
update a set i='{5}', t='{new}' where id=2;
