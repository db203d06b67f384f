"""Snapshot of a filled table, then a backlog of changes written while the connector was stopped."""
import time


def run(rig, kind):
    if not rig.wants(f"{kind}-snapshot", f"{kind}-stream"):
        return
    database, place = rig.databases[kind], rig.place()
    connection, cursor = database.fill(place, rig.rows)
    topic = f"{place}.{place}.orders"
    rig.topics.create(topic)
    drain(rig, f"{kind}-snapshot", place, topic, rig.rows, lambda: rig.worker.create(place, rig.source_config(database, place)))
    if rig.wants(f"{kind}-stream"):
        database.copy(cursor, 1, 1)   # once it arrives the connector streams, and its position is kept when it stops
        connection.commit()
        rig.topics.await_end(topic, rig.rows + 1, rig.limit, lambda: rig.worker.check(place))
        rig.worker.call("PUT", f"/connectors/{place}/stop")
        rig.worker.await_state(place, "STOPPED")
        time.sleep(1)   # Java tells the state while the task is still ending: what it reads until then is not the backlog
        changes = write_changes(rig, database, connection, cursor)
        drain(rig, f"{kind}-stream", place, topic, changes, lambda: rig.worker.call("PUT", f"/connectors/{place}/resume"))
    connection.close()
    rig.worker.call("DELETE", f"/connectors/{place}")
    database.drop_place(place)
    rig.topics.delete(topic)


def write_changes(rig, database, connection, cursor):
    """As many changes as there are rows, half inserts and half updates; how many."""
    half, written = rig.transaction // 2, 0
    while written < rig.rows:
        first = 1 + written % 1000
        database.copy(cursor, first, half)
        cursor.execute(f"update orders set qty = (qty + 1) % 1000, updated = now() where id between {first} and {first + half - 1}")
        connection.commit()
        written += 2 * half
    return written


def drain(rig, scenario, name, topic, count, begin):
    """Begins, and measures until `count` more records are in the topic."""
    first = rig.topics.end(topic)
    meter = rig.meter()
    begin()
    got = rig.topics.await_end(topic, first + count, rig.limit, lambda: rig.worker.check(name)) - first
    meter.stop()
    if not got:
        raise SystemExit(f"{scenario}: no record came in {rig.limit} s")
    if rig.wants(scenario):
        seconds = rig.topics.stamp(topic, first + got - 1) - rig.topics.stamp(topic, first)
        rig.figures(scenario, meter, got, seconds, complete=got == count)
