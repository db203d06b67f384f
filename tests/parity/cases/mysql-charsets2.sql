-- engine: mysql
-- snapshot
create table c (id int primary key, v varchar(40) character set latin1 collate latin1_german1_ci, w text character set cp1251 collate cp1251_bin, x tinytext character set ucs2, y mediumtext character set utf16, z longtext character set utf32, a char(5) character set utf16le, b varchar(20) collate utf8mb4_bin, c varchar(20) charset binary, d char(5) byte, e text binary, f varchar(10) ascii, g varchar(10) unicode);
insert into c values (1,'äé€ÿ','Ж','ж','😀','😀','é','ü','bin','by','t','a','ü');
create table e (id int primary key, a enum('ж','b') character set cp1251, b enum('é','€') character set latin1, c enum('ü','x') character set ucs2, d enum('ü','x') character set utf16, e set('日','本') character set sjis, f set('你','好') character set gbk, g enum('안','b') character set euckr, i set('ы','b') character set koi8r, j enum('日','本') character set utf32 not null default '日', k set('é','b') collate latin1_bin default 'é,b');
insert into e values (1,"ж","é","ü","ü","日,本","你,好","안",'ы,b','本','b');
insert into e (id) values (2);
create table d (id int primary key, a varchar(5) character set cp1251 default 'ж', b char(5) character set ucs2 not null default 'ü', c varchar(5) character set utf16 default '😀', d varchar(5) character set latin1 default 'é', e varchar(5) character set sjis default '日');
insert into d (id) values (1);
create table h (id int primary key, a varchar(60) character set hebrew, b varchar(60) character set greek, c varchar(60) character set cp1256, d varchar(60) character set cp1257, e varchar(60) character set macroman, f varchar(60) character set macce, g varchar(60) character set keybcs2, h varchar(60) character set cp850, i varchar(60) character set cp852, k varchar(60) character set cp866, l varchar(60) character set armscii8, m varchar(60) character set geostd8, n varchar(60) character set dec8, o varchar(60) character set hp8, p varchar(60) character set swe7, q varchar(60) character set koi8u, r varchar(60) character set latin7, s varchar(60) character set latin5);
-- stream
insert into c select id+10,v,w,x,y,z,a,b,c,d,e,f,g from c;
insert into e select id+10,a,b,c,d,e,f,g,i,j,k from e;
insert into d (id) values (11);
insert into h select id+10,a,b,c,d,e,f,g,h,i,k,l,m,n,o,p,q,r,s from h;
create table e2 (id int primary key, a enum('ж','b') character set cp1251, b enum('é','€') character set latin1 default '€', k set('é','b') collate latin1_bin default 'é,b');
insert into e2 (id) values (1);
update c set b='x' where id=1;
