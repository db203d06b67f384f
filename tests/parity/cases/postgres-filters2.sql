-- engine: postgres
-- set: column.include.list=@DB@.a.id,@DB@.a.v,@DB@.Odd.*
-- set: skip.messages.without.change=true
-- set: schema.name.adjustment.mode=avro_unicode
-- set: field.name.adjustment.mode=avro_unicode
-- set: replica.identity.autoset.values=@DB@.a:FULL
-- set: publication.autocreate.mode=filtered
-- snapshot
create table a (id int primary key, v int, w int);
insert into a values (1,1,1);
create table "Odd Name" (id int primary key, "we-ird" int, "Ü" text);
insert into "Odd Name" values (1,1,'x');
-- stream
update a set w=2;
update a set v=2;
insert into "Odd Name" values (2,2,'y');
delete from a;
