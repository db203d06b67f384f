-- engine: mysql
-- set: provide.transaction.metadata=true
-- snapshot
create table a (id int primary key, v int);
insert into a values (1,1);
-- stream
insert into a values (2,2);
begin;
insert into a values (3,3),(4,4);
update a set v=v+1;
commit;
-- connector: restart
insert into a values (5,5);
-- connector: stop
insert into a values (6,6);
alter table a add column w varchar(5) default 'w';
insert into a values (7,7,'x');
create table b (id int primary key);
insert into b values (1);
-- connector: resume
insert into a values (8,8,'y');
insert into b values (2);
-- connector: restart
-- connector: restart
insert into a values (9,9,null);
drop table b;
-- connector: stop
-- connector: resume
delete from a where id<3;
