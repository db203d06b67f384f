-- engine: mysql
-- snapshot
create table a (id int primary key, a varchar(10) collate latin1_bin, b enum('é','y') collate latin1_bin, c set('é','y') collate latin1_bin, d char(3) collate latin1_bin, e text collate latin1_bin, f varchar(10) character set latin1 collate latin1_bin, g enum('é') not null default 'é' collate latin1_german1_ci) default charset utf8mb4;
insert into a values (1,'é','é','é','é','é','é','é');
-- stream
create table b (id int primary key, a varchar(10) collate latin1_bin, b enum('é','y') collate latin1_bin, c set('é','y') collate latin1_bin, d char(3) collate latin1_bin, e text collate latin1_bin, f varchar(10) character set latin1 collate latin1_bin, g enum('é') not null default 'é' collate latin1_german1_ci) default charset utf8mb4;
insert into b values (1,'é','é','é','é','é','é','é');
create table c (id int primary key, a varchar(10), b enum('é','y'), c varchar(10) charset utf8mb4) default charset latin1 collate latin1_bin;
insert into c values (1,'é','é','é');
create table d (id int primary key, b enum('é','y') collate latin1_bin) default charset utf8mb4;
alter table d modify b enum('é','y','z') collate latin1_swedish_ci, add column h set('é') collate cp1250_bin after id;
insert into d values (1,'é','é');
insert into a values (2,'é','é','é','é','é','é','é');
alter table c add column d varchar(9), add column e enum('é');
insert into c values (2,'é','é','é','é','é');
create database @DB@_u collate latin1_bin;
drop database @DB@_u;
