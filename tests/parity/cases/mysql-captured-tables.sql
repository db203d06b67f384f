-- engine: mysql
-- set: schema.history.internal.store.only.captured.tables.ddl=true
-- set: table.include.list=@DB@\.(a|b.*)
-- set: snapshot.select.statement.overrides=@DB@.a
-- set: snapshot.select.statement.overrides.@DB@.a=select * from @DB@.a where id > 1 order by id desc
-- set: schema.name.adjustment.mode=avro_unicode
-- set: field.name.adjustment.mode=avro_unicode
-- set: skip.messages.without.change=true
-- set: extended.headers.enabled=false
-- snapshot
create table a (id int primary key, `odd-name` int);
insert into a values (1,1),(2,2),(3,3);
create table b (id int primary key, v int);
create table c (id int primary key, v int);
insert into c values (1,1);
-- stream
insert into a values (4,4);
insert into c values (2,2);
alter table c add column w int;
create table b2 (id int primary key);
insert into b2 values (1);
create table d (id int primary key);
insert into d values (1);
rename table d to b3;
insert into b3 values (2);
rename table b3 to e;
drop table c, b2;
create index ix on b (v);
create unique index ix2 on b (v);
create table c like b;
create table b9 like b;
insert into b9 values (1,1);
alter database @DB@ charset latin1;
drop table e, b9;
create event ev on schedule every 1 day do select 1;
drop event ev;
update a set id=id;
truncate a;
