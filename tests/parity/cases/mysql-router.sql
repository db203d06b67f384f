-- engine: mysql
-- set: transforms=r,u
-- set: transforms.r.type=io.debezium.transforms.ByLogicalTableRouter
-- set: transforms.r.topic.regex=(.*)\.shard_(\d+)
-- set: transforms.r.topic.replacement=$1.all_shards
-- set: transforms.r.key.field.name=shard
-- set: transforms.r.key.field.regex=(.*)\.shard_(\d+)
-- set: transforms.r.key.field.replacement=$2
-- set: transforms.u.type=io.debezium.transforms.ExtractNewRecordState
-- set: transforms.u.delete.tombstone.handling.mode=tombstone
-- snapshot
create table shard_1 (id int primary key, v int);
create table shard_2 (id int primary key, v int);
create table other (id int primary key, v int);
insert into shard_1 values (1,1);
insert into shard_2 values (1,1);
insert into other values (1,1);
-- stream
insert into shard_1 values (2,2);
update shard_2 set v=3;
delete from shard_2;
update shard_1 set id=7 where id=2;
