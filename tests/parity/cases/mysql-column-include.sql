-- engine: mysql
-- set: column.include.list=@DB@.a.id,@DB@.a.v,@DB@.b.*
-- set: skip.messages.without.change=true
-- set: skipped.operations=d
-- set: schema.name.adjustment.mode=avro
-- set: field.name.adjustment.mode=avro
-- set: extended.headers.enabled=true
-- snapshot
create table a (id int primary key, v int, w int);
insert into a values (1,1,1);
create table b (id int primary key, `odd-name` int, `1x` int, `sp ace` int);
insert into b values (1,1,1,1);
create table `c-d` (id int primary key, v int);
insert into `c-d` values (1,1);
-- stream
update a set w=2;
update a set v=2;
insert into b values (2,2,2,2);
delete from b where id=1;
truncate table b;
update a set id=7 where id=1;
