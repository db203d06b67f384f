-- engine: mysql
-- set: provide.transaction.metadata=true
-- set: database.include.list=@DB@,@DB@_b
-- set: table.include.list=@DB@\..*,@DB@_b\..*
-- snapshot
create database if not exists @DB@_b character set latin1;
create table @DB@_b.k (id int primary key, v varchar(10));
insert into @DB@_b.k values (1,'é');
create table k (id int primary key, v varchar(10));
insert into k values (1,'é');
-- stream
begin;
insert into k values (2,'a');
insert into @DB@_b.k values (2,'a');
update k set id=9 where id=2;
delete from @DB@_b.k where id=2;
commit;
xa start 'x1';
insert into k values (30,'xa');
insert into @DB@_b.k values (30,'xa');
xa end 'x1';
xa prepare 'x1';
xa commit 'x1';
xa start 'x2';
insert into k values (31,'xa');
xa end 'x2';
xa prepare 'x2';
xa rollback 'x2';
xa start 'x3';
insert into k values (32,'xa');
xa end 'x3';
xa commit 'x3' one phase;
create table @DB@_b.like_k like @DB@.k;
insert into @DB@_b.like_k values (1,'é');
rename table @DB@.k to @DB@_b.k2;
insert into @DB@_b.k2 values (100,'z');
create table k (id int primary key, w int);
insert into k values (1,1);
drop database @DB@_b;
create database @DB@_b character set utf8mb4;
create table @DB@_b.k (id int primary key, w varchar(3));
insert into @DB@_b.k values (1,'日');
alter database @DB@_b character set latin1;
create table @DB@_b.k3 (id int primary key, w varchar(3));
insert into @DB@_b.k3 values (1,'é');
drop table if exists nope, @DB@_b.k3;
drop database @DB@_b;
