-- engine: postgres
-- set: decimal.handling.mode=string
-- snapshot
create table t (id int primary key, d date, ts timestamp, ts3 timestamp(3), tstz timestamptz, r real, f double precision, n numeric, n2 numeric(10,2));
insert into t values (1,'infinity','infinity','infinity','infinity','Infinity','NaN','NaN','NaN'),(2,'-infinity','-infinity','-infinity','-infinity','-Infinity','-Infinity','NaN',1.5);
insert into t values (3,'1582-10-15','4713-01-01 BC','0001-01-01 BC','4713-01-02 BC','NaN','Infinity',1e-20,0);
insert into t values (4,'5874897-12-31','294276-12-31','294246-12-31','294276-12-31',1e-45,5e-324,1e20,-0.5);
-- stream
insert into t select id+10,d,ts,ts3,tstz,r,f,n,n2 from t;
