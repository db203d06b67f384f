-- engine: mysql
-- snapshot
create table a (id int primary key, b varbinary(10) default x'6162', c varbinary(4) default 0x6162, d bit(8) default b'101', e binary(3) not null default X'616263', f varchar(10) default x'6162');
insert into a (id) values (1);
-- stream
create table b (id int primary key, b varbinary(10) default x'6162', c varbinary(4) default 0x6162, d bit(8) default b'101', e binary(3) not null default X'616263', f varchar(10) default x'6162');
insert into b (id) values (1);
alter table a add column i varbinary(4) not null default x'00ff';
insert into a (id) values (2);
