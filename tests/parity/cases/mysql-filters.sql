-- engine: mysql
-- set: table.include.list=@DB@.a,@DB@.b.*,@DB@.nokey
-- set: column.exclude.list=@DB@.a.secret,@DB@.b2.v
-- set: column.mask.with.5.chars=@DB@.a.m
-- set: column.mask.with.0.chars=@DB@.b1.m
-- set: column.truncate.to.3.chars=@DB@.a.tr,@DB@.b1.bin
-- set: column.mask.hash.SHA-256.with.salt.CzQMA0cB5K=@DB@.a.h
-- set: column.mask.hash.v2.SHA-512.with.salt.xx=@DB@.a.h2
-- set: column.propagate.source.type=@DB@.a.*
-- set: message.key.columns=@DB@.nokey:a,b;@DB@.b2:v2
-- set: tombstones.on.delete=false
-- set: include.schema.comments=true
-- snapshot
create table a (id int primary key, secret varchar(10), m varchar(20), tr varchar(20), h varchar(30), h2 char(10) not null, n decimal(8,2) comment 'num', ti tinyint(1) unsigned, e enum('x','y')) default charset utf8mb4 comment='table a';
insert into a values (1,'s','mask','truncated','hash','h2',1.5,1,'x'),(2,null,null,null,null,'é',null,null,null),(3,'','','ab','','',0,0,'y');
create table b1 (id int primary key, m text, bin varbinary(10));
insert into b1 values (1,'x','abcdef');
create table b2 (id int primary key, v int, v2 int);
insert into b2 values (1,2,3);
create table nokey (a int, b varchar(5), c int);
insert into nokey values (1,'x',2);
create table other (id int primary key);
insert into other values (1);
-- stream
insert into a values (4,'s','ключ','ключи','hashé','h',2,1,'x');
update a set m='new', tr='longer text' where id=1;
delete from a where id=2;
insert into b1 values (2,null,null);
update b2 set v2=4 where id=1;
update b2 set v=5 where id=1;
update nokey set a=9 where a=1;
delete from nokey;
insert into other values (2);
create table b3 (id int primary key, x int);
insert into b3 values (1,1);
create table other2 (id int primary key);
insert into other2 values (1);
