-- engine: postgres
-- set: table.include.list=@DB@.a,@DB@.b.*
-- set: column.exclude.list=@DB@.a.secret
-- set: column.mask.with.5.chars=@DB@.a.m
-- set: column.truncate.to.3.chars=@DB@.a.tr
-- set: column.mask.hash.SHA-256.with.salt.CzQMA0cB5K=@DB@.a.h
-- set: column.propagate.source.type=@DB@.a.*
-- set: datatype.propagate.source.type=.+\.numeric
-- set: include.schema.comments=true
-- set: skipped.operations=none
-- set: extended.headers.enabled=true
-- snapshot
create type mood as enum ('sad','ok');
create table a (id serial primary key, secret text, m text, tr varchar(20), h text, n numeric(8,2), ar int[], e mood, ts timestamptz(3), ch char(4));
comment on table a is 'table a';
comment on column a.n is 'num';
insert into a values (1,'s','mask','truncated','hash',1.5,'{1}','ok','2024-01-01 00:00:00+00','x'),(2,null,null,null,null,null,null,null,null,null);
create table b1 (id int primary key, n numeric(5,1), m text);
insert into b1 values (1,1.5,'x');
create table other (id int primary key);
insert into other values (1);
-- stream
insert into a values (4,'s','ключ','ключи','hashé',2,'{}','sad',null,'y');
update a set m='new', tr='longer text' where id=1;
update a set secret='zz' where id=1;
delete from a where id=2;
insert into other values (2);
insert into b1 values (2,null,null);
truncate b1;
