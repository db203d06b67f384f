-- engine: mysql
-- only: mysql8 mysql9
-- snapshot
set session sql_mode='';
create table z (id int primary key, d date, dn date not null, dt datetime, dtn datetime not null, dt3 datetime(3), ts timestamp null, tsn timestamp not null default '2020-01-01', y year, t time);
insert into z values (1,'0000-00-00','0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00','0000-00-00','0000-00-00',0,'00:00:00');
insert into z values (2,'2020-00-00','2020-01-00','2020-00-01 01:02:03','2020-01-00 01:02:03','2020-00-00 01:00:00.5','2020-01-01','2020-01-01',1970,'-00:00:00');
create table zd (id int primary key, d date not null default '0000-00-00', dt datetime not null default '0000-00-00 00:00:00', ts timestamp not null default '0000-00-00 00:00:00', dn date default '0000-00-00');
insert into zd (id) values (1);
-- stream
insert into z select id+10,d,dn,dt,dtn,dt3,ts,tsn,y,t from z;
insert into zd (id) values (2);
