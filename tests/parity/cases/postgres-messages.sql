-- engine: postgres
-- set: message.prefix.exclude.list=no.*
-- snapshot
create table a (id int primary key, v int);
-- stream
select pg_logical_emit_message(true,'pre','content é');
select pg_logical_emit_message(false,'pre','non transactional');
begin;
insert into a values (1,1);
select pg_logical_emit_message(true,'pre','inside');
select pg_logical_emit_message(true,'nope','excluded');
insert into a values (2,1);
commit;
select pg_logical_emit_message(true,'bin','\x00ff01'::bytea);
insert into a values (3,1);
