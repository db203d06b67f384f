-- engine: postgres
-- set: transforms=u
-- set: transforms.u.type=io.debezium.transforms.ExtractNewRecordState
-- set: transforms.u.delete.tombstone.handling.mode=rewrite-with-tombstone
-- set: transforms.u.add.fields=op,table,source.schema
-- set: transforms.u.drop.fields.header.name=x
-- snapshot
create table a (id int primary key, v int, d timestamptz);
insert into a values (1,1,'2020-01-01 00:00:00+00');
-- stream
insert into a values (2,2,null);
update a set v=3 where id=1;
delete from a where id=2;
update a set id=5 where id=1;
truncate a;
