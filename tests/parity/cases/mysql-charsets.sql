-- engine: mysql
-- only: mysql8 mysql9
-- snapshot
create table c (id int primary key, a varchar(20) character set latin1, b varchar(20) character set utf8mb3, c varchar(20) character set utf8mb4, d varchar(20) character set cp1251, e varchar(20) character set koi8r, f varchar(20) character set gbk, g varchar(20) character set sjis, h varchar(20) character set big5, i varchar(20) character set ucs2, j varchar(20) character set utf16, k varchar(20) character set utf32, l varchar(20) character set latin2, m varchar(20) character set greek, n varchar(20) character set hebrew, o varchar(20) character set ascii, p varchar(20) character set binary, q varchar(20) character set cp1250, r varchar(20) character set latin5, s varchar(20) character set cp1256, t varchar(20) character set eucjpms, u varchar(20) character set euckr, v varchar(20) character set gb2312, w varchar(20) character set tis620, x varchar(20) character set utf16le, y varchar(20) character set cp1257, z varchar(20) character set latin7);
insert into c values (1,'café €','ключ','😀ключ','Привет','Привет','你好','こんにちは','你好','ключ','😀x','😀y','Čeština','Ελληνικά','שלום','ascii','bin','Čeština','Türkçe','سلام','こんにちは','안녕','你好','ไทย','😀z','Latvių','Lietuvių');
create table c2 (id int primary key, a varchar(20) character set cp850, b varchar(20) character set cp852, c varchar(20) character set cp866, d varchar(20) character set cp932, e varchar(20) character set ujis, f varchar(20) character set koi8u, g varchar(20) character set macroman, h varchar(20) character set macce, i varchar(20) character set swe7, j varchar(20) character set hp8, k varchar(20) character set dec8, l varchar(20) character set armscii8, m varchar(20) character set geostd8, n varchar(20) character set keybcs2, t text character set latin1, e1 enum('é','x') character set latin1, s1 set('ö','b') character set latin1, ch char(5) character set cp1251);
insert into c2 values (1,'éa','Čb','Привет','日本','日本','Ключ','ém','Čm','abc','éh','éd','a','a','Čk','text é','é','ö,b','Абв');
create table c3 (id int primary key, v varchar(10), w char(4) collate utf8mb4_bin, j json) default charset=latin1;
insert into c3 values (1,'ñ','ñ','{"ñ":"ü"}');
create table `таблица` (id int primary key, `столбец` varchar(5)) default charset=cp1251;
insert into `таблица` values (1,'ы');
-- stream
insert into c select id+10,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z from c;
insert into c2 select id+10,a,b,c,d,e,f,g,h,i,j,k,l,m,n,t,e1,s1,ch from c2;
insert into c3 select id+10,v,w,j from c3;
create table c4 (id int primary key, a varchar(10) character set latin1, b varchar(10)) default charset cp1251;
insert into c4 values (1,'é','ы');
alter table c4 convert to character set utf8mb4;
insert into c4 values (2,'é','ы');
alter table c3 add x varchar(10) character set utf8mb4;
insert into c3 values (2,'ñ','ñ','[]','ñ');
