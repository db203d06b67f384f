-- engine: mysql
-- only: mysql8 mysql9
-- snapshot
create table a (id int primary key, v varchar(5), index ix ((upper(v)), (id+1)));
insert into a values (1,'a');
create table u (a int unsigned, b int, unique index ux ((a div 2)));
insert into u values (4294967295,2);
-- stream
insert into a values (2,'b');
alter table a add column z int unsigned;
insert into a values (3,'c',4294967295);
update a set v='d', z=4000000000 where id=3;
alter table a add column y int, add index i2 ((z div 2)), algorithm=copy;
insert into a values (4,'d',5,6);
alter table a add column g int generated always as (y+2) virtual, add column s varchar(9) generated always as (concat(v,'-')) stored, add fulltext index fx (v);
insert into a (id,v,z,y) values (5,'e',5,6);
alter table a drop index ix;
update a set y=7 where id=5;
delete from a where id=4;
alter table u add column c tinyint unsigned default 200;
insert into u (a,b) values (4000000000,3);
update u set b=4 where b=3;
alter table u drop index ux;
insert into u values (1,2,255);
delete from u where c=200;
create table t (id int primary key, v varchar(5), w int, index ix ((lower(v))));
insert into t values (1,'X',1);
alter table t modify w bigint first, add key k2 ((w*2));
insert into t values (2,2,'Y');
