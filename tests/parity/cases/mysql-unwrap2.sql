-- engine: mysql
-- set: transforms=u
-- set: transforms.u.type=io.debezium.transforms.ExtractNewRecordState
-- set: transforms.u.delete.tombstone.handling.mode=rewrite-with-tombstone
-- set: transforms.u.add.fields=op,table,source.ts_ms,source.db,before.v,ts_ms:when,transaction.id
-- set: transforms.u.add.fields.prefix=_x_
-- set: transforms.u.add.headers=op,source.table,db
-- set: transforms.u.add.headers.prefix=h_
-- set: transforms.u.drop.fields.header.name=drop
-- set: transforms.u.route.by.field=v
-- set: provide.transaction.metadata=true
-- snapshot
create table a (id int primary key, v varchar(5), d datetime not null default '2020-01-01', e int default 7);
insert into a values (1,'aa','2020-01-01',null);
-- stream
insert into a values (2,'bb','2020-01-02',null);
update a set v='cc' where id=1;
delete from a where id=2;
update a set id=5 where id=1;
truncate table a;
