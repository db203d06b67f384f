-- engine: postgres
-- set: decimal.handling.mode=double
-- set: binary.handling.mode=base64
-- set: money.fraction.digits=2
-- snapshot
create table n (id int primary key, a numeric(20,6) default 1.5, b numeric(5,0) default 7, c numeric default 12.340, d numeric(10,2) not null default 0, e decimal, m money default '$5.5', r real default 1.1, x double precision default 1e10, o oid default 5, u numeric(38,0));
insert into n values (1,-12345678901234.123456,99999,1234567890123456789012345678901234567890.12345678901234567890,1.10,1000,'$1,234.56',1.1,1e300,4294967295,99999999999999999999999999999999999999);
insert into n (id) values (2);
insert into n values (3,0,-1,0.0,0,-0.10,'-$0.01',0.1,1e-300,0,-1);
create table b (id int primary key, a bytea default '\x0102', b bit(1) default B'1', c bit(3) default B'101', d bit(9), e varbit(5), f varbit default B'11', g bit varying(20), h bytea not null default 'abc');
insert into b values (1,'\x00ff',B'0',B'110',B'100000001',B'10101',B'111111111111',B'1','');
insert into b (id) values (2);
create table s (id smallserial primary key, a bigserial, b serial, c smallint default -1, d bigint default 9223372036854775807, e int default (1+2), f boolean default true, g boolean not null default false);
insert into s values (1,1,1);
-- stream
insert into n select id+10,a,b,c,d,e,m,r,x,o,u from n;
insert into b select id+10,a,b,c,d,e,f,g,h from b;
insert into s (id) values (2);
