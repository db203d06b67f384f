-- engine: mysql
-- snapshot
create table g (id int primary key, p point, l linestring, po polygon, mp multipoint, ml multilinestring, mpo multipolygon, gc geometrycollection, g geometry);
insert into g values (1,st_geomfromtext('POINT(1 2)'),st_geomfromtext('LINESTRING(0 0,1 1,2 2)'),st_geomfromtext('POLYGON((0 0,10 0,10 10,0 10,0 0),(5 5,7 5,7 7,5 7,5 5))'),st_geomfromtext('MULTIPOINT(0 0,1 1)'),st_geomfromtext('MULTILINESTRING((0 0,1 1),(2 2,3 3))'),st_geomfromtext('MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))'),st_geomfromtext('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))'),st_geomfromtext('POINT(-1.5 2.5)',4326));
insert into g (id) values (2);
insert into g (id,p,g) values (3,st_geomfromtext('POINT(1 2)',3857),st_geomfromtext('LINESTRING(0 0,1 1)'));
-- stream
insert into g select id+10,p,l,po,mp,ml,mpo,gc,g from g;
update g set p=null where id=1;
create table g2 (id int primary key, p point not null);
insert into g2 values (1,st_geomfromtext('POINT(7 8)'));
