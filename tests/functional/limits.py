#!/usr/bin/env python3
"""The limits: a transaction of two million rows, a row of 60 MB, and the time from start to REST, each with its figures.

Called by scripts/limits.sh, which starts the servers. Ends with 1 when a bound is passed.
"""
import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from worker import Link, Worker, eventually  # noqa: E402

MB = 1 << 20


def peak(worker):
    """Bytes: the worker's largest resident set since the last forget_peak."""
    for line in pathlib.Path(f"/proc/{worker.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise LookupError("the kernel does not tell VmHWM")


def forget_peak(worker):
    pathlib.Path(f"/proc/{worker.process.pid}/clear_refs").write_text("5")  # proc(5): VmHWM starts again


def count(cursor, table):
    cursor.execute(f"select count(*) from {table}")
    return cursor.fetchone()[0]


def report(what, seen, bound, unit, more=""):
    good = seen <= bound
    print(f"{what:62}{seen:9.1f} {unit:3} (bound {bound:g}){'' if good else '  PASSED THE BOUND'}{more}", flush=True)
    return good


def start_time(worker, rounds=5):
    """Milliseconds from the process's start to the first answer of REST; the median."""
    taken = []
    for _ in range(rounds):
        worker.stop()
        began = time.perf_counter()
        worker.start(wait=False)
        worker.await_ready()
        taken.append((time.perf_counter() - began) * 1000)
    return report(f"start to REST, {worker.transport}", statistics.median(taken), 200, "ms")


def transaction(link, worker, rows, settle):
    """One transaction of `rows` rows, from MySQL to PostgreSQL and from there to MySQL."""
    m, p = link.mysql(), link.postgres()
    mk, pk = m.cursor(), p.cursor()
    mk.execute("create table many (id int primary key, name varchar(60) not null, amount decimal(10,2), at datetime)")
    pk.execute("create table lots (id int primary key, name varchar(60) not null, amount numeric(10,2), at timestamp)")
    worker.stop()  # what the large row left in client libraries is another matter
    worker.start()
    link.deploy(worker)
    time.sleep(settle)
    forget_peak(worker)
    mk.execute("begin")
    for first in range(0, rows, 5000):
        values = ",".join(f"({i},'name of row {i}',{i % 90000}.25,'2026-01-01 00:00:00')" for i in range(first, min(rows, first + 5000)))
        mk.execute(f"insert into many values {values}")
    began = time.time()
    mk.execute("commit")
    eventually(lambda: count(pk, "mysql_many") == rows, 900, "all rows in PostgreSQL", 0.5)
    good = report(f"MySQL transaction of {rows} rows, {worker.transport}: peak", peak(worker) / MB, 150, "MB", f"  {time.time() - began:.0f} s")
    time.sleep(settle)
    forget_peak(worker)
    began = time.time()
    pk.execute(f"insert into lots select i, 'name of row ' || i, i % 90000, '2026-01-01' from generate_series(1, {rows}) i")
    eventually(lambda: count(mk, "postgres_lots") == rows, 900, "all rows in MySQL", 0.5)
    good &= report(f"PostgreSQL transaction of {rows} rows, {worker.transport}: peak", peak(worker) / MB, 150, "MB", f"  {time.time() - began:.0f} s")
    assert not worker.failed(), worker.failed()
    return good


def row(link, worker, megabytes, settle):
    """One row of `megabytes`, both ways; the topics take it because the sources' topic.creation says so."""
    size, name = megabytes * 1_000_000, f"big_{worker.transport}"
    m, p = link.mysql(), link.postgres()
    mk, pk = m.cursor(), p.cursor()
    mk.execute(f"create table {name} (id int primary key, body longtext)")
    mk.execute(f"insert into {name} values (0, 'so that PostgreSQL has the table')")
    room = str(size + 20 * MB)
    for n in Link.NAMES:
        more = ({"producer.override.max.request.size": room, "topic.creation.default.max.message.bytes": room,
                 "topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "1"} if n.endswith("source")
                else {"consumer.override.max.partition.fetch.bytes": room, "consumer.override.fetch.max.bytes": room})
        worker.put(link.connector(n), link.config(n) | more)
    worker.await_running(*[link.connector(n) for n in Link.NAMES])
    good, names = True, {mk: name, pk: f"mysql_{name}"}
    eventually(lambda: count(pk, names[pk]) == 1, 60, "the table in PostgreSQL")
    for here, there, id_, what in ((mk, pk, 1, "MySQL to PostgreSQL"), (pk, mk, 2, "PostgreSQL to MySQL")):
        # Client libraries keep the room of what they sent; and a sink that starts looks at its last record again: a small one.
        here.execute(f"insert into {names[here]} values ({id_ + 10}, 'small')")
        eventually(lambda: count(there, names[there]) == count(here, names[here]), 60, "the small row")
        worker.stop()
        worker.start()
        worker.await_running(*[link.connector(n) for n in Link.NAMES])
        time.sleep(settle)
        forget_peak(worker)
        began = time.time()
        here.execute(f"insert into {names[here]} values ({id_}, repeat('abcdefghij', {size // 10}))")

        def there_too():
            if worker.failed():
                raise SystemExit(f"FAILED: {worker.failed()}")
            there.execute(f"select length(body) from {names[there]} where id = {id_}")
            got = there.fetchone()
            return got and int(got[0]) == size
        eventually(there_too, 240, f"the row of {megabytes} MB, {what}", 0.2)
        good &= report(f"a row of {megabytes} MB, {what}, {worker.transport}: peak / row", peak(worker) / size, 6, "x",
                       f"  {time.time() - began:.1f} s")
    # A sink that is given another topic looks at the last record of each again, and the transaction's peak is not to be that of a large row.
    for here, id_ in ((mk, 21), (pk, 22)):
        here.execute(f"insert into {names[here]} values ({id_}, 'small')")
    eventually(lambda: count(mk, name) == count(pk, names[pk]) == 7, 60, "the last small rows")
    return good


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--transport", choices=["embedded", "kafka"], required=True)
    ap.add_argument("--rows", type=int, default=2_000_000)
    ap.add_argument("--megabytes", type=int, default=60)
    ap.add_argument("--settle", type=float, default=5, help="seconds of rest before a peak is taken")
    ap.add_argument("--only", default="start,row,transaction")
    o = ap.parse_args()
    link = Link("limits")
    worker = Worker(o.transport, env=link.env()).start()
    good = True
    try:
        if "start" in o.only:
            good &= start_time(worker)
        if "row" in o.only:
            good &= row(link, worker, o.megabytes, o.settle)
        if "transaction" in o.only:
            good &= transaction(link, worker, o.rows, o.settle)
    except BaseException:
        print(worker.log_tail(25), file=sys.stderr)
        raise
    finally:
        worker.kill()
        link.remove()
        worker.remove()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
