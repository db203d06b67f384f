-- engine: postgres
-- set: include.unknown.datatypes=false
-- snapshot
create type comp as (a int, b text);
create domain dom as int;
create type rng as range (subtype = float8);
create table u (id int primary key, c comp, tq tsquery, tv tsvector, l pg_lsn, x txid_snapshot, b box, ls lseg, pa path, po polygon, ci circle, li line, da dom[], mr int4multirange, rg rng, m8 macaddr8, jp jsonpath, xi xid, td tid, rc regclass, qc "char", p point, i8 int8range, nr numrange, tr tsrange, dr daterange, bp bpchar, cc char, co name[], mo money[], iv interval[], xm xml[], ca comp[]);
insert into u values (1,'(1,"a b")','a & b','a b c','16/B374D848','10:20:10,14,15','(1,2),(3,4)','[(1,2),(3,4)]','[(1,2),(3,4)]','((1,2),(3,4),(5,6))','<(1,2),3>','{1,2,3}','{1,2}','{[1,3),[5,6)}','[1.5,2.5]','08:00:2b:01:02:03:04:05','$.a[*]','10','(1,2)','pg_class','q','(1.5,-2)','[1,10)','[1.5,2.5)','["2024-01-01 00:00:00","2024-01-02 00:00:00")','[2024-01-01,2024-02-01)','bp','c','{a}','{1}','{"1 day"}','{<a/>}','{"(1,x)"}');
insert into u (id) values (2);
-- stream
insert into u select id+10,c,tq,tv,l,x,b,ls,pa,po,ci,li,da,mr,rg,m8,jp,xi,td,rc,qc,p,i8,nr,tr,dr,bp,cc,co,mo,iv,xm,ca from u;
