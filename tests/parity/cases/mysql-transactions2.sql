-- engine: mysql
-- only: mysql8 mysql9
-- set: provide.transaction.metadata=true
-- set: include.query=true
-- snapshot
create table a (id int primary key, v int);
create table b (id int primary key, v varchar(300));
insert into a values (1,1);
-- stream
set session binlog_rows_query_log_events=1;
begin;
insert into a values (2,2);
update a set v=5 where id=2 /* with a comment */;
delete from a where id=2;
commit;
insert into b values (1,'é😀');
set session binlog_rows_query_log_events=0;
insert into b values (2,'x');
flush logs;
begin;
insert into a values (3,3);
savepoint s1;
insert into a values (4,4);
savepoint s2;
insert into a values (5,5);
rollback to savepoint s1;
release savepoint s1;
insert into b values (6,'6');
commit;
flush binary logs;
xa start 'x1';
insert into a values (10,10);
insert into b values (10,'10');
xa end 'x1';
xa prepare 'x1';
xa commit 'x1';
xa start 'x2';
insert into a values (11,11);
xa end 'x2';
xa prepare 'x2';
xa rollback 'x2';
xa start 'x3','b',5;
insert into a values (12,12);
xa end 'x3','b',5;
xa commit 'x3','b',5 one phase;
insert into a values (13,13);
set sql_log_bin=0;
insert into a values (100,100);
set sql_log_bin=1;
update a set v=7 where id=100;
begin;
insert into b values (20,repeat('abc',90)),(21,repeat('abd',90));
insert into a values (20,20);
commit;
update b set v=repeat('z',200) where id=20;
create table c (id int primary key);
insert into c values (1);
set session time_zone='+05:30';
insert into b values (30,'tz');
set session time_zone='SYSTEM';
begin;
commit;
begin;
insert into a values (40,40);
rollback;
start transaction with consistent snapshot;
insert into a values (41,41);
commit and chain;
insert into a values (42,42);
commit;
set autocommit=0;
insert into a values (43,43);
insert into a values (44,44);
create table d (id int primary key);
insert into d values (1);
commit;
set autocommit=1;
delete a, b from a join b on a.id=b.id where a.id=20;
-- connector: stop
flush logs;
begin;
insert into a values (50,50),(51,51);
update a set v=v+1 where id>=50;
commit;
alter table a add column w int default 9 after id;
insert into a values (52,1,52);
create table e (id int primary key);
insert into e values (1);
drop table e;
rename table b to bb;
insert into bb values (60,'60');
-- connector: resume
insert into a values (53,1,53);
insert into bb values (61,'61');
-- connector: restart
insert into a values (54,1,54);
