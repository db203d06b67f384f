"""What Debezium wrote for a case, kept in a file, so that Tandem is held against it where no JVM runs.

A file is lines of JSON: how much was written at each pause, the offsets, each schema once, then every record in its order. On top of
what compare.py masks, all that depends on the server is: places in its log, transaction ids, clocks (a case names its columns that
hold one), the database's name, and the order of a hash map whose keys hold that name."""
import json
import re

NUMBERS = re.compile(rb'"((?:__)?(?:source_)?(?:ts_us|ts_ns|ts_ms|ts_sec|ts_usec|txId|lsn|lsn_proc|lsn_commit|pos|xmin|server_id|thread))":'
                     rb'( ?)-?\d+')
TEXTS = re.compile(rb'"((?:__)?(?:source_)?(?:gtid|gtids|file|sequence|transaction_id))":( ?)"(?:[^"\\]|\\.)*"')
TRANSACTION = re.compile(rb'("transaction":\{|"status":"(?:BEGIN|END)",|TransactionMetadataKey".*"payload":\{)"id":"(?:[^"\\]|\\.)*"')
COLLECTIONS = re.compile(rb'("data_collections":)(\[[^\]]*\])')
SCHEMA_END = b',"payload":'


def masked(records, offsets, database, clocks):
    """As compare.Side gives them, without what the server decides."""
    name = re.compile(re.escape(database).encode(), re.IGNORECASE)
    columns = re.compile(rb'"(%s)":("20[^"]*"|\d+)' % "|".join(clocks).encode()) if clocks else None

    def mask(data):
        if data is None:
            return None
        data = name.sub(b"DATABASE", data)
        data = TEXTS.sub(rb'"\1":\2"T"', NUMBERS.sub(rb'"\1":\g<2>0', data))
        data = TRANSACTION.sub(rb'\1"id":"T"', data)
        data = COLLECTIONS.sub(lambda m: m[1] + json.dumps(sorted(json.loads(m[2]), key=str), separators=(",", ":")).encode(), data)
        return columns.sub(rb'"\1":"CLOCK"', data) if columns else data

    return ({t.replace(database, "DATABASE"): [(p, mask(k), mask(v), [(n, mask(h)) for n, h in headers]) for p, k, v, headers in rows]
             for t, rows in records.items()},
            mask(offsets.encode()).decode())


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
