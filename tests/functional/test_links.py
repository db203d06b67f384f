"""What a link promises: replaced logs are noticed, echo-only traffic moves positions, every shipped connector file works."""
import shutil
import subprocess
import time

from confluent_kafka.admin import AdminClient

from worker import Link, ROOT, Worker, address, eventually


def users(link):
    m = link.mysql().cursor()
    m.execute("create table if not exists users (id bigint primary key, name varchar(80))")
    return m


def count(cursor, table):
    cursor.execute(f"select count(*) from {table}")
    return cursor.fetchone()[0]


def arrived(link, n, table="mysql_users"):
    return lambda: count(link.postgres().cursor(), table) == n


def cross_one_row_each_way(link, worker):
    m = users(link)
    p = link.postgres().cursor()
    p.execute("create table orders (id bigint primary key, customer text); alter table orders replica identity full")
    link.deploy(worker)
    m.execute("insert into users values (1, 'Ada')")
    p.execute("insert into orders values (1, 'Grace')")
    eventually(arrived(link, 1), 30, "the user")
    eventually(lambda: count(link.mysql().cursor(), "postgres_orders") == 1, 30, "the order")


def test_pair_carries_both_ways_and_nothing_comes_back(link, worker):
    cross_one_row_each_way(link, worker)
    link.postgres().cursor().execute("update mysql_users set name = 'from PostgreSQL' where id = 1")
    link.mysql().cursor().execute("update postgres_orders set customer = 'from MySQL' where id = 1")

    def both():
        m, p = link.mysql().cursor(), link.postgres().cursor()
        m.execute("select name from users")
        p.execute("select customer from orders")
        return m.fetchall() == (("from PostgreSQL",),) and p.fetchall() == [("from MySQL",)]
    eventually(both, 30, "the rows written on the other side of each pair")
    time.sleep(2)
    before = worker.metric("sync_rows_total")
    time.sleep(2)
    assert worker.metric("sync_rows_total") == before, "something goes round in circles"
    assert worker.metric("sync_echoes_dropped_total") >= 4


def test_deleted_embedded_folder_fails_with_the_remedy(link, worker):
    cross_one_row_each_way(link, worker)
    worker.stop()
    shutil.rmtree(worker.folder / "log")
    worker.start()
    for name in link.NAMES:
        if name.endswith("sink"):
            worker.put(link.connector(name), link.config(name))
    worker.put(link.connector("mysql-source"), link.config("mysql-source"))
    trace = eventually(lambda: worker.failed().get(link.connector("postgres-sink")), 30, "FAILED of the sink")
    assert "tandem_position" in trace and "Remedy" in trace and "log" in trace
    assert count(link.postgres().cursor(), "mysql_users") == 1   # nothing was skipped or applied on top


def test_kafka_topic_made_anew_fails_with_the_remedy(link):
    worker = Worker("kafka", env=link.env()).start()
    try:
        m = users(link)
        link.deploy(worker, ["mysql-source", "postgres-sink"])
        for i in range(20):
            m.execute("insert into users values (%s, 'x')", (i,))
        eventually(arrived(link, 20), 60, "the users")
        for n in ("mysql-source", "postgres-sink"):
            assert worker.call("PUT", f"/connectors/{link.connector(n)}/stop").status_code == 204
        topic = f"{link.database}-mysql-to-postgres.users"
        admin = AdminClient({"bootstrap.servers": "{}:{}".format(*address("KAFKA"))})
        admin.delete_topics([topic])[topic].result()
        eventually(lambda: topic not in admin.list_topics(timeout=5).topics, 30, "the topic's end")
        # Made anew and longer than before: only what is in it can tell.
        assert worker.call("PUT", f"/connectors/{link.connector('mysql-source')}/resume").status_code == 202
        worker.await_running(link.connector("mysql-source"))
        for i in range(100, 150):
            m.execute("insert into users values (%s, 'y')", (i,))
        time.sleep(3)
        worker.call("PUT", f"/connectors/{link.connector('postgres-sink')}/resume")
        trace = eventually(lambda: worker.failed().get(link.connector("postgres-sink")), 60, "FAILED of the sink")
        assert topic in trace and "Remedy" in trace
        assert count(link.postgres().cursor(), "mysql_users") == 20
    finally:
        worker.kill()
        worker.remove()


def test_echo_only_traffic_moves_offsets_and_frees_wal(link, worker):
    """PostgreSQL sees nothing but echoes of MySQL's changes; its source writes no record, yet its position moves."""
    m = users(link)
    link.deploy(worker)
    m.execute("insert into users values (0, 'first')")
    eventually(arrived(link, 1), 30, "the first row")

    def offset():
        return worker.call("GET", f"/connectors/{link.connector('postgres-source')}/offsets").json()["offsets"][0]["offset"]
    before = eventually(offset, 30, "an offset")
    rows, started = 60_000, time.time()
    for at in range(1, rows + 1, 500):
        m.execute("insert into users values " + ",".join(f"({i}, repeat('x', 80))" for i in range(at, at + 500)))
        m.execute("update users set name = repeat('y', 80) where id between %s and %s", (at, at + 499))
    eventually(arrived(link, rows + 1), 120, "all rows")
    eventually(lambda: offset()["lsn"] > before["lsn"], 30, "a moved offset")

    def retained():
        k = link.postgres().cursor()
        k.execute("select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint "
                  "from pg_replication_slots where slot_name = %s", (link.slot,))
        return k.fetchone()
    k = link.postgres().cursor()
    k.execute("checkpoint")
    eventually(lambda: retained()[0] < 32 << 20, 60, "a slot that retains less than 32 MB")
    print(f"{2 * rows} echoes in {time.time() - started:.0f} s; retained {retained()[0] >> 10} KiB")


def test_connector_files_through_manage_connectors(link, worker, tmp_path):
    users(link)
    link.postgres().cursor().execute("create table orders (id bigint primary key); alter table orders replica identity full")
    import json
    script = str(ROOT / "scripts" / "manage-connectors.sh")

    def run(*args, ok=True):
        r = subprocess.run([script, *args], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "CONNECT_URL": worker.url}, timeout=90)
        assert (r.returncode == 0) == ok, r
        return r.stdout + r.stderr
    for n in link.NAMES:
        file = tmp_path / f"{n}.json"
        file.write_text(json.dumps({"name": n, "config": link.config(n)}))
        assert "RUNNING" in run("deploy", str(file))
    assert run("list").count("RUNNING") == 4
    run("pause", "mysql-sink")
    eventually(lambda: "PAUSED" in run("list"), 15, "PAUSED")
    run("resume", "mysql-sink")
    eventually(lambda: run("list").count("RUNNING") == 4, 15, "RUNNING again")
    run("restart", "mysql-sink")
    assert "not found" in run("status", "nobody", ok=False).lower() or "no status" in run("status", "nobody", ok=False).lower()
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"name": "bad", "config": link.config("mysql-sink") | {"connection.password": "no"}}))
    assert "password" in run("deploy", str(bad), ok=False).lower()


def test_kill_9_loses_nothing(link, worker):
    cross_one_row_each_way(link, worker)
    m = link.mysql().cursor()
    for i in range(2, 12):
        m.execute("insert into users values (%s, 'x')", (i,))
        worker.kill()
        worker.start()
    eventually(arrived(link, 11), 60, "all rows")
    assert not worker.failed()
