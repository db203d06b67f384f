"""Measures one worker, Tandem or Java Kafka Connect, from outside; scripts/bench.sh starts what it needs. One JSON line a scenario."""
import argparse
import json
import os
import time

import latency
import rig as rigs
import sinks
import sources
from databases import MySQL, Postgres
from topics import Topics
from worker import Worker

LOADED = ["mysql-snapshot", "mysql-stream", "postgres-snapshot", "postgres-stream", "sink-postgres", "mixed-postgres", "sink-mysql", "mixed-mysql"]
SCENARIOS = ["idle", *LOADED, "latency-postgres", "latency-mysql"]


def idle(rig, seconds=10):
    if rig.wants("idle"):
        before = rig.worker.cpu()
        time.sleep(seconds)
        used = rig.worker.cpu() - before
        rig.report({"scenario": "idle", "cpu_percent": round(used / seconds * 100, 2), "rss_mb": round(rig.worker.memory("VmRSS"), 1)})


def load(rig):
    for kind in ("mysql", "postgres"):
        sources.run(rig, kind)
    for kind in ("postgres", "mysql"):
        sinks.run(rig, kind)


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--label", required=True, help="name of the worker in the output")
    p.add_argument("--url", required=True)
    p.add_argument("--log", required=True, help="file for what the worker prints")
    p.add_argument("--kafka", required=True)
    p.add_argument("--mysql", required=True, metavar="HOST:PORT")
    p.add_argument("--postgres", required=True, metavar="HOST:PORT")
    p.add_argument("--user", required=True)
    p.add_argument("--password", required=True)
    p.add_argument("--server-pid", type=int, action="append", default=[])
    p.add_argument("--only", type=lambda text: text.split(","), default=SCENARIOS, help=",".join(SCENARIOS))
    p.add_argument("--rows", type=int, default=300_000)
    p.add_argument("--tuned", action="store_true", help="lz4 on sources; reduction and rewritten batches on sinks")
    p.add_argument("command", nargs="+", help="the worker's command line")
    options = p.parse_args()
    if unknown := set(options.only) - set(SCENARIOS):
        p.error(f"unknown scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    if options.rows < 3000:
        p.error("--rows: at least 3000")
    return options


def main():
    a = arguments()
    worker = Worker(a.command, a.url, a.log)
    databases = {"mysql": MySQL(a.mysql, a.user, a.password), "postgres": Postgres(a.postgres, a.user, a.password)}

    def report(figures):
        print(json.dumps({"worker": a.label} | figures), flush=True)

    rig = rigs.Rig(worker, Topics(a.kafka), a.kafka, databases, a.server_pid, a.only, a.tuned, a.rows, report)
    started = worker.start()
    try:
        report({"scenario": "start", "ms": round(started)})
        idle(rig)
        if rig.wants(*LOADED):   # once without figures: what is compiled while it runs is compiled then
            rig.rows, rig.report = max(a.rows // 5, 3000), lambda figures: None
            load(rig)
            rig.rows, rig.report = a.rows, report
            load(rig)
        for kind in ("postgres", "mysql"):
            latency.run(rig, kind)
    finally:
        worker.stop()


main()
os._exit(0)   # librdkafka 2.0.2 can wait for ever for a broker's thread, once topics it watched are deleted
