-- engine: mysql
-- snapshot
create table j (id int primary key, j json);
insert into j values (1,'{"a":1,"bb":[1,2.5,-3,1e20,1.0,null,true,false,"x\\"y\\\\z\\n\\u00e9😀"],"o":{},"e":[]}'),(2,'[]'),(3,'{}'),(4,'"s"'),(5,'1'),(6,'1.5'),(7,'null'),(8,'true'),(9,null),(10,'18446744073709551615'),(11,'-9223372036854775808'),(12,'[[],[{}],{"k":[{"z":{"y":[0]}}]}]');
insert into j values (20,json_object('d',cast('2024-01-02' as date),'t',cast('03:04:05.000006' as time(6)),'dt',cast('2024-01-02 03:04:05.6' as datetime(6)),'dec',cast(1.50 as decimal(10,4)),'big',cast(123456789012345678901234567890.5 as decimal(40,5)),'f',1e-10,'neg',-0.0));
insert into j values (21,json_array(cast('2024-01-02 03:04:05' as datetime),cast('100:00:00' as time),1.7976931348623157e308,5e-324,0.1,100.0,1234567.0,12345678.9,1e7,1e-3,1e-4,123456789012345680000));
insert into j values (22,concat('{"k":"',repeat('x',70000),'"}')),(23,concat('[',repeat('1,',40000),'1]'));
-- stream
insert into j select id+100,j from j;
update j set j=json_set(j,'$.a',2) where id=1;
update j set j=json_remove(j,'$.bb') where id=1;
