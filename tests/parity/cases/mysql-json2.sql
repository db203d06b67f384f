-- engine: mysql
-- snapshot
create table j (id int primary key, j json, k json not null);
insert into j values (1,'{"b":1,"aa":2,"a":{"x":[1,2,{"y":null}]}}','"s"');
insert into j values (2,null,'null');
insert into j values (4,json_array(true,false,null,'q"\\/\n\t\u0001é😀',1.5e300,-0.0,100000000000000000000.0,3.0e15,1e16,123456789012345678),'{}');
insert into j values (6,'[[[[[[[[[[1]]]]]]]]]]',concat('["',repeat('x',70000),'"]'));
insert into j values (7,'12345678901234567890','12345678901234567890.5');
insert into j values (8,'1.7976931348623157e308','[0,1,-1,127,128,32767,32768,65535,65536,2147483647,2147483648,4294967296]');
insert into j values (9,concat('{',(select group_concat(concat('"k',n,'":',n)) from (select 1 n union select 2 union select 30 union select 4) q),'}'),'{"a":1,"a":2}');
create table dj (id int primary key, j json default null);
insert into dj (id) values (1);
-- stream
insert into j select id+10, j, k from j;
insert into j values (40,json_object('d',cast(-0.05 as decimal(10,2)),'d2',cast(12345678901234567890.123456789 as decimal(40,12)),'dt',cast('2020-01-02 03:04:05' as datetime),'dt0',cast('0001-01-01 00:00:00' as datetime),'ti',cast('838:59:59' as time),'ti6',cast('00:00:00.000001' as time(6)),'ts',timestamp('2020-01-02 03:04:05.1')),'1.0');
insert into j values (41,json_array(1e15,1e16,1e17,123456.789,1.0e-3,1.0e-4,1e7,12345678.9,9999999.0,1e21,1.1e22,4.9e-324,0.30000000000000004,100,1e2),'-1');
insert into j values (42,json_object('x',json_array(),'y',json_object()),json_quote('a"b'));
insert into j values (43,json_object('e','\\u0000','c',char(0 using utf8mb4),'del',char(127 using utf8mb4)),'"\\u2028\\u007f</script>"');
update j set j=json_remove(j,'$.aa') where id=1;
update j set j=json_replace(j,'$.b','longer text than before'), k='[1]' where id=1;
update j set j=json_array_append(j,'$[0]',1) where id=6;
update j set j=json_set(j,'$.b',3) where id=1;
delete from j where id=6;
create table nj (id int primary key, j json default (json_array(1)), k longtext check (json_valid(k)));
insert into nj (id,k) values (1,'{ "a" :1}');
