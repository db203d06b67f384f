-- engine: mysql
-- set: decimal.handling.mode=string
-- set: bigint.unsigned.handling.mode=precise
-- set: binary.handling.mode=hex
-- snapshot
create table n (id int primary key, a decimal(20,6) default 1.5, b decimal(5,0), c numeric(65,30), d decimal(10,2) unsigned not null default 0, e decimal(8,3) zerofill, u bigint unsigned not null default 18446744073709551615, f float, g double, h float(7,3), i double(10,2), r real);
insert into n values (1,-12345678901234.123456,99999,12345678901234567890123456789012345.123456789012345678901234567890,1.10,5.5,18446744073709551615,1.1,1e300,1.5,2.25,0.1);
insert into n (id) values (2);
insert into n values (3,0,-1,0,0,0,0,-0.0,-1e-300,-3.14159,0,3.4e38);
create table b (id int primary key, a binary(4), b varbinary(10) default 'ab', c blob, d tinyblob, e longblob, f bit(1), g bit(8), h bit(64), i bit(17) default b'101', j binary(3) not null default 'x');
insert into b values (1,'a','','\0\0',x'ff','long',1,b'10000001',x'8000000000000001',b'11111111111111111','abc');
insert into b (id) values (2);
-- stream
insert into n select id+10,a,b,c,d,e,u,f,g,h,i,r from n;
insert into b select id+10,a,b,c,d,e,f,g,h,i,j from b;
update n set u=9223372036854775808 where id=1;
