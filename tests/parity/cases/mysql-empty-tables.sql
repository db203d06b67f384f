-- engine: mysql
-- snapshot
create table t(id int primary key, y year);
create table u(id int primary key, y year);
-- stream
insert into t values(1,2001);
