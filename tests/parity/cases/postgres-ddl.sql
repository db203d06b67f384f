-- engine: postgres
-- set: publication.autocreate.mode=all_tables
-- snapshot
create table t (id int primary key, a varchar(10), b int not null default 3, c text);
insert into t values (1,'x',1,'c');
-- stream
alter table t add column d timestamptz;
insert into t values (2,'y',2,'d','2024-01-01 00:00:00+00');
-- wait: 2
alter table t rename column a to a2;
insert into t values (3,'z',3,'e',null);
-- wait: 2
alter table t alter column b type bigint;
insert into t values (4,'z',9223372036854775807,'e',null);
-- wait: 2
alter table t drop column c;
insert into t values (5,'z',5,null);
-- wait: 2
alter table t rename to t2;
insert into t2 values (6,'z',5,null);
-- wait: 2
create table n (a int primary key, e numeric(5,2) default 1.5);
insert into n values (1);
-- wait: 2
alter table n add column f int not null default 7;
insert into n values (2,2);
-- wait: 2
create table l (like n including all);
insert into l values (1,1,1);
-- wait: 2
alter table n drop constraint n_pkey;
alter table n add primary key (f, a);
insert into n values (3,3,3);
-- wait: 2
truncate n, l;
insert into l values (2,2,2);
-- wait: 2
alter table l alter column e set default 9, alter column e type numeric(10,4), alter column f drop not null;
insert into l values (3);
-- wait: 2
drop table n;
insert into l values (4);
