#!/usr/bin/env python3
"""Both databases written at once, the worker and the databases killed again and again: at rest both hold equal rows.

  convergence.py [--transport embedded|kafka] [--changes 100000] [--kills 20] [--database-kills 2] [--toggles 500] [--seed N]

Writers work on MySQL and PostgreSQL at the same time, each on keys of its own (what happens to one key on both sides at once is
the business of conflict policies). Half of the worker's kills are SIGKILL at a random moment, half are crashes at named failpoints. Prints
counts as it goes; exit status 0 only when everything is equal and nothing moves any more.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

import psycopg2
import pymysql

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from worker import Link, ROOT, Worker, eventually  # noqa: E402

ap = argparse.ArgumentParser()
ap.add_argument("--transport", default="embedded", choices=["embedded", "kafka"])
ap.add_argument("--changes", type=int, default=100_000, help="of both sides together")
ap.add_argument("--kills", type=int, default=20, help="of the worker")
ap.add_argument("--database-kills", type=int, default=2, help="of each database")
ap.add_argument("--toggles", type=int, default=500)
ap.add_argument("--seed", type=int, default=int(time.time()))
ap.add_argument("--keep", action="store_true", help="leave databases and the worker's folder for a look")
A = ap.parse_args()

# On the embedded log records and offset are one batch: nothing is between them.
FAILPOINTS = ["position written", "database committed before consumer commit", "records sent", "before commit", "sink put done",
              "before consumer commit"] + (["produced before offset", "offset written"] if A.transport == "kafka" else [])

# Pairs: (table in MySQL, table in PostgreSQL, columns). `seats` has a second unique index whose values move between keys; `events` and
# `ledger` are each written, and truncated, by one side only.
PAIRS = [
    ("users", "mysql_users", ["id", "name", "balance", "note"]),
    ("postgres_orders", "orders", ["id", "customer", "total", "note"]),
    ("seats", "mysql_seats", ["id", "code", "holder"]),
    ("events", "mysql_events", ["id", "what"]),
    ("postgres_ledger", "ledger", ["id", "what"]),
]


def say(*words):
    print(f"[{time.strftime('%H:%M:%S')}]", *words, flush=True)


def make_tables(link):
    m = link.mysql().cursor()
    m.execute("create table users (id bigint primary key, name varchar(80) not null, balance decimal(14,2) not null, note text)")
    m.execute("create table seats (id bigint primary key, code varchar(40) not null, holder varchar(80), unique key (code))")
    m.execute("create table events (id bigint primary key, what varchar(80))")
    m.execute("insert into events values (2, 'the first')")   # a table is made on the other side with its first row
    m.execute("create table postgres_orders (id bigint primary key, customer varchar(80) not null, total decimal(14,2) not null, note text)")
    for i in range(1, 201):
        m.execute("insert into users values (%s, %s, %s, 'from before')", (i * 2, f"early {i}", i))
    p = link.postgres().cursor()
    p.execute("create table orders (id bigint primary key, customer text not null, total numeric(14,2) not null, note text)")
    p.execute("create table ledger (id bigint primary key, what text)")
    p.execute("create table mysql_seats (id bigint primary key, code text not null unique, holder text)")
    p.execute("insert into ledger values (1, 'the first')")
    for t in ("orders", "ledger", "mysql_seats"):
        p.execute(f"alter table {t} replica identity full")
    for i in range(1, 201):
        p.execute("insert into orders values (%s, %s, %s, 'from before')", (i * 2 + 1, f"early {i}", i))


class Side(threading.Thread):
    """Writes mixed transactions into one database until its share of changes is done. Keys are ≡ parity (mod 2)."""

    def __init__(self, link, kind, changes, seed):
        super().__init__(name=kind)
        self.link, self.kind, self.left = link, kind, changes
        self.random = random.Random(seed)
        self.parity = 0 if kind == "mysql" else 1
        self.names = {"users": "users", "orders": "postgres_orders", "seats": "seats", "own": "events"} if kind == "mysql" else \
                     {"users": "mysql_users", "orders": "orders", "seats": "mysql_seats", "own": "ledger"}
        self.keys = {t: [] for t in ("users", "orders", "seats", "own")}
        self.next_key, self.done, self.lost, self.rolled_back = 10_000 + self.parity, 0, 0, 0
        self.error = None
        self.allowed = 0   # changes; the chaos raises it, so that there is traffic around every kill

    def connect(self):
        c = self.link.mysql() if self.kind == "mysql" else self.link.postgres()
        if self.kind == "mysql":
            c.autocommit(False)
        else:
            c.autocommit = False
        return c

    def run(self):
        connection = None
        try:
            while self.left > 0:
                if self.done >= self.allowed:
                    time.sleep(0.005)
                    continue
                try:
                    connection = connection or eventually(self.connect, 60, f"a connection to {self.kind}")
                    self.transaction(connection)
                except (pymysql.err.OperationalError, pymysql.err.InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError):
                    self.lost += 1   # the database was killed; whether this commit counted does not matter, the databases are compared
                    connection = None
                    self.forget()
        except BaseException as e:
            self.error = e

    def forget(self):
        """After a lost connection nobody knows what was committed: go on with fresh keys only."""
        self.keys = {t: [] for t in self.keys}
        self.next_key += 1_000_000

    def fresh(self):
        self.next_key += 2
        return self.next_key

    def transaction(self, c):
        k, r = c.cursor(), self.random
        if len(self.keys["own"]) > 20 and r.random() < 0.02:
            # TRUNCATE commits by itself in MySQL, so it stands alone on both sides.
            k.execute(f"truncate table {self.names['own']}")
            c.commit()
            self.keys["own"].clear()
            self.done += 1
            self.left -= 1
            return
        rollback = r.random() < 0.05
        before = {t: list(v) for t, v in self.keys.items()} if rollback else None
        n = r.choice([1, 1, 2, 5, 20, 60])
        for _ in range(n):
            self.change(k, r)
        if rollback:
            c.rollback()
            self.keys = before
            self.rolled_back += 1
        else:
            c.commit()
            self.done += n
            self.left -= n

    def change(self, k, r):
        what = r.random()
        table = r.choice(["users", "users", "orders", "orders", "seats"]) if what < 0.97 else "own"
        name, keys = self.names[table], self.keys[table]
        if table == "own":
            keys.append(self.fresh())
            k.execute(f"insert into {name} values (%s, %s)", (keys[-1], "event"))
        elif table == "seats":
            self.change_seat(k, r, name, keys)
        elif what < 0.40 or len(keys) < 10:
            key = self.fresh()
            columns = "id, name, balance, note" if table == "users" else "id, customer, total, note"
            k.execute(f"insert into {name} ({columns}) values (%s, %s, %s, %s)",
                      (key, f"naïve ‘{key}’ 😀", r.randrange(10**9) / 100, r.choice([None, "", "x" * r.choice([5, 300, 3000])])))
            keys.append(key)
        elif what < 0.80:
            column = "balance" if table == "users" else "total"
            k.execute(f"update {name} set {column} = {column} + 1, note = %s where id = %s", (f"n{r.randrange(1000)}", r.choice(keys)))
        elif what < 0.92:
            k.execute(f"delete from {name} where id = %s", (keys.pop(r.randrange(len(keys))),))
        else:
            at = r.randrange(len(keys))
            key = self.fresh()
            k.execute(f"update {name} set id = %s where id = %s", (key, keys[at]))
            keys[at] = key

    def change_seat(self, k, r, name, keys):
        what = r.random()
        if len(keys) < 6 or what < 0.3:
            key = self.fresh()
            k.execute(f"insert into {name} values (%s, %s, %s)", (key, f"{self.kind}-{key}", "nobody"))
            keys.append(key)
        elif what < 0.5:   # the value goes to a new key
            at = r.randrange(len(keys))
            k.execute(f"select code from {name} where id = %s", (keys[at],))
            code = k.fetchone()[0]
            key = self.fresh()
            k.execute(f"delete from {name} where id = %s", (keys[at],))
            k.execute(f"insert into {name} values (%s, %s, 'moved')", (key, code))
            keys[at] = key
        elif what < 0.85:  # two keys swap values
            a, b = r.sample(keys, 2)
            k.execute(f"select id, code from {name} where id in (%s, %s)", (a, b))
            codes = dict(k.fetchall())
            k.execute(f"update {name} set code = %s where id = %s", (f"{self.kind}-tmp-{a}", a))
            k.execute(f"update {name} set code = %s where id = %s", (codes[a], b))
            k.execute(f"update {name} set code = %s where id = %s", (codes[b], a))
        else:
            k.execute(f"delete from {name} where id = %s", (keys.pop(r.randrange(len(keys))),))


def rows(cursor, table, columns):
    cursor.execute(f"select {', '.join(columns)} from {table} order by id")
    return {r[0]: tuple(r) for r in cursor.fetchall()}


def differences(link):
    out = []
    m, p = link.mysql().cursor(), link.postgres().cursor()
    for mt, pt, columns in PAIRS:
        a, b = rows(m, mt, columns), rows(p, pt, columns)
        only_a, only_b = a.keys() - b.keys(), b.keys() - a.keys()
        differ = [i for i in a.keys() & b.keys() if a[i] != b[i]]
        if only_a or only_b or differ:
            out.append(f"{mt} ⇔ {pt}: {len(a)} and {len(b)} rows; only in MySQL {sorted(only_a)[:5]} ({len(only_a)}), "
                       f"only in PostgreSQL {sorted(only_b)[:5]} ({len(only_b)}), different {[(a[i], b[i]) for i in sorted(differ)[:3]]} ({len(differ)})")
    return out


def counts(link):
    m, p = link.mysql().cursor(), link.postgres().cursor()
    out = []
    for mt, pt, _ in PAIRS:
        m.execute(f"select count(*) from {mt}")
        p.execute(f"select count(*) from {pt}")
        out.append(f"{mt} {m.fetchone()[0]}|{p.fetchone()[0]}")
    return ", ".join(out)


def positions(link):
    """What the sinks have applied: moves while anything flows."""
    m, p = link.mysql().cursor(), link.postgres().cursor()
    q = "select topic, partition_id, next_offset from tandem_position order by 1, 2"
    m.execute(q)
    p.execute(q)
    return tuple(map(tuple, m.fetchall())), tuple(map(tuple, p.fetchall()))


def at_rest(link, worker, quiet=4, limit=150):
    """Waits until both sides are equal and neither sink has moved for `quiet` seconds. A killed database or group member may keep a task waiting
    for some seconds, so silence alone is no rest; what is still different at the limit is a difference."""
    last, since, end = None, time.time(), time.time() + limit
    while time.time() < end:
        failed = worker.failed()
        if failed:
            raise SystemExit(f"FAILED: {failed}")
        now = positions(link)
        if now != last:
            last, since = now, time.time()
        elif time.time() - since > quiet:
            if not differences(link):
                return last
            since = time.time()
        time.sleep(0.2)
    return last


def database(action, name):
    subprocess.run([str(ROOT / "scripts" / "dev" / "servers.sh"), action, name], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def restart(worker, failpoint):
    """Starts the worker; with a failpoint it may crash before REST answers, which is one of the kills."""
    worker.start(failpoints=failpoint, wait=False)


def crash_in_snapshot(link, worker):
    """The first start dies in the middle of the snapshots; there is a snapshot only then."""
    worker.start(failpoints="in snapshot=150*crash")
    try:
        link.deploy(worker)
    except (OSError, AssertionError, SystemExit):
        pass   # it died while the connectors were being deployed
    eventually(lambda: not worker.alive(), 20, "the crash in a snapshot")
    say("crashed in a snapshot")
    worker.start()
    link.deploy(worker)


def chaos(link, worker, sides, seed):
    r = random.Random(seed)
    at_failpoints = max(0, A.kills // 2 - 1)   # one of them was in the snapshot
    kinds = ["sigkill"] * (A.kills - A.kills // 2) + [FAILPOINTS[i % len(FAILPOINTS)] for i in range(at_failpoints)]
    r.shuffle(kinds)
    plan = kinds + ["mysql"] * A.database_kills + ["postgres"] * A.database_kills
    r.shuffle(plan)
    total, crashed = sum(s.left for s in sides), {}
    for n, what in enumerate(plan):
        mark = total * (n + 1) / (len(plan) + 2)
        for s in sides:   # half a step beyond the mark: the kill meets traffic, and so does the start after it
            s.allowed = int((mark + total / (len(plan) + 2) / 2) / len(sides)) + 1
        while sum(s.done for s in sides) < mark and any(s.is_alive() for s in sides):
            time.sleep(0.02)
            for s in sides:
                if s.error:
                    raise s.error
            if not worker.alive():
                restart(worker, "")
        if what in ("mysql", "postgres"):
            database("kill", what)
            time.sleep(r.random())
            database("up", what)
        elif what == "sigkill":
            worker.kill()
            restart(worker, "")
        else:
            worker.kill()
            restart(worker, f"{what}={r.randrange(1, 2 + min(18, A.changes // 5000))}*crash")
            for s in sides:
                s.allowed = int(total * (n + 2) / (len(plan) + 2) / len(sides)) + 1
            end = time.time() + (10 if A.transport == "embedded" else 25)   # a group waits 10 s for its dead member
            while worker.alive() and time.time() < end:
                time.sleep(0.02)
            crashed[what] = crashed.get(what, 0) + (not worker.alive())
            worker.kill()
            restart(worker, "")
        say(f"{n + 1}/{len(plan)} {what}: changes {sum(s.done for s in sides)}/{total}")
    for s in sides:
        s.allowed = s.done + s.left
    say("failpoints that were hit:", crashed)


def toggle(link, worker):
    """One key written alternately on both sides, each write awaited on the other."""
    m, p = link.mysql().cursor(), link.postgres().cursor()
    m.execute("insert into users values (1, 'toggle', 0, null)")

    def wait_for(cursor, table, value):
        def there():
            cursor.execute(f"select balance from {table} where id = 1")
            row = cursor.fetchone()
            return row and row[0] == value
        eventually(there, 30, f"toggle {value} in {table}", pause=0.001)
    wait_for(p, "mysql_users", 0)
    started = time.time()
    for i in range(1, A.toggles + 1):
        here, there, table, other = (m, p, "users", "mysql_users") if i % 2 else (p, m, "mysql_users", "users")
        here.execute(f"update {table} set balance = %s where id = 1", (i,))
        wait_for(there, other, i)
    say(f"toggled {A.toggles} times, {1000 * (time.time() - started) / max(1, A.toggles):.1f} ms each")
    # A user's write that equals the last echo is a change like any other, and so is its undoing.
    p.execute("update mysql_users set balance = 1000 where id = 1")
    wait_for(m, "users", 1000)
    m.execute("update users set name = 'equal to the echo', balance = 1000 where id = 1")
    m.execute("update users set balance = 999 where id = 1")
    m.execute("update users set balance = 1000 where id = 1")
    wait_for(p, "mysql_users", 1000)
    # Somebody who knows nothing of markers, in a transaction of mixed tables.
    m.execute("begin")
    m.execute("insert into users values (3, 'unmarked', 5, null)")
    m.execute("delete from users where id = 1")
    m.execute("commit")

    def crossed():
        p.execute("select id from mysql_users where id in (1, 3)")
        return p.fetchall() == [(3,)]
    eventually(crossed, 30, "the unmarked writer's rows")
    say("equal write and unmarked writer crossed")


def main():
    say(f"seed {A.seed}, {A.transport}, {A.changes} changes, {A.kills} kills of the worker, {A.database_kills} of each database")
    link = Link("conv")
    worker = Worker(A.transport, env=link.env())
    ok = False
    try:
        make_tables(link)
        if A.kills:
            crash_in_snapshot(link, worker)
        else:
            worker.start()
            link.deploy(worker)
        sides = [Side(link, "mysql", A.changes // 2, A.seed), Side(link, "postgres", A.changes // 2, A.seed + 1)]
        eventually(lambda: counts(link), 60, "the tables on the other side")
        for s in sides:
            s.start()
        chaos(link, worker, sides, A.seed + 2)
        for s in sides:
            s.join()
            if s.error:
                raise s.error
        say("written:", ", ".join(f"{s.name} {s.done} changes, {s.rolled_back} rollbacks, {s.lost} lost connections" for s in sides))
        if not worker.alive():
            restart(worker, "")
        worker.await_ready()
        worker.await_running(*[link.connector(n) for n in link.NAMES], seconds=120)
        rest = at_rest(link, worker)
        found = differences(link)
        say(counts(link))
        if found:
            raise SystemExit("DIFFERENT\n" + "\n".join(found))
        say("equal at rest")
        if A.toggles:
            toggle(link, worker)
            rest = at_rest(link, worker)
        time.sleep(5)
        if positions(link) != rest:
            raise SystemExit(f"something still moves: {rest} then {positions(link)}")
        found = differences(link)
        if found:
            raise SystemExit("DIFFERENT after toggling\n" + "\n".join(found))
        say(f"equal, and nothing moves. Echoes dropped since the last start: {worker.metric('sync_echoes_dropped_total'):.0f}")
        ok = True
    finally:
        if not ok:
            say(f"the worker's folder is {worker.folder}, the databases are {link.database}")
            if (worker.folder / "worker.log").exists():
                print(worker.log_tail(60))
        worker.stop() if ok else worker.kill()
        if ok and not A.keep:
            link.remove()
            worker.remove()


main()
