-- engine: mysql
-- set: transforms=u
-- set: transforms.u.type=io.debezium.transforms.ExtractNewRecordState
-- set: transforms.u.delete.tombstone.handling.mode=rewrite
-- set: transforms.u.add.fields=op,table,source.ts_ms,source.db
-- set: transforms.u.add.headers=op
-- snapshot
create table a (id int primary key, v int, d datetime);
insert into a values (1,1,'2020-01-01');
-- stream
insert into a values (2,2,null);
update a set v=3 where id=1;
delete from a where id=2;
update a set id=5 where id=1;
