-- engine: postgres
-- set: publication.autocreate.mode=all_tables
-- snapshot
create table a (id int primary key, v text);
insert into a values (1,'a');
create unlogged table u (id int primary key);
insert into u values (1),(2);
-- stream
insert into u values (3);
insert into a values (2,'b');
alter table u set logged;
insert into u values (4);
