-- engine: mysql
-- only: mysql9
-- snapshot
create table g1 (id int primary key, a int, v int as (a+1) virtual, s int generated always as (a*2) stored not null, t varchar(20) as (concat(a,'x')) stored, j json as (json_array(a)) virtual, index((a+1)));
insert into g1 (id,a) values (1,1);
create table ex (id binary(16) primary key default (uuid_to_bin('123e4567-e89b-12d3-a456-426655440001')), d int default (1+2), j json default (json_object()), t text default ('abc'), p point default (point(1,2)), n datetime default (now()), dd date default (curdate()));
insert into ex (n,dd) values ('2020-01-01','2020-01-01');
create table part (id int, v int, primary key (id)) partition by hash(id) partitions 3;
insert into part values (1,1),(2,2);
create table part2 (id int, d date) partition by range columns(d) (partition p0 values less than ('2020-01-01'), partition p1 values less than (maxvalue));
insert into part2 values (1,'2019-01-01'),(2,'2021-01-01');
-- stream
insert into g1 (id,a) values (2,2);
update g1 set a=5;
insert into ex (id,n,dd) values (x'00112233445566778899aabbccddeeff','2020-01-01','2020-01-01');
create table g2 (id int primary key, a int, v int as (a+1) virtual, s int generated always as (a*2) stored not null, t varchar(20) as (concat(a,'x')) stored, j json as (json_array(a)) virtual, index((a+1)));
insert into g2 (id,a) values (1,1);
create table ex2 (id binary(16) primary key default (uuid_to_bin(uuid())), d int default (1+2), j json default (json_object()), t text default ('abc'), p point default (point(1,2)), n datetime default (now()), dd date default (curdate()), tt timestamp default now() on update now(), t3 timestamp(3) default now(3));
insert into ex2 (id,n,dd,tt,t3) values (x'00112233445566778899aabbccddeeff','2020-01-01','2020-01-01','2020-01-01','2020-01-01');
insert into part values (3,3),(4,4);
alter table part partition by key(id) partitions 2;
update part set id=9 where id=1;
insert into part2 values (3,'2019-01-01');
alter table part2 reorganize partition p1 into (partition pa values less than ('2022-01-01'), partition pb values less than (maxvalue));
alter table part2 remove partitioning;
create table pp like part2;
set session sql_require_primary_key=0;
create table inv (id int primary key, a int invisible default 5, b int);
insert into inv (id,b) values (1,1);
alter table inv alter column b set invisible;
alter table inv alter column a set visible;
insert into inv (id,a,b) values (2,2,2);
set session sql_generate_invisible_primary_key=1;
create table gipk (a int, b int);
insert into gipk values (1,1);
set session sql_generate_invisible_primary_key=0;
create table vec (id int primary key, v vector(3), w vector, x vector(2) not null);
insert into vec values (1,string_to_vector('[1,2.5,-3]'),string_to_vector('[1e10]'),string_to_vector('[0,0]'));
insert into vec values (2,null,null,string_to_vector('[0.1,3.4e38]'));
alter table vec add column y vector(5) first;
insert into vec values (string_to_vector('[1,2,3,4,5]'),3,null,null,string_to_vector('[0.1,3.4e38]'));
create table ck (id int primary key, v int check (v > 0) not enforced, w int constraint wpos check (w > 0), constraint c2 check (v <> w));
insert into ck values (1,1,2);
alter table ck drop check c2, alter check wpos not enforced;
insert into ck values (2,-1,-2);
create table ctas as select id, v from ck;
insert into ctas values (5,5);
alter table ck add column q int not null default 3 check (q > 1), algorithm=copy;
insert into ck values (3,1,1,4);
