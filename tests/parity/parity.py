#!/usr/bin/env python3
"""Runs cases on real Debezium and on a Tandem worker, against the same database, and compares every record to the byte.

Called by scripts/parity.sh, which starts what is needed and describes the options and the form of a case.
"""
import argparse
import concurrent.futures
import pathlib
import random
import re
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import compare
import generate
import golden
import servers

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    """A case file: settings, SQL before the connectors start and SQL while they stream."""

    def __init__(self, name, text):
        self.name, self.engine, self.only, self.settings, self.clocks = name, "mysql", None, {}, []
        self.sections = {"snapshot": [], "stream": []}
        now, lines = "snapshot", []
        for line in text.splitlines():
            if m := re.match(r"--\s*engine:\s*(\w+)", line):
                self.engine = m[1]
            elif m := re.match(r"--\s*only:\s*(.+)", line):
                self.only = m[1].split()
            elif m := re.match(r"--\s*set:\s*([^=\s]+)=(.*)", line):
                self.settings[m[1]] = m[2].strip()
            elif m := re.match(r"--\s*clock:\s*(.+)", line):
                self.clocks = m[1].split()
            elif re.match(r"--\s*(snapshot|stream)\s*$", line):
                now = line.strip("- ").strip()
            elif m := re.match(r"--\s*wait:\s*([\d.]+)", line):
                self.sections[now].append(("wait", float(m[1])))
            elif m := re.match(r"--\s*connector:\s*(stop|resume|restart)\s*$", line):
                self.sections[now].append(("connector", m[1]))
            elif not line.strip().startswith("--"):
                lines.append(line)
                if line.rstrip().endswith(";"):
                    self.sections[now].append(("sql", "\n".join(lines).strip().rstrip(";")))
                    lines = []

    def alone(self):
        """It sees what others do at the same time: their transactions in MySQL's log, extensions in PostgreSQL's database."""
        return (self.engine == "mysql" and self.settings.get("provide.transaction.metadata") == "true" or
                any("create extension" in what for steps in self.sections.values() for kind, what in steps if kind == "sql"))

    def suits(self, server):
        family = "postgres" if server.postgres else "mysql"
        return self.engine == family and (self.only is None or server.name in self.only)


