"""What a dashboard reads on the metrics port while real databases are captured."""
import requests
from worker import eventually, postgres


def figure(worker, name, **labels):
    return worker.metric("debezium_metrics_" + name, **labels)


def test_debezium_figures_of_a_snapshot_and_a_change(worker, link):
    m, p = link.mysql(), link.postgres()
    k = m.cursor()
    k.execute("create table users (id int primary key, name varchar(20))")
    k.executemany("insert into users values (%s, %s)", [(i, f"n{i}") for i in range(30)])
    p.cursor().execute("create table orders (id int primary key, note text)")
    p.cursor().execute("insert into orders select g, 'n' || g from generate_series(1, 40) g")
    link.deploy(worker, ("mysql-source", "postgres-source"))
    for plugin, connector, rows, table in (("mysql", "mysql-source", 30, f"{link.database}.users"),
                                           ("postgres", "postgres-source", 40, "public.orders")):
        own = {"plugin": plugin, "connector": link.connector(connector)}
        snapshot, streaming = own | {"context": "snapshot"}, own | {"context": "streaming"}
        eventually(lambda: figure(worker, "SnapshotCompleted", **snapshot) == 1, what=f"{plugin}'s snapshot")
        assert figure(worker, "RowsScanned", table=table, **snapshot) == rows
        assert figure(worker, "TotalNumberOfEventsSeen", **snapshot) == rows
        assert figure(worker, "TotalTableCount", **snapshot) >= 1
        assert figure(worker, "RemainingTableCount", **snapshot) == 0
        assert figure(worker, "SnapshotRunning", **snapshot) == 0
        eventually(lambda: figure(worker, "Connected", **streaming) == 1, what=f"{plugin}'s stream")
        assert figure(worker, "MilliSecondsBehindSource", **streaming) == -1, "no event was streamed yet"
    k.execute("insert into users values (100, 'new')")
    k.execute("update users set name = 'newer' where id = 100")
    k.execute("delete from users where id = 100")
    p.cursor().execute("insert into orders values (100, 'new')")
    p.cursor().execute("update orders set note = 'newer' where id = 100")
    p.cursor().execute("delete from orders where id = 100")
    for plugin in ("mysql", "postgres"):
        streaming = {"plugin": plugin, "context": "streaming"}
        for kind in ("Create", "Update", "Delete"):
            eventually(lambda: figure(worker, f"TotalNumberOf{kind}EventsSeen", **streaming) == 1, what=f"{plugin}'s {kind}")
        assert figure(worker, "TotalNumberOfEventsSeen", **streaming) == 3
        assert figure(worker, "NumberOfCommittedTransactions", **streaming) >= 3
        assert 0 <= figure(worker, "MilliSecondsBehindSource", **streaming) < 10000
        assert 0 <= figure(worker, "MilliSecondsSinceLastEvent", **streaming) < 30000
        assert figure(worker, "QueueTotalCapacity", **streaming) == figure(worker, "QueueRemainingCapacity", **streaming) > 0
    eventually(lambda: worker.metric("sync_slot_retained_bytes", slot=link.slot) > 0, what="what the slot keeps")
    page = requests.get(f"http://127.0.0.1:{worker.metrics_port}/metrics", timeout=5).text
    assert 'debezium_metrics_BinlogPosition{connector=' in page and 'context="schema-history"' in page


def test_a_lost_database_shows_as_not_connected(worker, link):
    link.deploy(worker, ("postgres-source",))
    streaming = {"plugin": "postgres", "context": "streaming"}
    eventually(lambda: figure(worker, "Connected", **streaming) == 1, what="the stream")
    k = postgres().cursor()
    k.execute(f"alter database {link.database} allow_connections false")
    k.execute("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = %s", (link.slot,))
    try:
        eventually(lambda: figure(worker, "Connected", **streaming) == 0, what="the loss")
    finally:
        k.execute(f"alter database {link.database} allow_connections true")
    eventually(lambda: figure(worker, "Connected", **streaming) == 1, what="the stream again")


def test_debezium_figures_of_a_sink(worker, link):
    k = link.mysql().cursor()
    k.execute("create table users (id int primary key, name varchar(20))")
    link.deploy(worker, ("mysql-source", "postgres-sink"))
    eventually(lambda: figure(worker, "Connected", plugin="mysql", context="streaming") == 1, what="the stream")
    k.execute("insert into users values (1, 'a'), (2, 'b'), (3, 'c')")
    k.execute("delete from users where id = 2")
    sink = {"plugin": "jdbc", "context": "sink", "connector": link.connector("postgres-sink")}
    eventually(lambda: figure(worker, "TotalNumberOfDeletes", **sink) == 1, what="the delete")
    assert figure(worker, "TotalNumberOfWrites", **sink) == 3
    assert figure(worker, "TotalNumberOfTruncates", **sink) == 0
    sent = "kafka_connect_sink_task_metrics_sink_record_send_total"
    eventually(lambda: worker.metric(sent, connector=link.connector("postgres-sink")) >= 4, what="the records counted")
