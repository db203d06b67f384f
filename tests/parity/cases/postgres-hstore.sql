-- engine: postgres
-- set: hstore.handling.mode=map
-- snapshot
create extension if not exists hstore with schema public;
create extension if not exists ltree with schema public;
create extension if not exists citext with schema public;
create table h (id int primary key, h public.hstore, l public.ltree, c public.citext, hd public.hstore default 'a=>1', ha public.hstore[], la public.ltree[], ca public.citext[]);
insert into h values (1,'a=>1, "b c"=>"d\"e", n=>NULL','a.b.c','Ab','','{"a=>1"}','{a.b}','{X}');
insert into h (id) values (2);
-- stream
insert into h select id+10,h,l,c,hd,ha,la,ca from h;
