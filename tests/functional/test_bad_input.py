"""What people get wrong: each is refused as early as possible, names the setting or grant, the value seen and the remedy; nothing is lost."""
import os
import re
import subprocess

import pymysql
import pytest

from worker import PASSWORD, ROOT, USER, Worker, address, eventually, free_port, mysql, postgres, unique


def refused(worker, config, *words, name="bad"):
    """PUT answers 400 and the message holds all the words."""
    r = worker.call("PUT", f"/connectors/{name}/config", config)
    assert r.status_code == 400, f"{r.status_code} {r.text[:1500]}"
    body = r.json()
    assert body["error_code"] == 400
    for word in words:
        assert re.search(word, body["message"], re.I), f"{word!r} is not in: {body['message']}"
    return body["message"]


def failed(worker, name, *words, seconds=30):
    """The task (or connector) becomes FAILED and the trace holds all the words."""
    trace = eventually(lambda: worker.failed().get(name), seconds, f"FAILED of {name}")
    for word in words:
        assert re.search(word, trace, re.I), f"{word!r} is not in: {trace}"
    return trace


@pytest.mark.parametrize("side", ["mysql-source", "postgres-source", "postgres-sink", "mysql-sink"])
def test_wrong_password(worker, link, side):
    key = "connection.password" if side.endswith("sink") else "database.password"
    refused(worker, link.config(side) | {key: "not-it"}, USER, "password")


@pytest.mark.parametrize("side,where", [("mysql-source", {"database.port": "1"}), ("postgres-source", {"database.port": "1"}),
                                        ("postgres-sink", {"connection.url": "jdbc:postgresql://127.0.0.1:1/app"}),
                                        ("mysql-sink", {"connection.url": "jdbc:mysql://127.0.0.1:1/app"})])
def test_host_not_reachable(worker, link, side, where):
    refused(worker, link.config(side) | where, r"127\.0\.0\.1", r"\b1\b")


def test_unknown_host(worker, link):
    refused(worker, link.config("mysql-source", database__hostname="no-such-host.invalid"), "no-such-host.invalid")


def test_binlog_format_statement(worker, link):
    m = mysql().cursor()
    m.execute("set global binlog_format = STATEMENT")
    try:
        refused(worker, link.config("mysql-source"), "binlog_format", "STATEMENT", "ROW")
    finally:
        m.execute("set global binlog_format = ROW")


def servers(action, name, kind, **options):
    """Servers of this run's own, so that a run beside it keeps its own."""
    env = dict(os.environ, SERVERS=f"{os.environ.get('SERVERS', 'test')}-{kind}", **options)
    return subprocess.run([str(ROOT / "scripts/dev/servers.sh"), action] + ([name] if name else []), env=env, check=True, capture_output=True, text=True).stdout


def test_binlog_off(worker, link):
    servers("up", "mysql", "nobinlog", MYSQL_OPTIONS="--skip-log-bin")
    try:
        port = re.search(r"MYSQL_PORT=(\d+)", servers("env", None, "nobinlog"))[1]
        pymysql.connect(host="127.0.0.1", port=int(port), user=USER, password=PASSWORD).cursor().execute(f"create database if not exists `{link.database}`")
        refused(worker, link.config("mysql-source", database__port=port), "log_bin|binlog", "OFF|log-bin")
    finally:
        servers("wipe", None, "nobinlog")


def test_wal_level_replica(worker, link):
    servers("up", "postgres", "walreplica", POSTGRES_OPTIONS="-c wal_level=replica")
    try:
        port = re.search(r"POSTGRES_PORT=(\d+)", servers("env", None, "walreplica"))[1]
        refused(worker, link.config("postgres-source", database__port=port, database__dbname="app"), "wal_level", "replica", "logical")
    finally:
        servers("wipe", None, "walreplica")


def test_missing_replication_right_mysql(worker, link):
    user = unique("poor")
    m = mysql().cursor()
    m.execute(f"create user {user}@'%' identified by 'pw'")
    m.execute(f"grant select on `{link.database}`.* to {user}@'%'")
    try:
        refused(worker, link.config("mysql-source", database__user=user, database__password="pw"), "REPLICATION SLAVE", "GRANT")
    finally:
        m.execute(f"drop user {user}@'%'")


def test_missing_replication_right_postgres(worker, link):
    user = unique("poor")
    p = postgres().cursor()
    p.execute(f"create role {user} login password 'pw'")
    try:
        refused(worker, link.config("postgres-source", database__user=user, database__password="pw"), "REPLICATION", f"ALTER ROLE .*{user}")
    finally:
        p.execute(f"drop role {user}")


