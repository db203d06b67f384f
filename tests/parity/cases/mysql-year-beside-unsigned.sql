-- A server may or may not count a YEAR among the columns whose sign it tells. (Not more than eight numbers in a table: Debezium's
-- reader stops at the ninth on MySQL 8.0, which writes one byte of signs less than it reads.)
-- engine: mysql
-- snapshot
create table t (id int primary key, y year, a int unsigned, b int, y2 year, c bigint unsigned);
-- stream
insert into t values (1, 2001, 4000000000, -1, 2002, 9223372036854775807);
update t set b = -2, a = 3000000000;
