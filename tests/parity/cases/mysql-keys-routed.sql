-- engine: mysql
-- set: tombstones.on.delete=true
-- set: key.converter.schemas.enable=false
-- set: message.key.columns=@DB@.mk:c,a;@DB@.nokey:v
-- set: column.include.list=@DB@.inc.(id|v),@DB@.mk.*,@DB@.nokey.*,@DB@.uq.*
-- set: table.exclude.list=@DB@.hid.*
-- set: decimal.handling.mode=string
-- set: time.precision.mode=isostring
-- set: transforms=route
-- set: transforms.route.type=org.apache.kafka.connect.transforms.RegexRouter
-- set: transforms.route.regex=(.*)\.(.*)\.(.*)
-- set: transforms.route.replacement=$1.$2.r_$3
-- snapshot
create table inc (id int primary key, v varchar(5), x int, y text);
insert into inc values (1,'a',1,'y');
create table mk (a int, b int, c varchar(3), primary key (a,b));
insert into mk values (1,2,'c');
create table nokey (v varchar(5), d decimal(10,4), t time(2), dt datetime(4), ts timestamp(1) null, y year, da date);
insert into nokey values ('a',1.5,'-10:11:12.34','2020-01-01 10:11:12.3456','2020-01-01 10:11:12.3',2020,'2020-02-29'),(null,null,null,null,null,null,null);
create table uq (a int, b int not null, c int not null, unique key u1 (a), unique key u2 (c,b), unique key u3 (b));
insert into uq values (null,1,2);
create table hid_a (id int primary key);
insert into hid_a values (1);
-- stream
update inc set x=2;
update inc set id=2;
delete from inc;
update mk set c='d';
update mk set b=3;
delete from mk;
update nokey set v='b' where v='a';
update nokey set d=99999.9999 where v is null;
delete from nokey;
update uq set a=5;
update uq set b=9;
insert into hid_a values (2);
alter table uq drop key u2;
insert into uq values (1,10,2);
alter table uq drop key u3;
insert into uq values (2,11,2);
alter table uq add unique key u4 (c, b);
insert into uq values (3,12,3);
alter table inc add column z int, drop column y;
insert into inc values (5,'v',1,9);
