-- engine: postgres
-- snapshot
create type mood as enum ('sad','ok','it''s, "q"');
create domain dom as int check (value > 0);
create domain dom2 as dom;
create domain domt as varchar(7) default 'dd';
create domain domn as numeric(8,3) not null default 1.5;
create type comp as (a int, b text);
create table a (id int primary key, i2 smallint[], i4 int[], i8 bigint[], f4 real[], f8 double precision[], n numeric(8,2)[], nn numeric[], t text[], vc varchar(5)[], c char(3)[], b boolean[], d date[], ts timestamp[], tz timestamptz[], ti time[], tt timetz[], u uuid[], j json[], jb jsonb[], by bytea[], e mood[], ip inet[], ci cidr[], ma macaddr[], r4 int4range[], rt tstzrange[], o oid[], m money[], iv interval[], x xml[], bi bit(3)[], p point[], vb varbit[], nm name[]);
insert into a values (1,'{1,-2,NULL}','{1,2}','{9223372036854775807}','{1.5,NaN}','{1e10,-Infinity}','{1.10,NULL,-2.25}','{1.5,100,0.001}','{"a b","c\"d","e\\f",NULL,"NULL",""}','{abc}','{a,b}','{t,f,NULL}','{2024-01-02}','{"2024-01-02 03:04:05.678901"}','{"2024-01-02 03:04:05+02"}','{01:02:03}','{01:02:03+01}','{b68a35a7-17ad-35b3-af2a-ae46edb4545a}','{"{\"a\": 1}"}','{"{\"a\": 1}"}','{"\\x00ff"}','{sad,"it''s, \"q\""}','{10.0.0.1,10.0.0.0/8}','{10.0.0.0/8}','{08:00:2b:01:02:03}','{"[1,5)"}','{"[\"2024-01-01 00:00:00+00\",)"}','{1,2}','{1.5}','{"1 day"}','{<a/>}','{101}','{"(1,2)"}','{101}','{abc}');
insert into a (id) values (2);
insert into a (id,i2,t,n,e) values (3,'{}','{}','{}','{}');
create table dm (id int primary key, a dom, b dom2, c domt, d domn, e mood default 'ok', f mood not null default 'sad', g dom[], h comp, i mood[] default '{sad}', k text[] default '{a,b}', l int[] not null default '{1,2}');
insert into dm (id,a,b,g,h) values (1,5,6,'{1,2}','(1,x)');
-- stream
insert into a select id+10,i2,i4,i8,f4,f8,n,nn,t,vc,c,b,d,ts,tz,ti,tt,u,j,jb,by,e,ip,ci,ma,r4,rt,o,m,iv,x,bi,p,vb,nm from a;
insert into dm (id,a,b,g,h) values (2,5,6,'{1,2}','(1,x)');
