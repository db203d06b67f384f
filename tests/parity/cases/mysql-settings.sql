-- engine: mysql
-- set: column.mask.hash.SHA-256.with.salt.abc=@DB@.t.a
-- set: column.mask.hash.v2.SHA-512.with.salt.abc=@DB@.t.b
-- set: column.mask.with.12.chars=@DB@.t.c
-- set: column.mask.with.0.chars=@DB@.t.d
-- set: column.truncate.to.3.chars=@DB@.t.e,@DB@.t.f
-- set: column.propagate.source.type=@DB@.t.*
-- set: datatype.propagate.source.type=.+\.INT,.+\.VARCHAR,.+\.ENUM
-- set: message.key.columns=@DB@.nk:b,a;@DB@.t:e
-- set: column.exclude.list=@DB@.t.x,@DB@.nk.c
-- set: tombstones.on.delete=false
-- set: include.schema.comments=true
-- set: topic.delimiter=_
-- set: heartbeat.interval.ms=0
-- set: skipped.operations=none
-- snapshot
create table t (id int unsigned primary key comment 'pk', a varchar(20), b varchar(200), c varchar(20), d varchar(20), e varchar(20), f text, g enum('a','b'), h decimal(10,3), i set('x'), j bigint unsigned, k timestamp(3) null, l char(3), m binary(4), n double(7,2), o bit(5), p year, q json, x int, y int not null default 4 comment 'it''s');
insert into t (id) values (2);
create table nk (a int not null, b varchar(5), c int);
insert into nk values (1,'x',1),(2,null,2);
create table `exc` (id int primary key);
-- stream
update t set e='other' where id=1;
update t set x=2 where id=3;
delete from t where id=3;
update nk set b='y' where a=1;
update nk set c=9 where a=2;
delete from nk where a=2;
truncate table nk;
alter table t add column z varchar(10) comment 'zz', add zz mediumint unsigned;
insert into t (id,a,z,zz) values (5,'s','zzz',3);
create table t2 (id serial, v float(7,3) unsigned, w numeric(5) zerofill, x nvarchar(10), y long varchar, z varchar(10) character set latin1);
insert into t2 values (1,1.5,3,'n','l','é');
