-- engine: mysql
-- set: snapshot.mode=no_data
-- set: include.schema.changes=true
-- set: schema.history.internal.store.only.captured.tables.ddl=true
-- set: table.include.list=@DB@.a
-- snapshot
create table a (id int primary key, v int);
create table b (id int primary key, v int);
insert into a values (1,1);
-- stream
insert into a values (2,2);
alter table b add c int;
alter table a add c int;
insert into a values (3,3,3);
insert into b values (1,1,1);
