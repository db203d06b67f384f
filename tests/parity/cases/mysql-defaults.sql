-- engine: mysql
-- clock: q r
-- snapshot
create table d (id int primary key auto_increment, a int not null default 5, b bigint unsigned default 18446744073709551615, c varchar(20) not null default 'it''s "q" \\ x', d char(5) default '', e decimal(6,2) not null default 1.5, f float default 1.25, g double not null default -1e10, h tinyint(1) not null default 1, i bit(1) default b'1', j bit(5) not null default b'10101', k enum('a','b') not null default 'b', l set('x','y','z') default 'x,z', m date default '2001-02-03', n time default '-10:20:30', o datetime default '2001-02-03 04:05:06', p timestamp null default null, q timestamp not null default current_timestamp, r datetime(3) default current_timestamp(3) on update current_timestamp(3), s year default 2001, t varbinary(5) default 'abc', u binary(4) not null default 'ab', v text, w json, x tinyint unsigned not null default 200, y smallint zerofill default 7, z varchar(10) default null);
insert into d (id) values (1);
create table e (id int primary key, a int default 0, b boolean default true, c boolean not null default false, d mediumint unsigned default 3, e decimal(10) default 12, f varchar(10) character set latin1 default 'é', g char(3) not null default 'a', h time(6) default '01:02:03.000004', i datetime(6) not null default '2001-02-03 04:05:06.000007', j year not null default '2010', k varchar(5) not null default '0', l int(5) zerofill not null default 42, m real default 2.5, n numeric(4,1) default -3.25);
insert into e (id) values (1);
-- stream
insert into d (id) values (2);
insert into e (id) values (2);
create table f (id int primary key, a int not null default 5, c varchar(20) not null default 'it''s', k enum('a','b''c','d,e') not null default 'a', h tinyint(1) not null default 1, b bool default false, o datetime default '2001-02-03 04:05:06', q timestamp default current_timestamp, e decimal(6,2) not null default 1.5, i bit(1) default b'0', j bit(5) not null default b'10101', n int default -7, p bigint default +8, s double default 1e3, u binary(4) not null default 'ab', x varchar(10) default "dq", z char(2) default null);
insert into f (id) values (1);
alter table f add column g int not null default 11 first, add h2 varchar(10) default 'new' after c, alter a set default 77, alter n set default -9;
insert into f (id) values (2);
