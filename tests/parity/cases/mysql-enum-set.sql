-- engine: mysql
-- snapshot
set session sql_mode='';
create table e (id int primary key, e enum('a','b c','d''e','f,g','ü','') , s set('x','y z','w''v','ü'), n enum('on','off') not null, sn set('1','2','3','4','5','6','7','8','9','10') not null);
insert into e values (1,'a','x','on','1,10'),(2,'b c','y z,x','off',''),(3,'d''e','w''v','on','2,3'),(4,'f,g','ü,x','bad','1'),(5,'ü','','off','9'),(6,'',null,'on','8');
insert into e (id) values (7);
-- stream
insert into e select id+10,e,s,n,sn from e;
alter table e modify e enum('a','b c','d''e','f,g','ü','','new');
insert into e values (30,'new','x','on','1');
alter table e modify s set('x','y z','w''v','ü','extra') not null default 'x';
insert into e (id,n,sn,e) values (31,'on','1','a');
