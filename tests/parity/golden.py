"""What Debezium wrote for a case, kept in a file, so that Tandem is held against it where no JVM runs.

A file is lines of JSON: how much was written at each pause, the offsets, each schema once, then every record in its order. On top of
what compare.py masks, all that depends on the server's own log is: places, transaction ids, clocks, and the database's name."""
import json
import re

NUMBERS = re.compile(rb'"((?:__)?(?:source_)?(?:ts_us|ts_ns|ts_ms|ts_sec|ts_usec|txId|lsn|lsn_proc|lsn_commit|pos|xmin|server_id|thread))":'
                     rb'( ?)-?\d+')
TEXTS = re.compile(rb'"((?:__)?(?:source_)?(?:gtid|gtids|file|sequence|transaction_id))":( ?)"(?:[^"\\]|\\.)*"')
TRANSACTION = re.compile(rb'("transaction":\{|"status":"(?:BEGIN|END)",)"id":"(?:[^"\\]|\\.)*"')
SCHEMA_END = b',"payload":'


def mask(data, database):
    if data is None:
        return None
    data = data.replace(database.encode(), b"DATABASE")
    data = TEXTS.sub(rb'"\1":\2"T"', NUMBERS.sub(rb'"\1":\g<2>0', data))
    return TRANSACTION.sub(rb'\1"id":"T"', data)


def masked(records, offsets, database):
    """As compare.Side gives them, without what the server's log decides."""
    return ({t.replace(database, "DATABASE"):
             [(p, mask(k, database), mask(v, database), [(n, mask(h, database)) for n, h in headers]) for p, k, v, headers in rows]
             for t, rows in records.items()},
            mask(offsets.encode(), database).decode())


def write(path, records, offsets, settled):
    schemas = {}

    def apart(data):
        if data is None:
            return None
        schema, end, payload = data.partition(SCHEMA_END)
        if not end:
            return [None, data.decode()]
        if schema not in schemas:
            schemas[schema] = len(schemas)
            lines.append({"schema": schemas[schema], "text": schema.decode()})
        return [schemas[schema], payload.decode()]

    lines = [{"settled": settled}, {"offsets": offsets}]
    for topic, rows in sorted(records.items()):
        for p, k, v, headers in rows:
            k, v = apart(k), apart(v)
            lines.append({"topic": topic, "partition": p, "key": k, "value": v, "headers": [[n, h.decode()] for n, h in headers]})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def read(path):
    """(records, offsets, settled)"""
    schemas, records, offsets, settled = {}, {}, "", []

    def together(pair):
        if pair is None:
            return None
        return pair[1].encode() if pair[0] is None else schemas[pair[0]] + SCHEMA_END + pair[1].encode()

    for line in path.read_text(encoding="utf-8").splitlines():
        d = json.loads(line)
        if "settled" in d:
            settled = d["settled"]
        elif "offsets" in d:
            offsets = d["offsets"]
        elif "schema" in d:
            schemas[d["schema"]] = d["text"].encode()
        else:
            records.setdefault(d["topic"], []).append(
                (d["partition"], together(d["key"]), together(d["value"]), [(n, h.encode()) for n, h in d["headers"]]))
    return records, offsets, settled
