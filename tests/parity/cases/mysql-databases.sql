-- engine: mysql
-- set: database.include.list=@DB@,@DB@_2
-- set: include.schema.comments=true
-- snapshot
create database @DB@_2 character set latin1;
create table @DB@_2.x (id int primary key comment 'the id', v varchar(10)) comment='tab';
insert into @DB@_2.x values (1,'é');
create table y (id int primary key comment 'it''s "q" \\ é', v varchar(10) comment '') comment 'tc';
insert into y values (1,'a');
-- stream
insert into @DB@_2.x values (2,'é');
insert into y values (2,'b');
alter database @DB@_2 character set cp1251;
create table @DB@_2.z (id int primary key, v varchar(10));
insert into @DB@_2.z values (1,'ы');
alter table @DB@_2.x add column w varchar(10);
insert into @DB@_2.x values (3,'é','é');
use @DB@_2;
create table u (id int primary key comment 'new c', v char(3) character set koi8r comment 'cc') comment 'tt' default charset=utf8mb4;
insert into u values (1,'ы');
alter table u comment 'ttt', modify v char(4) comment 'dd';
insert into u values (2,'a');
rename table u to @DB@.u;
insert into @DB@.u values (3,'b');
drop table z, @DB@.y;
use @DB@;
drop database @DB@_2;
create database @DB@_2;
drop schema if exists @DB@_2;
