-- engine: postgres
-- set: binary.handling.mode=base64
-- set: unavailable.value.placeholder=hex:00ff
-- snapshot
create table t (id int primary key, v int, a text, b bytea, c text[], d int[], e jsonb, f varchar, n numeric, i8 bigint[], x xml, d1 date[]);
alter table t alter a set storage external, alter b set storage external, alter c set storage external, alter d set storage external, alter e set storage external, alter f set storage external, alter n set storage external, alter i8 set storage external, alter x set storage external, alter d1 set storage external;
create table m (id int primary key, v int, a text, b bytea, w text not null);
alter table m alter a set storage external, alter b set storage external, alter w set storage external;
create table f (id int primary key, v int, a text);
alter table f replica identity full;
alter table f alter a set storage external;
create table nn (id int primary key, v int, a text not null default 'zz', k uuid);
alter table nn alter a set storage external;
insert into t select 1, 1, repeat('x',10000), decode(repeat('ab',5000),'hex'), array[repeat('y',9000)], (select array_agg(g) from generate_series(1,5000) g), to_jsonb(repeat('z',9000)), repeat('v',9000), repeat('9',9000)::numeric, (select array_agg(g) from generate_series(1,5000) g), xmlelement(name a, repeat('x',9000)), (select array_agg('2024-01-01'::date) from generate_series(1,5000));
insert into m select 1, 1, repeat('x',10000), decode(repeat('ab',5000),'hex'), repeat('w',9000);
insert into f select 1, 1, repeat('x',10000);
insert into nn select 1, 1, repeat('x',2500);
-- stream
update t set v=2;
update m set v=2;
update f set v=2;
update nn set v=2;
update m set a='short';
update m set id=5;
delete from m;
update f set a='s';
update nn set id=7;
