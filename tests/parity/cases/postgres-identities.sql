-- engine: postgres
-- set: tombstones.on.delete=false
-- set: message.key.columns=@DB@.nokey:a,b;@DB@.k2:(.*)v
-- snapshot
create table d (id int primary key, v int, w text);
create table f (id int primary key, v int, w text);
alter table f replica identity full;
create table i (id int primary key, u int not null, w text);
create unique index iu on i (u);
alter table i replica identity using index iu;
create table n (id int primary key, v int);
create table nokey (a int, b text, c int);
alter table nokey replica identity full;
create table uq (a int not null unique, b text);
create table cpk (a text, b int, c timestamptz, d uuid, primary key (c,a,b,d));
create table k2 (id int primary key, kv int, v int);
insert into d values (1,1,'a');
insert into f values (1,1,'a');
insert into i values (1,1,'a');
insert into n values (1,1);
insert into nokey values (1,'x',1);
insert into uq values (1,'x');
insert into cpk values ('a',1,'2024-01-01 00:00:00+00','b68a35a7-17ad-35b3-af2a-ae46edb4545a');
insert into k2 values (1,1,1);
-- stream
update d set v=2;
update d set id=2;
delete from d;
update f set v=2;
update f set id=2;
update f set v=2;
delete from f;
update i set w='b';
update i set u=5;
update i set id=7;
delete from i;
update nokey set a=2;
delete from nokey;
insert into uq values (2,'z');
update cpk set b=5;
delete from cpk;
update k2 set kv=5;
delete from k2;
truncate d, f;
alter table n replica identity nothing;
insert into n values (2,2);
