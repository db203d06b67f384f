-- engine: postgres
-- set: include.unknown.datatypes=true
-- set: schema.refresh.mode=columns_diff_exclude_unchanged_toast
-- set: decimal.handling.mode=string
-- set: binary.handling.mode=hex
-- snapshot
create extension if not exists hstore with schema public;
create type mood as enum ('sad','ok');
create domain dt as text; create domain da as text[];
create table t (id int primary key, v int, a text, h hstore, n numeric, by bytea, x xml, tv tsvector, dt dt, da da, na numeric[], ba bytea[], ja jsonb[], ua uuid[], ea mood[], ta text[], tsa timestamp[], tza timestamptz[], tma time[], boa boolean[], fa float8[], i2 int2[], i8 bigint[], r4 int4range, po polygon, pa path, dta dt[], ct char(9000), vc varchar, oa oid[], ina inet[], nn text not null, nb bytea not null, nia int[] not null, mr int4multirange, vb varbit);
alter table t alter a set storage external, alter h set storage external, alter n set storage external, alter by set storage external, alter x set storage external, alter tv set storage external, alter dt set storage external, alter da set storage external, alter na set storage external, alter ba set storage external, alter ja set storage external, alter ua set storage external, alter ea set storage external, alter ta set storage external, alter tsa set storage external, alter tza set storage external, alter tma set storage external, alter boa set storage external, alter fa set storage external, alter i2 set storage external, alter i8 set storage external, alter po set storage external, alter pa set storage external, alter dta set storage external, alter ct set storage external, alter vc set storage external, alter oa set storage external, alter ina set storage external, alter nn set storage external, alter nb set storage external, alter nia set storage external, alter mr set storage external, alter vb set storage external;
insert into t select 1,1,repeat('x',9000),hstore('a',repeat('y',9000)),repeat('9',9000)::numeric,decode(repeat('ab',5000),'hex'),xmlelement(name a, repeat('x',9000)),(select string_agg('w'||g,' ')::tsvector from generate_series(1,1500) g),repeat('d',9000),array[repeat('e',9000)],(select array_agg(g::numeric) from generate_series(1,3000) g),array[decode(repeat('ab',5000),'hex')],array[to_jsonb(repeat('j',9000))],(select array_agg('b68a35a7-17ad-35b3-af2a-ae46edb4545a'::uuid) from generate_series(1,500)),(select array_agg('ok'::mood) from generate_series(1,3000)),array[repeat('t',9000)],(select array_agg('2024-01-01'::timestamp) from generate_series(1,3000)),(select array_agg('2024-01-01 00:00:00+00'::timestamptz) from generate_series(1,3000)),(select array_agg('01:00'::time) from generate_series(1,3000)),(select array_agg(true) from generate_series(1,3000)),(select array_agg(1.5::float8) from generate_series(1,3000)),(select array_agg(g::int2) from generate_series(1,3000) g),(select array_agg(g::bigint) from generate_series(1,3000) g),'[1,2)',(select ('('||string_agg('('||g||',1)',',')||')')::polygon from generate_series(1,1000) g),(select ('['||string_agg('('||g||',1)',',')||']')::path from generate_series(1,1000) g),array[repeat('t',9000)]::dt[],'c',repeat('v',9000),(select array_agg(g::oid) from generate_series(1,3000) g),(select array_agg('10.0.0.1'::inet) from generate_series(1,3000) g),repeat('n',9000),decode(repeat('ab',5000),'hex'),(select array_agg(g) from generate_series(1,3000) g),(select range_agg(int4range(g*2,g*2+1)) from generate_series(1,1000) g),repeat('10',9000)::varbit;
create table f (id int primary key, v int, a text, b bytea); alter table f replica identity full; alter table f alter a set storage external, alter b set storage external;
insert into f select 1,1,repeat('x',9000),decode(repeat('ab',5000),'hex');
create table ix (id int primary key, k int not null, v int, a text not null); create unique index ixk on ix (k); alter table ix replica identity using index ixk; alter table ix alter a set storage external;
insert into ix select 1,1,1,repeat('x',9000);
create table kt (k text primary key, v int, a text); alter table kt alter k set storage plain, alter a set storage external;
insert into kt select 'k',1,repeat('a',9000);
-- stream
update t set v=2;
update t set id=2;
update t set a='short', ta='{x}';
update f set v=2;
update f set id=2;
delete from f;
update ix set v=2;
update ix set k=2;
update ix set id=9;
update kt set v=2;
update kt set k='k2';
delete from kt;
delete from t;
alter table ix add column w int;
update ix set v=5;
