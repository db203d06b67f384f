-- engine: postgres
-- set: publication.autocreate.mode=all_tables
-- set: include.schema.comments=true
-- snapshot
create type mood as enum ('sad','ok');
create table t (id int primary key, a text, e mood default 'ok', n numeric(5,2) default 1.5);
insert into t values (1,'a','ok',1);
create table u (id int, a text not null, b int not null);
create unique index ux on u (a, b);
insert into u values (1,'a',1);
create schema "@DB@_Odd";
create table "Ünïcode Täble" ("Id" int primary key, "col with space" text, "ключ" int, "q""uote" text, "select" int, "a.b" text, "UPPER" text);
insert into "Ünïcode Täble" values (1,'x',1,'q',1,'ab','U');
create table "My.Table-1$" (id int primary key, v int);
insert into "My.Table-1$" values (1,1);
-- stream
alter type mood add value 'great';
insert into t values (2,'b','great',2);
-- wait: 3
alter table t add column e2 mood not null default 'great';
insert into t values (3,'c','sad',3,'great');
-- wait: 3
alter type mood rename value 'ok' to 'fine';
insert into t values (4,'c','fine',3,'great');
-- wait: 3
alter table t alter column n set default 9.25;
insert into t (id) values (5);
-- wait: 3
alter table t add column c2 text default 'x';
insert into t (id) values (6);
-- wait: 3
alter table t alter column a type varchar(20);
insert into t (id,a) values (7,'q');
-- wait: 3
alter table t alter column n type int using n::int;
insert into t (id,n) values (8,8);
-- wait: 3
alter table t drop constraint t_pkey;
insert into t (id,n) values (9,8);
-- wait: 3
alter table t add primary key (id, n);
insert into t (id,n) values (10,8);
update t set n=9 where id=10;
-- wait: 3
alter table t rename column id to "ID2";
insert into t ("ID2",n) values (11,8);
-- wait: 3
comment on column t.a is 'a comment';
comment on table t is 'tbl';
insert into t ("ID2",n) values (12,8);
update t set a='n' where a is null;
-- wait: 3
alter table t alter column a set not null;
insert into t ("ID2",n,a) values (13,8,'z');
-- wait: 3
alter table t alter column c2 drop default;
insert into t ("ID2",n,a) values (14,8,'z');
-- wait: 3
alter table t rename to t9;
insert into t9 ("ID2",n,a) values (15,8,'z');
-- wait: 3
drop table t9;
create table t9 (x text primary key, y timestamptz, z int[]);
insert into t9 values ('a','2024-01-01 00:00:00+00','{1}');
delete from t9;
-- wait: 3
alter table u replica identity full;
insert into u values (2,'b',2);
update u set id=3 where id=2;
-- wait: 3
alter table u replica identity using index ux;
update u set a='c' where id=3;
delete from u where id=3;
-- wait: 3
alter table u replica identity full;
update u set a='d' where id=1;
delete from u;
insert into "Ünïcode Täble" values (2,'x',1,'q',1,'ab','U');
update "Ünïcode Täble" set "Id"=3 where "Id"=2;
insert into "My.Table-1$" values (2,1);
-- wait: 3
create table part (id int, k int, v text, primary key (id,k)) partition by range (k);
create table part1 partition of part for values from (0) to (10);
create table part2 partition of part for values from (10) to (20);
insert into part values (1,1,'a'),(2,15,'b');
update part set k=16 where id=1;
truncate part;
create table parent (id int primary key, v text);
create table child (w int, primary key (id)) inherits (parent);
insert into child values (1,'x',2);
insert into parent values (2,'y');
drop schema "@DB@_Odd";
