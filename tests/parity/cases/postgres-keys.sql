-- engine: postgres
-- set: skipped.operations=none
-- set: provide.transaction.metadata=true
-- set: tombstones.on.delete=false
-- set: publish.via.partition.root=true
-- set: column.propagate.source.type=.*
-- set: replica.identity.autoset.values=@DB@.rf:FULL,@DB@.rn:DEFAULT,@DB@.ri:INDEX rix
-- snapshot
create table rf (id int primary key, v text, w int); create table rn (id int primary key, v text); create table ri (id int primary key, v text, w int not null); create unique index rix on ri (w);
create table c1 (id int primary key, r int); create table c2 (id int primary key, r int references c1);
alter table c1 drop constraint c1_pkey cascade;
alter table c1 add primary key (id);
alter table c2 add foreign key (r) references c1;
create table ck (a int, b text, c date, v int, primary key (c, a));
create table uq2 (a int not null, b int not null, c int, unique (b,a));
alter table uq2 replica identity full;
create table uqn (a int unique, b int);
create table uqe (a int not null, b text); create unique index on uqe (lower(b)); create unique index on uqe (a) where b is not null;
create table pt (id int, k int, v text default 'x', primary key (id,k)) partition by list (k);
create table pt1 partition of pt for values in (1,2); create table ptd partition of pt default;
create table ty (id serial primary key, vc varchar(10), ch char(5), n numeric(8,3), nn numeric, ts timestamp(3), tm time(2), b bit(5), vb varbit(7), iv interval(2), ia int[], va varchar(4)[], na numeric(5,1)[], m money, u uuid, i8 bigserial, j jsonb, by bytea, ts2 timestamptz, ts3 timestamptz(2), e "char", d date);
insert into rf values (1,'a',1); insert into rn values (1,'a');
insert into ri values (1,'a',1); insert into c1 values (1,1);
insert into c2 values (1,1);
insert into ck values (1,'b','2024-01-01',1);
insert into uq2 values (1,2,3);
insert into uqn values (1,2);
insert into uqe values (1,'A');
insert into pt values (1,1),(2,9);
insert into ty (id) values (1);
-- stream
update rf set v='b';
delete from rf;
update ri set v='c';
update ri set w=5;
delete from ri;
update ck set a=2;
update ck set v=5;
delete from ck;
update uq2 set c=9;
insert into uq2 values (4,5,6);
insert into uqn values (4,5);
insert into uqe values (4,'B');
truncate c1, c2;
insert into c1 values (5,5);
truncate c1 cascade;
update pt set k=2 where id=1;
update pt set k=7 where id=1;
update pt set v='y' where id=2;
delete from pt where id=2;
truncate pt;
insert into ty (id,vc) values (5,'x');
insert into rn values (5,'x');
truncate rn restart identity;
begin;
insert into rf values (10,'s',1);
savepoint a;
insert into rf values (11,'s',1);
rollback to savepoint a;
insert into rf values (12,'s',1);
savepoint b;
update rf set w=3 where id=12;
release savepoint b;
delete from rf where id=10;
commit;
insert into rf select g, 'l', g from generate_series(100,1500) g;
begin;
insert into rf values (2000,'x',1);
update rf set id=2001 where id=2000;
update rf set id=2002 where id=2001;
delete from rf where id=2002;
commit;
