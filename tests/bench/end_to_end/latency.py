"""Milliseconds from a writer's commit until the row is visible in the other database, one small transaction every 20 ms."""
import threading
import time

import sinks

COUNT = 400


def run(rig, kind):
    if not rig.wants(f"latency-{kind}"):
        return
    with sinks.road(rig, kind, 10) as r:
        rig.worker.create(r.sink, r.config)
        write(rig, r, 10)   # the road is open and warm
        sent, seen = write(rig, r, COUNT)
        ms = sorted((seen[key] - sent[key]) * 1000 for key in sent if key in seen)
        rig.report({"scenario": f"latency-{kind}", "events": len(ms), "p50_ms": round(ms[len(ms) // 2], 1),
                    "p99_ms": round(ms[len(ms) * 99 // 100], 1), "max_ms": round(ms[-1], 1), "complete": len(ms) == COUNT})


def write(rig, r, count):
    """Commit times and times when each row was first seen, by id."""
    r.cursor.execute("select max(id) from orders")
    before = r.cursor.fetchone()[0]
    r.source.commit()
    sent, seen = {}, {}
    watcher = threading.Thread(target=watch, args=(r.target, before, count, seen))
    watcher.start()
    for key in range(before + 1, before + 1 + count):
        r.origin.copy(r.cursor, 1, 1)
        r.source.commit()
        sent[key] = time.time()
        time.sleep(0.02)
    watcher.join()
    if not seen:
        rig.worker.check(r.sink)
        raise SystemExit("no row came within a minute")
    return sent, seen


def watch(cursor, last, count, seen):
    over = time.time() + 60
    while len(seen) < count and time.time() < over:
        cursor.execute(f"select id from orders where id > {last} order by id")
        now = time.time()
        for (key,) in cursor.fetchall():
            seen[key] = now
            last = key
        cursor.connection.commit()
        time.sleep(0.001)
