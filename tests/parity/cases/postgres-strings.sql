-- engine: postgres
-- snapshot
create table s (id text primary key, c char(10) default 'ch', vc varchar(30) default 'it''s "q" \ x', t text not null default '', j json default '{"a": 1}', jb jsonb default '{"b":2}', u uuid default 'b68a35a7-17ad-35b3-af2a-ae46edb4545a', x xml, i inet default '10.0.0.1', ci cidr default '10.0.0.0/8', m macaddr default '08:00:2b:01:02:03', r int4range default '[1,5)', tv tsvector default 'a b', p point default '(1,2)', q "char" default 'q', bp bpchar default 'bp', uu uuid, fn text default upper('x'), cc text default 'a' || 'b', nul text default null, cast1 varchar(5) default 'x'::text, n1 int default '5'::int, ts text);
insert into s (id) values ('a');
insert into s (id,c,vc,t,j,jb,u,x,i,ci,m,r,tv,p,q,bp,uu) values ('b','é','ü','tab	nl
x','[1]','[1]',null,'<a>é</a>','::1','::/0','08:00:2b:01:02:04','empty','''x'':1','(1e10,-0)','c','bp  ',null);
-- stream
insert into s (id) select id||'2' from s where id='a';
insert into s (id,c,vc,t,x,uu,fn,ts) values ('c',repeat('x',10),'','','<b/>',null,null,'x');
update s set id='renamed' where id='b';
