"""A table of one database brought to the other: into an empty table, then mixed changes to the filled one."""
import contextlib
import dataclasses
import random
import time


@dataclasses.dataclass
class Road:
    """From orders of one database over a topic to orders of the other, by one source and one sink."""
    origin: object
    place: str   # name of the schema or database on both sides, of the source, and of the topic's prefix
    topic: str
    sink: str   # name of the sink
    config: dict   # of the sink
    source: object   # connection to orders
    cursor: object
    target: object   # cursor on the other orders


@contextlib.contextmanager
def road(rig, kind, rows):
    """With these rows in the topic, a source that keeps running, and no sink yet."""
    origin = rig.databases["postgres" if kind == "mysql" else "mysql"]
    goal, place = rig.databases[kind], rig.place()
    source, cursor = origin.fill(place, rows)
    topic = f"{place}.{place}.orders"
    rig.topics.create(topic)
    rig.worker.create(place, rig.source_config(origin, place))
    rig.topics.await_end(topic, rows, rig.limit, lambda: rig.worker.check(place))
    target = goal.open()
    k = target.cursor()
    goal.make_place(k, place)
    k.execute(f"create table orders ({goal.target_columns})")
    target.commit()
    config = {"connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector", "tasks.max": "1", "topics": topic,
              "connection.url": goal.jdbc(place, rig.tuned), "connection.username": goal.user, "connection.password": goal.password,
              "insert.mode": "upsert", "delete.enabled": "true", "primary.key.mode": "record_key", "schema.evolution": "none",
              "collection.name.format": "orders", "batch.size": "1000", "consumer.override.max.poll.records": "2000"} | rig.converters()
    if rig.tuned:
        config |= {"batch.size": "2000", "use.reduction.buffer": "true"}
    r = Road(origin, place, topic, place + "sink", config, source, cursor, k)
    yield r
    rig.worker.call("DELETE", f"/connectors/{r.sink}")
    rig.worker.call("DELETE", f"/connectors/{place}")
    source.close()
    target.close()
    goal.drop_place(place)
    origin.drop_place(place)
    rig.topics.delete(topic)


def run(rig, kind):
    if not rig.wants(f"sink-{kind}", f"mixed-{kind}"):
        return
    rows = rig.rows // 3 // rig.transaction * rig.transaction
    with road(rig, kind, rows) as r:
        apply(rig, f"sink-{kind}", r, rows, 1, rows, lambda: rig.worker.create(r.sink, r.config))
        if rig.wants(f"mixed-{kind}"):
            rig.worker.call("PUT", f"/connectors/{r.sink}/stop")
            rig.worker.await_state(r.sink, "STOPPED")
            before = rig.topics.end(r.topic)
            first, last, records = write_mixed(rig, r, rows)
            rig.topics.await_end(r.topic, before + records, rig.limit, lambda: rig.worker.check(r.place))
            apply(rig, f"mixed-{kind}", r, records, first, last, lambda: rig.worker.call("PUT", f"/connectors/{r.sink}/resume"))


def write_mixed(rig, r, rows):
    """A change for each row: 60 % updates, 20 % deletes, 20 % inserts. First and last new id; how many records that makes."""
    many, few, some = rig.transaction * 6 // 10, rig.transaction * 2 // 10, random.Random(1)
    transactions = rows // rig.transaction
    for at in range(transactions):
        low, gone = some.randrange(1, rows // 2 - many), rows // 2 + at * few
        r.origin.copy(r.cursor, 1, few)
        r.cursor.execute(f"update orders set qty = (qty + 1) % 1000 where id between {low} and {low + many - 1}")
        r.cursor.execute(f"delete from orders where id between {gone} and {gone + few - 1}")
        if at == transactions - 1:
            r.origin.copy(r.cursor, 1, 1)   # the very last change, which is waited for
        r.source.commit()
    r.cursor.execute(f"select min(id), max(id) from orders where id > {rows}")
    first, last = r.cursor.fetchone()
    r.source.commit()
    return first, last, transactions * (many + few * 3) + 1   # a delete makes a tombstone too


def total(cursor):
    cursor.execute("select count(*), sum(id), sum(qty), sum(price) from orders")
    answer = cursor.fetchone()
    cursor.connection.commit()
    return answer


def visible(cursor, key):
    cursor.execute(f"select 1 from orders where id = {key}")
    found = cursor.fetchone() is not None
    cursor.connection.commit()
    return found


def apply(rig, scenario, r, events, first, last, begin):
    """Begins, and measures from when row `first` is seen in the target until row `last` is."""
    meter = rig.meter()
    begin()
    over, look = time.time() + rig.limit, time.time() + 2
    seen = {}
    while len(seen) < 2 and time.time() < over:
        for key in {first, last} - seen.keys():
            if visible(r.target, key):
                seen[key] = time.time()
        if time.time() > look:
            rig.worker.check(r.sink)
            look = time.time() + 2
        time.sleep(0.005)
    meter.stop()
    if len(seen) < 2:
        raise SystemExit(f"{scenario}: the last row did not come in {rig.limit} s")
    if rig.wants(scenario):
        rig.figures(scenario, meter, events, seen[last] - seen[first], complete=total(r.target) == total(r.cursor))