class Run:
    """One case on one server: Debezium and Tandem, or Tandem alone with what Debezium wrote before."""

    def __init__(self, case, server, options, number):
        self.case, self.server, self.options = case, server, options
        self.database = f"p{number:04d}{random.randrange(16**6):06x}"
        java, tandem = (compare.Side(url, self.database + end, options.kafka) if url else None
                        for url, end in ((options.java, "a"), (options.tandem, "b")))
        self.sides = [s for s in (java, tandem) if s]
        self.golden = HERE / "golden" / server.name / (case.name + ".jsonl")
        self.expected = None if java else golden.read(self.golden)
        self.settled = []  # records written by each side at every pause

    def settle(self):
        expected = self.expected[2][len(self.settled)] if self.expected else None
        self.settled.append(compare.settle(self.sides, self.options, expected))

    def each(self, steps, cursor):
        for kind, what in steps:
            if kind == "wait":
                time.sleep(what)
            elif kind == "sql":
                cursor.execute(what.replace("@DB@", self.database))
            else:
                self.settle()
                for side in self.sides:
                    side.command(what)
                time.sleep(3)

    def config(self, side):
        c = self.server.connector_config(self.database, side.prefix, self.options)
        own = {k.replace("@DB@", self.database): v.replace("@DB@", self.database).replace("@PREFIX@", side.prefix)
               for k, v in self.case.settings.items()}
        for s in ("key", "value"):
            c[f"{s}.converter"] = "org.apache.kafka.connect.json.JsonConverter"
            c[f"{s}.converter.schemas.enable"] = self.options.schemas
        return c | own

    def masked(self, side):
        return golden.masked(side.records(), side.offsets(), self.database, self.case.clocks)

    def result(self):
        if not self.expected:
            found, records = compare.differences(self.sides, self.server.sends_empty_transactions)
            if self.options.record and not found and records:
                written = self.masked(self.sides[0])
                golden.write(self.golden, *written, [n[0] for n in self.settled])
            return found, records
        side = self.sides[0]
        found = [f"{side.url} failed: {f}" for f in side.failures()]
        tandem = self.masked(side)
        return found + compare.differing(self.expected[:2], tandem), sum(map(len, tandem[0].values()))

    def __call__(self):
        connection, cursor = self.server.fresh(self.database)
        try:
            self.each(self.case.sections["snapshot"], cursor)
            for side in self.sides:
                side.create(self.config(side))
            self.settle()
            self.server.level(cursor)
            self.each(self.case.sections["stream"], cursor)
            self.settle()
            time.sleep(self.options.flush)
            return self.result()
        finally:
            for side in self.sides:
                side.remove()
            self.server.drop(connection, cursor, self.database, [s.prefix for s in self.sides])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cases", nargs="*", help="case files; all when there are none")
    ap.add_argument("--engine", action="append", required=True, help="mysql8=HOST:PORT, mariadb=…, postgres17=…; repeatable")
    ap.add_argument("--java", help="without it, the cases that have a file in golden/ are compared with that")
    ap.add_argument("--record", action="store_true", help="keep in golden/ what Debezium wrote, when Tandem wrote the same")
    ap.add_argument("--tandem", required=True)
    ap.add_argument("--kafka", required=True)
    ap.add_argument("--user", required=True)
    ap.add_argument("--password", required=True)
    ap.add_argument("--schemas", default="true", choices=["true", "false"])
    ap.add_argument("--random", type=int, default=0, metavar="N", help="N random tables instead of case files")
    ap.add_argument("--seed", type=int, default=None)
    ap.add_argument("--batch", type=int, default=25, help="random tables a connector")
    ap.add_argument("--show", type=int, default=5)
    ap.add_argument("--settle", type=float, default=3)
    ap.add_argument("--limit", type=float, default=90)
    ap.add_argument("--flush", type=float, default=5.2, help="seconds until the workers have stored their offsets")
    options = ap.parse_args()
    engines = [servers.Server(*e.split("=", 1), options.user, options.password) for e in options.engine]
    jobs = {s: [] for s in engines}
    if options.random:
        seed = options.seed if options.seed is not None else int(time.time()) % 1_000_000
        for s in engines:
            for first in range(0, options.random, options.batch):
                count = min(options.batch, options.random - first)
                name, text = generate.case(s, seed + first, count)
                jobs[s].append(Case(name, text))
    else:
        for path in options.cases or sorted(map(str, (HERE / "cases").glob("*.sql"))):
            case = Case(pathlib.Path(path).stem, pathlib.Path(path).read_text(encoding="utf-8"))
            for s in engines:
                if case.suits(s) and (options.java or (HERE / "golden" / s.name / (case.name + ".jsonl")).exists()):
                    jobs[s].append(case)
    failed, lock, number = [], threading.Lock(), iter(range(1, 10000))

    def work(server, case):
        started = time.time()
        try:
            found, records = Run(case, server, options, next(number))()
        except Exception as e:  # a case that cannot run is a failure, and the others still run
            found, records = [f"{type(e).__name__}: {str(e)[:600]}"], 0
        if not records and not found:
            found = ["no record was written: both refuse it, or the case has no effect"]
        with lock:
            word = "same" if not found else "DIFFERS"
            print(f"{word:8}{server.name:12}{case.name:44}{records:6} records {time.time() - started:5.0f} s", flush=True)
            for f in found[:options.show]:
                print("    " + f, flush=True)
            if found:
                failed.append((server.name, case.name))

    def work_all(server):
        # With Debezium beside, one case at a time on a server: what another writes there is in the logs that both sides read. What is
        # compared with a file has no places in a log.
        together = [case for case in jobs[server] if not options.java and not case.alone()]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda case: work(server, case), together))
        for case in jobs[server]:
            if case not in together:
                work(server, case)

    with concurrent.futures.ThreadPoolExecutor(max(1, len(engines))) as pool:
        list(pool.map(work_all, engines))
    if not any(jobs.values()):
        print("no case suits these servers")
        return 2
    print(f"{sum(map(len, jobs.values()))} cases, {len(failed)} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
