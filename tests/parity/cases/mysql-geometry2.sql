-- engine: mysql
-- only: mysql8 mysql9
-- snapshot
create table g (id int primary key, g geometry, p point, l linestring, po polygon, mp multipoint, ml multilinestring, mpo multipolygon, gc geometrycollection);
insert into g values (1,st_geomfromtext('POINT(1 2)'),st_geomfromtext('POINT(-1.5 1e10)'),st_geomfromtext('LINESTRING(0 0,1 1)'),st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))'),st_geomfromtext('MULTIPOINT(0 0,1 1)'),st_geomfromtext('MULTILINESTRING((0 0,1 1),(2 2,3 3))'),st_geomfromtext('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'),st_geomfromtext('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'));
insert into g (id) values (2);
insert into g (id,g,p) values (3,st_geomfromtext('POINT(1 2)',4326),st_geomfromtext('POINT(3 4)',4326));
insert into g (id,g,p) values (4,st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))',3857),st_geomfromtext('POINT(3 4)',3857));
insert into g (id,gc) values (5,st_geomfromtext('GEOMETRYCOLLECTION EMPTY'));
create table gn (id int primary key, g geometry not null, p point not null);
insert into gn values (1,st_geomfromtext('POINT(0 0)'),st_geomfromtext('POINT(0 -0)'));
create table gs (id int primary key, p point not null srid 4326, spatial index(p));
insert into gs values (1,st_geomfromtext('POINT(10 20)',4326));
-- stream
insert into g select id+10,g,p,l,po,mp,ml,mpo,gc from g;
insert into gn values (2,st_geomfromtext('LINESTRING(0 0,2 2)',4326),st_geomfromtext('POINT(5 6)'));
insert into gs values (2,st_geomfromtext('POINT(30 20)',4326));
update g set p=null, g=null where id=11;
create table g2 (id int primary key, gc geomcollection, g geometry srid 0, p point not null srid 4326);
insert into g2 values (1,null,st_geomfromtext('POINT(0 0)'),st_geomfromtext('POINT(10 20)',4326));
create table g3 (id int primary key, g geometry not null, p point);
insert into g3 values (1,st_geomfromtext('POINT(0 0)'),null);
alter table g3 add l linestring, add spatial index (g);
insert into g3 values (2,st_geomfromtext('POINT(0 0)'),null,null);
delete from g3 where id=1;
