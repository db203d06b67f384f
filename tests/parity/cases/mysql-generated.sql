-- engine: mysql
-- only: mysql8 mysql9 mariadb
-- snapshot
create table g (id int primary key, a int, b int generated always as (a+1) stored, c int as (a*2) virtual, d varchar(10) default 'inv');
insert into g (id,a) values (1,1);
create table ck (id int primary key, a int check (a>0), constraint named check (id>0), key fk (a));
insert into ck values (1,1);
create table ch (id int primary key, r int, foreign key (r) references ck(id) on delete cascade);
insert into ch values (1,1);
create table uq (a int not null, b varchar(3) not null, c int, unique key u (b, a));
insert into uq values (1,'x',2);
create table cpk (a varchar(3), b int, c binary(2), d datetime(3), e decimal(4,1), primary key (d,a,b,c,e));
insert into cpk values ('a',1,'x','2020-01-01 00:00:00.5',1.5);
-- stream
insert into g (id,a) values (2,2);
update g set a=5 where id=1;
delete from ck where id=1;
insert into uq values (2,'y',2);
update uq set b='z' where a=1;
update cpk set b=2;
delete from cpk;
