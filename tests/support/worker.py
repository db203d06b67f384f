"""A Tandem worker as a child process, and the databases beside it, for functional tests.

Addresses of servers come from TANDEM_TEST_* (set by scripts/test.sh and scripts/convergence.sh). Everything here is on 127.0.0.1.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import string
import subprocess
import tempfile
import time

import psycopg2
import pymysql
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = os.environ.get("TANDEM_TEST_USER", "tandem")
PASSWORD = os.environ.get("TANDEM_TEST_PASSWORD", "tandem")
BINARY = os.environ.get("TANDEM_BINARY", str(ROOT / "build" / "dev" / "tandem"))


def address(name):
    host, port = os.environ[f"TANDEM_TEST_{name}"].rsplit(":", 1)
    return host, int(port)


def unique(prefix):
    return prefix + "".join(random.choices(string.ascii_lowercase, k=6))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def mysql(database=None):
    host, port = address("MYSQL")
    return pymysql.connect(host=host, port=port, user=USER, password=PASSWORD, database=database, autocommit=True, charset="utf8mb4",
                           connect_timeout=5)


def postgres(database="app"):
    host, port = address("POSTGRES")
    c = psycopg2.connect(host=host, port=port, user=USER, password=PASSWORD, dbname=database, connect_timeout=5)
    c.autocommit = True
    return c


def eventually(check, seconds=30, what="the condition", pause=0.02):
    """The first true answer of check(); raises with the last answer or error when the time is over."""
    end, last = time.time() + seconds, None
    while time.time() < end:
        try:
            last = check()
            if last:
                return last
        except (requests.RequestException, pymysql.MySQLError, psycopg2.Error, LookupError, AssertionError) as e:
            last = e
        time.sleep(pause)
    raise AssertionError(f"{what} did not come within {seconds} s; last: {last!r}")


class Worker:
    """One worker. `transport` is "embedded" or "kafka"; the folder holds its log, properties and output."""

    def __init__(self, transport="embedded", folder=None, env=None, properties=None):
        self.transport = transport
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="tandem-worker-"))
        self.env = env or {}
        self.extra = properties or {}
        self.rest_port, self.metrics_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.rest_port}"
        self.group = unique("tandem-")
        self.process = None

    @property
    def bootstrap(self):
        return f"embedded:{self.folder}/log" if self.transport == "embedded" else "{}:{}".format(*address("KAFKA"))

    def properties(self):
        p = {"bootstrap.servers": self.bootstrap, "group.id": self.group,
             "listeners": f"http://127.0.0.1:{self.rest_port}", "metrics.listeners": f"http://127.0.0.1:{self.metrics_port}",
             "key.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
             "config.storage.topic": f"{self.group}-configs", "config.storage.replication.factor": "1",
             "offset.storage.topic": f"{self.group}-offsets", "offset.storage.replication.factor": "1", "offset.storage.partitions": "1",
             "status.storage.topic": f"{self.group}-status", "status.storage.replication.factor": "1", "status.storage.partitions": "1",
             "offset.flush.interval.ms": "500", "config.providers": "env",
             "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
             "config.providers.env.param.allowlist.pattern": "(MYSQL|POSTGRES|TANDEM)_[A-Z_]+"}
        return p | self.extra

    def start(self, failpoints="", wait=True):
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "worker.properties"
        file.write_text("".join(f"{k}={v}\n" for k, v in self.properties().items()))
        env = dict(os.environ, **self.env, TANDEM_BOOTSTRAP_SERVERS=self.bootstrap)
        env.pop("TANDEM_FAILPOINTS", None)
        if failpoints:
            env["TANDEM_FAILPOINTS"] = failpoints
        self.output = open(self.folder / "worker.log", "ab")
        self.process = subprocess.Popen([BINARY, "worker", str(file)], stdout=self.output, stderr=self.output, env=env)
        if wait:
            self.await_ready()
        return self

    def await_ready(self, seconds=30):
        def ready():
            if self.process.poll() is not None:
                raise SystemExit(f"the worker ended with {self.process.returncode}:\n{self.log_tail()}")
            return requests.get(self.url + "/connectors", timeout=5).ok
        eventually(ready, seconds, "the worker's REST")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.alive():
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def stop(self, seconds=30):
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the worker did not stop within its grace time")

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self, lines=40):
        return "\n".join((self.folder / "worker.log").read_text(errors="replace").splitlines()[-lines:])

    def call(self, method, path, body=None, timeout=95):
        return requests.request(method, self.url + path, json=body, timeout=timeout)

    def put(self, name, config):
        r = self.call("PUT", f"/connectors/{name}/config", config)
        assert r.ok, f"{name}: {r.status_code} {r.text[:2000]}"
        return r.json()

    def status(self, name):
        return self.call("GET", f"/connectors/{name}/status").json()

    def failed(self):
        """Traces of everything FAILED, by connector."""
        out = {}
        for name, both in self.call("GET", "/connectors?expand=status").json().items():
            s = both["status"]
            traces = [x.get("trace", "") for x in [s["connector"], *s["tasks"]] if x["state"] == "FAILED"]
            if traces:
                out[name] = traces[0]
        return out

    def await_running(self, *names, seconds=60):
        def running():
            if self.process is not None and not self.alive():
                raise SystemExit(f"the worker ended with {self.process.returncode}")
            for name in names:
                s = self.status(name)
                states = [s["connector"]["state"]] + [t["state"] for t in s["tasks"]]
                if "FAILED" in states:
                    raise SystemExit(f"{name}: {json.dumps(s)[:3000]}")
                if not s["tasks"] or any(x != "RUNNING" for x in states):
                    return False
            return True
        eventually(running, seconds, f"RUNNING of {names}")

    def metric(self, name, **labels):
        """The sum of all series of that name that carry these labels."""
        total, wanted = 0.0, [f'{k}="{v}"' for k, v in labels.items()]
        for line in requests.get(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10).text.splitlines():
            if line.startswith(name + "{") or line.startswith(name + " "):
                if all(w in line for w in wanted):
                    total += float(line.rsplit(" ", 1)[1])
        return total


class Link:
    """Two fresh databases and the four shipped connectors between them."""
    NAMES = ("mysql-source", "postgres-source", "postgres-sink", "mysql-sink")

    def __init__(self, prefix="link"):
        self.database = unique(prefix)
        self.slot = self.database
        m = mysql()
        m.cursor().execute(f"create database `{self.database}` default character set utf8mb4")
        m.close()
        p = postgres()
        p.cursor().execute(f"create database {self.database}")
        p.close()

    def env(self):
        (mh, mp), (ph, pp) = address("MYSQL"), address("POSTGRES")
        return {"MYSQL_HOST": mh, "MYSQL_PORT": str(mp), "MYSQL_USER": USER, "MYSQL_PASSWORD": PASSWORD, "MYSQL_DATABASE": self.database,
                "MYSQL_SERVER_ID": str(random.randint(10000, 2**31)), "POSTGRES_HOST": ph, "POSTGRES_PORT": str(pp), "POSTGRES_USER": USER,
                "POSTGRES_PASSWORD": PASSWORD, "POSTGRES_DATABASE": self.database}

    def config(self, name, **more):
        """A shipped connector's configuration with topics of this link's own."""
        text = (ROOT / "connectors" / f"{name}-connector.json").read_text()
        for word in ("mysql-to-postgres", "postgres-to-mysql"):
            text = text.replace(word, f"{self.database}-{word}")
        config = json.loads(text)["config"]
        if name == "postgres-source":
            config |= {"slot.name": self.slot, "publication.name": self.slot}
        return config | {k.replace("__", "."): v for k, v in more.items()}

    def mysql(self):
        return mysql(self.database)

    def postgres(self):
        return postgres(self.database)

    def deploy(self, worker, names=NAMES):
        for name in names:
            worker.put(f"{self.database}-{name}", self.config(name))
        worker.await_running(*[f"{self.database}-{n}" for n in names])

    def connector(self, name):
        return f"{self.database}-{name}"

    def remove(self):
        p = postgres()
        k = p.cursor()
        for _ in range(50):
            try:
                k.execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s", (self.slot,))
                break
            except psycopg2.Error:
                time.sleep(0.2)
        k.execute(f"drop database if exists {self.database} with (force)")
        p.close()
        m = mysql()
        m.cursor().execute(f"drop database if exists `{self.database}`")
        m.close()
