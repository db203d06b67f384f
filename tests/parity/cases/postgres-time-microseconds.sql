-- engine: postgres
-- set: time.precision.mode=microseconds
-- set: interval.handling.mode=numeric
-- clock: n cd
-- snapshot
create table t (id int primary key, d date, t time, t0 time(0), t3 time(3), tz timetz, ts timestamp, ts0 timestamp(0), ts3 timestamp(3), tstz timestamptz, tstz3 timestamptz(3), iv interval);
insert into t values (1,'2024-02-29','23:59:59.999999','12:34:56','12:34:56.789','12:00:00.123456+02','2024-05-06 07:08:09.123456','2024-05-06 07:08:09','2024-05-06 07:08:09.120','2024-05-06 07:08:09.123456+03','2024-05-06 07:08:09.1+00','1 year 2 mons 3 days 04:05:06.5');
insert into t (id) values (2);
insert into t values (3,'1900-01-01','00:00:00','24:00:00','00:00:00.001','23:59:59-15:59','1700-01-01 00:00:00','1969-12-31 23:59:59','1969-12-31 23:59:59.999','1700-01-01 00:00:00.000001+00','2200-01-01 00:00:00+00','-1 year -2 days +03:00:00.000001');
create table d (id int primary key, d date not null default '2020-02-03', t time not null default '01:02:03.5', t3 time(3) default '01:02:03.5', ts timestamp not null default '2020-02-03 04:05:06.789', ts3 timestamp(3) default '2020-02-03 04:05:06.789', tz timestamptz not null default '2020-02-03 04:05:06+00', tt timetz not null default '04:05:06+02', iv interval not null default '1 day', n timestamptz default now(), cd date default current_date);
insert into d (id) values (1);
-- stream
insert into t select id+10, d,t,t0,t3,tz,ts,ts0,ts3,tstz,tstz3,iv from t;
insert into d (id) values (2);
update t set ts='1969-12-31 23:59:59.000001', iv='-00:00:00.5' where id=2;
