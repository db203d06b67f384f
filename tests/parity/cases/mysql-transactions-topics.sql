-- engine: mysql
-- set: provide.transaction.metadata=true
-- set: include.query=true
-- set: topic.transaction=tx
-- snapshot
create table a (id int primary key auto_increment, v int);
insert into a values (1,1);
create table m (id int primary key, v int) engine=myisam;
insert into m values (1,1);
-- stream
begin;
insert into a (v) values (2),(3);
update a set v=9 where v=2;
commit;
insert into m values (2,2);
begin;
insert into a (v) values (7);
rollback;
alter table a add w int;
insert into a (v,w) values (1,1);
begin;
delete from a;
commit;
