-- engine: mysql
-- only: mariadb
-- snapshot
create table m1 (id uuid primary key, u uuid default '123e4567-e89b-12d3-a456-426655440009', n uuid null);
insert into m1 values ('123e4567-e89b-12d3-a456-426655440001','ffffffff-ffff-ffff-ffff-ffffffffffff',null);
create table m2 (id int primary key, j json, j2 json not null default '{}', d datetime default now(), e int default (1+2), f varchar(20) default (concat('a','b')), h int invisible default 5, l longtext check (json_valid(l)));
insert into m2 (id,j,d) values (1,'{"a": 1}','2020-01-01');
create table g1 (id int primary key, a int, v int as (a+1) virtual, s int as (a+2) persistent, s2 int generated always as (a*2) stored);
insert into g1 (id,a) values (1,1);
-- stream
insert into m2 (id,j,d) values (2,'{"a":  1}','2020-01-01');
insert into m1 values ('123e4567-e89b-12d3-a456-426655440002','123e4567-e89b-12d3-a456-426655440002',null);
update m1 set n=u;
create table m3 (id uuid primary key, u uuid not null default '00000000-0000-0000-0000-000000000000', j json default '[]');
insert into m3 (id) values ('00000000-0000-0000-0000-000000000001');
delete from m1;
create table cr (id int primary key, v int);
insert into g1 (id,a) values (2,2);
update g1 set a=5;
create table g2 (id int primary key, a int, v int as (a+1) virtual, s int as (a+2) persistent, s2 varchar(10) generated always as (concat(a,'x')) stored);
insert into g2 (id,a) values (1,1);
insert into cr values (1,1);
set statement max_statement_time=100 for alter table cr add column w int;
insert into cr values (2,2,2);
alter online table cr add column z int, algorithm=instant;
insert into cr values (3,3,3,3);
rename table cr to cr2, g2 to cr;
insert into cr (id,a) values (5,5);
insert into cr2 values (5,5,5,5);
create table def (id int primary key, a datetime default current_timestamp(), b datetime default now(), c timestamp(6) default current_timestamp(6) on update current_timestamp(6), d int default (1+2), e varchar(40) default uuid(), f double default -3.25, h bit(3) default b'101', i text default 'abc', j blob default 'x', k varchar(10) default concat('a','b'), l bool default false, m int default -5);
insert into def (id,a,b,c,e,k) values (1,'2020-01-01','2020-01-01','2020-01-01','x','y');
