#include "tests/integration/mysql_binlog/sql_types.hpp"

namespace tandem::binlog::test {

std::vector<std::string> type_statements() {
  // No YEAR in `num`: beside one, the log does not tell which numbers have a sign.
  return {
      R"(create table num (id int primary key auto_increment, ti tinyint, tiu tinyint unsigned, b1 tinyint(1),
        boo boolean not null default true, si smallint, siu smallint unsigned, mi mediumint, miu mediumint unsigned, i int,
        y smallint, iu int unsigned, bi bigint, biu bigint unsigned, f float, d double, f2 float(7,3), de decimal(20,6),
        dd decimal(10,0) default 5, du decimal(30,30), dm decimal(65,2), bt bit(1), bt12 bit(12), bt64 bit(64)))",
      R"(insert into num values (1,-128,255,1,0,-32768,65535,-8388608,16777215,-2147483648,2155,4294967295,
        -9223372036854775808,18446744073709551615,1.5,3.141592653589793,1234.567,-12345678901234.123456,7,
        0.123456789012345678901234567891,-999999999999999999999999999999999999999999999999999999999999999.99,
        b'1',b'101010101010',18446744073709551615))",
      "insert into num (id) values (2)",
      "insert into num values (3,127,0,2,1,0,0,0,0,0,1901,0,0,0,1e20,1e-7,0,-0.000001,0,0,0.01,b'0',b'0',0)",
      "insert into num (id,y,de,dd,du) values (4,0,-1.5,-9999999999,-0.5)",
      R"(create table tim (id int primary key, d date, t time, t1 time(1), t3 time(3), t6 time(6), dt datetime, dt1 datetime(1),
        dt3 datetime(3), dt6 datetime(6) not null default current_timestamp(6), ts timestamp null,
        ts3 timestamp(3) null default '2020-01-02 03:04:05.678', ts6 timestamp(6) null, y year))",
      R"(insert into tim values (1,'2024-02-29','-838:59:59','-00:00:00.1','12:34:56.789','23:59:59.999999',
        '1000-01-01 00:00:00','1999-12-31 23:59:59.9','2024-05-06 07:08:09.123','9999-12-31 23:59:59.999999',
        '2038-01-19 03:14:07','1970-01-01 00:00:01.001','1970-01-01 00:00:01.000001',2155))",
      "insert into tim (id, dt6) values (2,'2000-01-01')",
      R"(insert into tim values (3,'0000-00-00','-00:00:01','-12:34:56.7','-00:00:00.001','-01:02:03.000004',
        '0000-00-00 00:00:00','2024-00-00 00:00:00','2024-01-00 00:00:00','0000-00-00 00:00:00',
        '0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00',0))",
      "insert into tim (id,t,t1,t3,t6,dt6) values "
      "(4,'838:59:59','00:00:00.9','-838:59:58.999','-838:59:58.999999',now(6))",
      R"(create table str (id varchar(20) primary key, c char(10), c255 char(255), vc varchar(300) character set latin1,
        tx text, tt tinytext, mt mediumtext, lt longtext, bn binary(8), vb varbinary(20), bl blob, lb longblob,
        e enum('a','b c','d,e'), s set('x','y','z'), s64 set('1','2','3','4','5','6','7','8','9'), j json)
        default charset utf8mb4)",
      R"(insert into str values ('ключ','pad  ','c','café','line\nbreak "quoted" \\ / \t 😀','','m',repeat('ü',70000),x'0102',
        x'00ff00','blob',repeat('x',300000),'b c','x,z','1,9','{"b":[1,2.5,"x",null,true],"a":{"n":-1}}'))",
      "insert into str (id) values ('')",
      "insert into str (id,c255,vc,e,s) values ('long',repeat('€',255),repeat('ä',300),1,7)",
      R"(insert into str (id,j) values ('j1',json_object('t',cast('-01:02:03.5' as time(6)),'dt',cast('2024-05-06 07:08:09.25' as datetime(6)),
        'd',cast('2024-02-29' as date),'de',cast(-12.340 as decimal(10,3)),'u',18446744073709551615,'i',-9223372036854775808,
        'f',1e100,'g',0.1,'h',1e-9,'bin',cast(x'00ff' as binary),'e','','q','"\\/\n\u0001é😀')))",
      "insert into str (id,j) values "
      "('j2','[]'),('j3','{}'),('j4','null'),('j5','\"s\"'),('j6','12'),('j7','[[[[1]]],{\"a\":[]}]')",
      "insert into str (id,j) select 'j8', json_object('big', repeat('y', 70000), 'arr', "
      "json_array(1,70000,-70000,5000000000,true,null))",
      R"(create table geo (id int primary key, g geometry, p point, l linestring, gc geometrycollection))",
      "insert into geo values (1,st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))',4326),st_geomfromtext('POINT(1 "
      "2)'),null,"
      "st_geomfromtext('GEOMETRYCOLLECTION(POINT(1 1))'))",
      "create table wide (a int, b int, c int, d int, e int, f int, g int, h int, i int, j int, k "
      "varchar(5), primary key (a,b))",
      "insert into wide values (1,1,null,1,null,1,null,1,null,1,'k')",
      "update num set f=0.1, d=123456789012345680000, de=0.000001 where id=3",
      "delete from num where id=2",
      "insert into tim select id+10, d, t, t1, t3, t6, dt, dt1, dt3, dt6, ts, ts3, ts6, y from tim",
      "update tim set t6='00:00:00.000001' where id=1",
      "insert into str (id,c,vc,tx,bn,vb,bl,s,j) values ('k2','x','ÿ','',x'',x'','','','{}')",
      "update str set e='d,e', s='x,y,z', vb=null where id='ключ'",
      "update str set id='renamed' where id=''",
      "update wide set c=5, k=null",
      "delete from str where id in ('j3','j4')",
  };
}

std::string opaque_json_text() {
  return R"({"d":"2024-02-29","e":"","f":100000000000000001590289110975991804683608085639452813897813)"
         R"(27557747838772170381060813469985856815104,"g":0.1,"h":0.00000000100000000000000006228159145)"
         R"(77798564188970686927859787829220294952392578125,"i":-9223372036854775808,)"
         R"("q":"\"\\/\nu0001é😀","t":"-01:02:03.5","u":18446744073709551615,"de":-12.340,)"
         R"("dt":"2024-05-06 07:08:09.25","bin":"AP8="})";
}

}  // namespace tandem::binlog::test
