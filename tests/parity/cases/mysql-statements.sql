-- engine: mysql
-- only: mysql8 mysql9
-- set: provide.transaction.metadata=true
-- snapshot
create table ext (id int primary key, v varchar(10)) comment='c' auto_increment=5 checksum=1 row_format=dynamic stats_persistent=1 key_block_size=0;
insert into ext values (1,'a');
create table refp (id int primary key) ;
create table refc (id int primary key, p int, constraint fk1 foreign key (p) references refp(id) on delete set null on update cascade);
insert into refp values (1),(2);
insert into refc values (1,1),(2,2);
create table `back``tick` (`i``d` int primary key, `a "q" 'b'` varchar(25) default 'it''s "x" \\ y');
insert into `back``tick` (`i``d`) values (1);
create table `Mixed Case-Täble` (`Id` int primary key, `ID2` int, `col.dot` int, `$dollar` int, `1num` int);
insert into `Mixed Case-Täble` values (1,2,3,4,5);
create table kw (`select` int primary key, `from` int, `key` varchar(3), `index` int, `primary` int, `check` int, `comment` varchar(5) default 'c' comment 'x', `enum` enum('a','b'), `date` date, `timestamp` timestamp null, `year` year, `desc` text);
insert into kw (`select`,`from`) values (1,2);
create table wide (id int primary key, c1 int, c2 int, c3 int, c4 int, c5 int, c6 int, c7 int, c8 int, c9 int, c10 int, c11 int, c12 int, c13 int, c14 int, c15 int, c16 int, c17 int);
insert into wide (id,c17) values (1,17);
create table syn (a integer(5) primary key, b dec(5,2), c fixed(5), d double precision, e real, f character varying(10), g national varchar(10), h nchar(5), i char varying(5), j int1, k int2, l int3, m int4, n int8, o middleint, p long, q long varbinary, r float4, s float8, t bool, u serial, v numeric, w char byte, x tinytext, y mediumblob, z nchar varying(5));
insert into syn (a,b,d,f,g,j,t,w) values (1,1.25,2.5,'f','g',-1,1,'z');
-- stream
insert into syn (a,b,d,f,g,j,t,w) values (2,1.25,2.5,'f','g',-1,0,'y');
create table syn2 (a integer(5) unsigned zerofill primary key, b dec(5,2) unsigned, c fixed(5), d double precision(8,2), e real unsigned, f character varying(10) binary, g national character varying(10), h national char(5), j int1 unsigned, k int2 unsigned, l int3 unsigned, m int4 unsigned, n int8 unsigned, t boolean not null default false, u bit default 1, v bit(3) default b'101', w float(10), x float(30), z varchar(3) charset binary, aa text charset ucs2, ab text(100), ac blob(100), ad text(100000), ae year(4));
insert into syn2 (a,b,d,f,g,j,v,z,aa) values (5,1.25,2.5,'f','g',255,b'11','zz','u');
update refp set id=20 where id=2;
delete from refp where id=1;
update `back``tick` set `i``d`=2;
insert into `Mixed Case-Täble` values (2,2,3,4,5);
insert into kw (`select`,`from`,`date`,`timestamp`,`year`) values (2,3,'2020-02-28','2020-01-01 00:00:00','99');
update wide set c1=1, c9=9, c16=null, c17=null;
alter table ext auto_increment=1000, comment='d', add unique key uk (v), add constraint chk check (id>0);
alter table ext alter index uk invisible;
alter table wide drop c1, drop column c2;
insert into wide (id,c17) values (3,3);
alter table wide add (n1 int default 5, n2 varchar(3) not null default 'z'), add column n3 int first;
insert into wide (id,c17) values (4,3);
alter table wide modify c5 bigint unsigned default 18446744073709551615, modify column c6 decimal(30,10) default -1.5;
insert into wide (id,c17) values (5,3);
update wide set c5=id where c5 is null;
alter table wide modify c5 bigint unsigned not null default 18446744073709551615;
alter table wide drop primary key, add primary key (c5, id);
update wide set c17=8 where id=5;
update wide set c5=1 where id=5;
alter table wide rename to wide2, drop c7;
insert into wide2 (id,c17,c5) values (6,3,6);
create table if not exists wide2 (id int);
create table w3 like wide2;
insert into w3 (id,c5) values (1,1);
drop table w3;
drop table wide2;
create table part (id int, d date, primary key (id,d)) partition by range (to_days(d)) (partition p0 values less than (to_days('2020-01-01')) comment='x', partition pm values less than maxvalue);
insert into part values (1,'2019-01-01'),(2,'2021-01-01');
alter table part drop partition p0;
create table hashp (id int primary key, v json) partition by hash(id) partitions 4;
insert into hashp values (1,'{"a":1.0,"b":"x","c":[true,false,null],"d":1e100,"e":-0.0,"f":12345678901234567890,"g":"\\u00e9\\ud83d\\ude00"}');
alter table hashp coalesce partition 2;
insert into hashp values (2,json_array(cast('2020-01-01 01:02:03.123456' as datetime(6)))),(3,json_array(cast('10:11:12' as time),cast('2020-01-01' as date),cast(1.50 as decimal(10,2)), x'00ff', b'1')),(4,'"str"'),(5,'17'),(6,'null'),(7,null);
update hashp set v=json_set(v,'$.a',2) where id=1;
