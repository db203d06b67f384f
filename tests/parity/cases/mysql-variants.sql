-- engine: mysql
-- only: mysql9
-- snapshot
create table v (id bigint unsigned auto_increment primary key, a int(3) zerofill, b integer unsigned, c double precision, d nchar(4), e nvarchar(5), f long varchar, g char(0), h char byte, i dec(5,1), j fixed(4,2), k bool, l int1, m int8, n middleint, o text(100), p blob(100), q mediumtext, r longtext character set latin1, s char varying(7), t double(8,3) unsigned, u float unsigned, v tinyint(3) unsigned zerofill, w year(4), x float(30), y float(10), z tinytext);
insert into v values (1,5,4294967295,1.5,'n','nv','long','','h',1.5,2.25,true,-1,123,456,'text','blob','med','é','cv',1.125,2.5,7,2020,1.1,1.1,'tt');
create table `q``uote` (`i``d` int primary key, `A B` int, `select` int);
insert into `q``uote` values (1,2,3);
create table Mixed (Id int primary key, `VaL` int);
insert into Mixed values (1,1);
create table `dots.in.name` (id int primary key);
insert into `dots.in.name` values (1);
create table `$d#@` (id int primary key);
insert into `$d#@` values (1);
create table empty_one (id int primary key, v varchar(3));
create table bytes (id varbinary(4) primary key, v varbinary(300), t text);
insert into bytes values (x'00ff',repeat('a',300),repeat('é',30000));
-- stream
insert into v select id+10,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z from v;
insert into `q``uote` values (2,2,3);
update Mixed set Id=2;
insert into `dots.in.name` values (2);
insert into `$d#@` values (2);
insert into empty_one values (1,'x');
insert into bytes values (x'01',null,'');
create table v2 (id serial, a int(3) zerofill, b integer unsigned, c double precision, d nchar(4), e nvarchar(5), g char(0), i dec(5,1), j fixed(4,2), k bool, k2 boolean not null, l int1, m int8, n middleint, o text(100), p blob(100), s char varying(7), t double(8,3) unsigned, u float unsigned, w year(4), x float(30), y float(10), tz tinyint(1), national varchar(3), nc national character varying(6), ch character(3) character set latin1 collate latin1_bin);
insert into v2 values (1,5,4294967295,1.5,'n','nv','',1.5,2.25,true,false,-1,123,456,'text','blob','cv',1.125,2.5,2020,1.1,1.1,1,'a','b','é');
