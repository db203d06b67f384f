-- engine: mysql
-- set: snapshot.mode=no_data
-- set: provide.transaction.metadata=true
-- snapshot
create table m (id int primary key, v int) engine=myisam;
create table i (id int primary key, v int);
insert into m values (1,1);
-- stream
begin;
insert into i values (1,1);
insert into i values (3,3);
rollback;
insert into i values (4,4);
begin;
savepoint s;
insert into i values (6,6);
rollback to savepoint s;
insert into i values (7,7);
commit;
insert into i values (8,8);
create table last1 (id int primary key);
-- connector: stop
-- connector: resume
insert into last1 values (1);
alter table last1 add column x int default 5;
-- connector: restart
insert into last1 values (2,2);
rename table last1 to last2;
-- connector: stop
-- connector: resume
insert into last2 values (3,3);
create table s1 (id int primary key, v int);
create table s2 (id int primary key, w varchar(3));
insert into s1 values (1,1);
rename table s1 to tmp1, s2 to s1, tmp1 to s2;
-- connector: restart
insert into s1 values (2,'b');
insert into s2 values (2,2);
drop table s1;
-- connector: stop
drop table s2;
create table s1 (id int primary key, e enum('a'));
insert into s1 values (1,'a');
truncate table i;
-- connector: resume
insert into i values (9,9);
