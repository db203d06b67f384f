-- engine: mysql
-- only: mysql9
-- snapshot
set session sql_generate_invisible_primary_key=1;
create table g0 (a int, b varchar(5));
insert into g0 (a,b) values (1,'x');
-- stream
set session sql_generate_invisible_primary_key=1;
insert into g0 (a,b) values (2,'y');
create table g1 (a int, b varchar(5));
insert into g1 (a,b) values (1,'x');
alter table g1 add column c int;
insert into g1 (a,b,c) values (1,'x',3);
update g1 set a=9 where c=3;
set session sql_generate_invisible_primary_key=0;
create table src (id int primary key, v varchar(10));
insert into src values (1,'a'),(2,'b');
create table ctas as select id, v, id*2 as d from src;
insert into ctas values (3,'c',6);
create table ctas2 (primary key (id)) select * from src;
insert into ctas2 values (5,'q');
alter table src add column inv int invisible default 5, add column e int default (id*3);
insert into src (id,v) values (3,'c');
insert into src (id,v,inv,e) values (4,'c',7,8);
alter table src rename column v to w, alter column inv set visible, algorithm=instant;
alter table src drop column e, algorithm=instant;
insert into src (id,w) values (6,'c');
create table vec (id int primary key, v vector(3));
insert into vec values (1, to_vector('[1,2.5,-3]'));
create table multi (id int primary key, j json, s set('a','b') default 'a', g geometry srid 4326, index mv ((cast(j->'$.t' as unsigned array))));
insert into multi values (1,'{"t":[1,2]}','a,b',st_srid(point(1,2),4326));
update multi set j=json_set(j,'$.t[0]',5);
