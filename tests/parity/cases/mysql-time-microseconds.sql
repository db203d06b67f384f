-- engine: mysql
-- set: time.precision.mode=microseconds
-- snapshot
create table t (id int primary key, d date, ti time, t3 time(3), t6 time(6), dt datetime, dt3 datetime(3), dt6 datetime(6), ts timestamp null, ts3 timestamp(3) null, ts6 timestamp(6) null, y year);
insert into t values (1,"2024-02-29","12:34:56","-00:00:01.500","23:59:59.999999","2024-05-06 07:08:09","2024-05-06 07:08:09.123","2024-05-06 07:08:09.123456","2024-05-06 07:08:09","2024-05-06 07:08:09.120","2024-05-06 07:08:09.123456",2024);
insert into t (id) values (2);
insert into t values (3,"1000-01-01","-838:59:59","838:59:59.000","00:00:00.000001","1000-01-01 00:00:00","9999-12-31 23:59:59.999","1969-12-31 23:59:59.999999","1970-01-01 00:00:01","2038-01-19 03:14:07.999","2000-01-01 00:00:00.000000",1901);
create table d (id int primary key, d date not null default "2020-02-03", ti time(3) not null default "01:02:03.5", dt datetime not null default "2020-02-03 04:05:06", dt6 datetime(6) not null default "2020-02-03 04:05:06.789012", ts timestamp not null default "2020-02-03 04:05:06", y year not null default 1999);
insert into d (id) values (1);
-- stream
insert into t select id+10, d, ti, t3, t6, dt, dt3, dt6, ts, ts3, ts6, y from t;
insert into d (id) values (2);
update t set dt6="1969-12-31 23:59:59.000001", t6="-12:00:00.000001" where id=2;