def test_table_without_key_under_upsert(worker, link):
    link.mysql().cursor().execute("create table nokey (a int, b varchar(10))")
    link.mysql().cursor().execute("insert into nokey values (1, 'x')")
    link.deploy(worker, ["mysql-source"])
    worker.put("sink", link.config("postgres-sink"))
    failed(worker, "sink", "nokey", "key")


def test_myisam_target(worker, link):
    link.mysql().cursor().execute("create table postgres_things (id int primary key, v varchar(10)) engine = MyISAM")
    p = link.postgres().cursor()
    p.execute("create table things (id int primary key, v varchar(10)); alter table things replica identity full; insert into things values (1, 'x')")
    link.deploy(worker, ["postgres-source"])
    worker.put("sink", link.config("mysql-sink"))
    failed(worker, "sink", "MyISAM", "postgres_things", "ENGINE *= *InnoDB")
    m = link.mysql().cursor()
    m.execute("alter table postgres_things engine = InnoDB")
    assert worker.call("POST", "/connectors/sink/restart?includeTasks=true").status_code == 202

    def arrived():
        k = link.mysql().cursor()
        k.execute("select v from postgres_things where id = 1")
        return k.fetchone() == ("x",)
    eventually(arrived, 30, "the row after the remedy")


def test_unknown_connector_class(worker):
    r = worker.call("PUT", "/connectors/bad/config", {"connector.class": "com.acme.NoSuchConnector", "tasks.max": "1"})
    assert r.status_code in (400, 500)
    assert "com.acme.NoSuchConnector" in r.json()["message"] and "io.debezium.connector.mysql.MySqlConnector" in r.json()["message"]


def test_malformed_json(worker):
    import requests
    r = requests.post(worker.url + "/connectors", data='{"name": "x", "config": {', headers={"Content-Type": "application/json"}, timeout=10)
    assert r.status_code in (400, 500) and r.json()["message"]
    assert worker.call("GET", "/connectors").json() == []


@pytest.mark.parametrize("setting,value,side", [("snapshot.mode", "sometimes", "mysql-source"), ("insert.mode", "merge", "postgres-sink"),
                                                ("publication.autocreate.mode", "maybe", "postgres-source"), ("tasks.max", "0", "mysql-source"),
                                                ("transforms.route.regex", "(", "mysql-source"), ("primary.key.mode", "x", "mysql-sink")])
def test_unknown_setting_value(worker, link, setting, value, side):
    refused(worker, link.config(side) | {setting: value}, re.escape(setting), re.escape(value))


def poison(worker, link):
    """A row that PostgreSQL cannot hold (a NUL in text), between two good ones."""
    m = link.mysql().cursor()
    m.execute("create table notes (id int primary key, body varchar(50))")
    link.postgres().cursor().execute("create table mysql_notes (id int primary key, body text)")
    link.deploy(worker, ["mysql-source"])
    m.execute("insert into notes values (1, 'good')")
    m.execute("insert into notes values (2, concat('bad', char(0)))")
    m.execute("insert into notes values (3, 'good too')")


def ids(link):
    k = link.postgres().cursor()
    k.execute("select id from mysql_notes order by id")
    return [r[0] for r in k.fetchall()]


def test_record_that_cannot_be_applied_stops(worker, link):
    poison(worker, link)
    worker.put("sink", link.config("postgres-sink"))
    failed(worker, "sink", "mysql_notes", "body", "NUL|0x00")
    assert ids(link) in ([], [1])   # nothing after the bad record was applied


def test_record_that_cannot_be_applied_goes_to_the_dead_letter_topic(worker, link):
    poison(worker, link)
    worker.put("sink", link.config("postgres-sink") | {"errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead",
                                                       "errors.deadletterqueue.topic.replication.factor": "1",
                                                       "errors.deadletterqueue.context.headers.enable": "true"})
    eventually(lambda: ids(link) == [1, 3], 30, "the rows around the bad one")
    assert not worker.failed()
    out = subprocess.run([os.environ.get("TANDEM_BINARY", str(ROOT / "build/dev/tandem")), "topics", "tail", "dead", "--bootstrap", worker.bootstrap,
                          "--from-beginning"], capture_output=True, text=True, timeout=20)
    assert "__connect.errors." in out.stdout and out.stdout.count("__connect.errors.topic") == 1, out


def test_taken_port_is_named(link):
    first = Worker("embedded", env=link.env()).start()
    second = Worker("embedded", env=link.env())
    second.rest_port = first.rest_port
    try:
        second.start(wait=False)
        assert second.process.wait(10) != 0
        assert str(first.rest_port) in second.log_tail()
    finally:
        first.remove()
        second.remove()
