"""What two workers wrote for the same changes, side by side. What may differ is masked: the prefix, the connector's version, the
worker's own clock, and the place in the log that snapshot rows are told at."""
import json
import re
import time

import requests
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

ENVELOPE_CLOCK = re.compile(rb'("op":".")(,"ts_ms":\d+)(,"ts_us":\d+,"ts_ns":\d+)?')
VERSION = re.compile(rb'"source":\{"version":"[^"]*"')
SNAPSHOT = re.compile(rb'"snapshot":"(?:true|first|last|first_in_data_collection|last_in_data_collection|incremental)"')
LOG_PLACE = re.compile(rb'"((?:__)?(?:source_)?(?:ts_us|ts_ns|ts_ms|txId|lsn|pos|xmin))":(\d+|null)')
SEQUENCE = re.compile(rb'"sequence":"(?:[^"\\]|\\.)*"')
OFFSET_NUMBERS = re.compile(r'"(ts_sec|ts_usec|lsn|lsn_proc|lsn_commit|txId|server_id)": \d+')
NOT_YET = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)
OWN_HEADERS = ("runId", "taskId", "connectorName")


class Side:
    """A connector on one worker."""

    def __init__(self, url, prefix, kafka):
        self.url, self.prefix, self.kafka, self.name = url, prefix, kafka, prefix

    def call(self, method, path, body=None):
        for _ in range(120):
            r = requests.request(method, self.url + path, json=body, timeout=90)
            if r.status_code != 409:  # 409: the workers' group is settling
                break
            time.sleep(0.25)
        return r

    def create(self, config):
        r = self.call("PUT", f"/connectors/{self.name}/config", config)
        if not r.ok:
            raise RuntimeError(f"{self.url} refuses the connector: {r.status_code} {r.text[:500]}")

    def command(self, what):
        r = (self.call("POST", f"/connectors/{self.name}/restart?includeTasks=true") if what == "restart"
             else self.call("PUT", f"/connectors/{self.name}/{what}"))
        if not r.ok:
            raise RuntimeError(f"{what} on {self.url}: {r.status_code} {r.text[:300]}")

    def failures(self):
        r = self.call("GET", f"/connectors/{self.name}/status")
        return [t.get("trace", "")[:600] for t in r.json()["tasks"] if t["state"] == "FAILED"] if r.ok else []

    def offsets(self):
        r = self.call("GET", f"/connectors/{self.name}/offsets")
        text = json.dumps(r.json(), sort_keys=True) if r.ok else f"{r.status_code} {r.text[:200]}"
        return OFFSET_NUMBERS.sub(r'"\1": 0', text.replace(self.prefix, "PREFIX"))

    def remove(self):
        self.call("DELETE", f"/connectors/{self.name}")
        time.sleep(0.5)
        admin = AdminClient({"bootstrap.servers": self.kafka})
        topics = [self.prefix + t for t in self.topics(admin)]
        if topics:
            for f in admin.delete_topics(topics).values():
                f.result()

    def topics(self, client):
        """{topic without the prefix, whatever the delimiter: partitions}"""
        meta = client.list_topics(timeout=20).topics
        return {t[len(self.prefix):]: sorted(meta[t].partitions) for t in sorted(meta) if t.startswith(self.prefix)}

    def ends(self, consumer):
        """{(topic, partition): (first offset, next offset)}"""
        return {(t, p): watermarks(consumer, self.prefix + t, p) for t, partitions in self.topics(consumer).items() for p in partitions}

    def written(self, consumer):
        return sum(high for _, high in self.ends(consumer).values())

    def records(self):
        """{topic: [(partition, key, value, headers)]}"""
        c = Consumer({"bootstrap.servers": self.kafka, "group.id": self.prefix, "enable.auto.commit": False, "log_level": 2})
        all_ends = self.ends(c)
        ends = {at: (low, high) for at, (low, high) in all_ends.items() if high > low}
        out = {t: {} for t, _ in all_ends}
        for t, p in ends:
            out[t][p] = []
        c.assign([TopicPartition(self.prefix + t, p, low) for (t, p), (low, _) in ends.items()])
        while ends and (m := c.poll(20)) is not None:
            if m.error():
                continue
            t, p = m.topic()[len(self.prefix):], m.partition()
            out[t][p].append((p, self.mask(m.key(), t), self.mask(m.value(), t), self.headers(m.headers() or [])))
            if m.offset() >= ends[t, p][1] - 1:
                c.incremental_unassign([TopicPartition(m.topic(), p)])
                del ends[t, p]
        c.close()
        return {t: [row for rows in partitions.values() for row in rows] for t, partitions in out.items()}

    def headers(self, headers):
        return [(k, (v or b"").replace(self.prefix.encode(), b"PREFIX")) for k, v in headers if not k.endswith(OWN_HEADERS)]

    def mask(self, data, topic):
        if data is None:
            return None
        data = data.replace(self.prefix.encode(), b"PREFIX")
        if topic == "-history":
            doc = json.loads(data)
            doc["ts_ms"] = 0
            doc.get("position", {}).pop("ts_sec", None)
            return json.dumps(doc, sort_keys=True, ensure_ascii=False).encode()
        data = VERSION.sub(b'"source":{"version":"V"', data)
        data = ENVELOPE_CLOCK.sub(rb'\1,"clock":0', data)
        if SNAPSHOT.search(data) or topic in ("", ".transaction"):
            at = max(0, data.find(b'"source":{"version":"V"'))
            data = data[:at] + SEQUENCE.sub(b'"sequence":"S"', LOG_PLACE.sub(rb'"\1":0', data[at:]))
        return data


def watermarks(consumer, topic, partition):
    """Asked again while the broker is still about to lead a partition that was made just now."""
    end = time.time() + 20
    while True:
        try:
            return consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20, cached=False)
        except KafkaException as e:
            if e.args[0].code() not in NOT_YET or time.time() > end:
                raise
            time.sleep(0.1)


def settle(sides, options, expected=None):
    """Waits until all have written as much as `expected`, or nothing for a while; a failed task ends it. Returns what each has written."""
    last, since, end = None, time.time(), time.time() + options.limit
    consumer = Consumer({"bootstrap.servers": options.kafka, "group.id": "parity-watch", "log_level": 2})
    while time.time() < end and not any(s.failures() for s in sides):
        now = [s.written(consumer) for s in sides]
        if now != last:
            last, since = now, time.time()
        elif expected is not None and min(now) == expected:
            if time.time() - since > 0.3:  # more than expected is a difference, too
                break
        elif time.time() - since > options.settle * (1 if expected is None and min(now) == max(now) > 0 else 3):
            break
        time.sleep(0.1 if expected else 0.25)
    consumer.close()
    return last


def first_difference(a, b):
    if a is None or b is None:
        return f"Debezium {a!r:.200}  Tandem {b!r:.200}"
    i = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    cut = slice(max(0, i - 90), i + 110)
    return f"at byte {i}:\n        Debezium …{a[cut].decode('utf-8', 'replace')}\n        Tandem   …{b[cut].decode('utf-8', 'replace')}"


def without_empty_transactions(records):
    """The transaction topic without each BEGIN whose END counts no event."""
    out = []
    for row in records.get(".transaction", []):
        if out and b'"status":"END"' in row[2] and b'"event_count":0' in row[2]:
            out.pop()
        else:
            out.append(row)
    others = {topic: rows for topic, rows in records.items() if topic != ".transaction"}
    return others | ({".transaction": out} if out else {})


def differences(sides, empty_transactions=False):
    """What two sides wrote differently, and how many records the first wrote. `empty_transactions`: each may have seen some of the other."""
    failed = [(s, f) for s in sides for f in s.failures()]
    # Both may refuse it: what was written before must agree all the same.
    found = [f"{s.url} failed: {f}" for s, f in failed] if len({s.url for s, _ in failed}) == 1 else []
    a, b = ((s.records(), s.offsets()) for s in sides)
    if empty_transactions:
        a, b = ((without_empty_transactions(r), o) for r, o in (a, b))
    return found + differing(a, b), sum(map(len, a[0].values()))


def differing(debezium, tandem):
    """Each is (records, offsets)."""
    found, (a, oa), (b, ob) = [], debezium, tandem
    for t in sorted(set(a) | set(b)):
        label = "PREFIX" + t
        if t not in a or t not in b:
            found.append(f"{label}: only {'Debezium' if t in a else 'Tandem'} wrote this topic")
            continue
        if len(a[t]) != len(b[t]):
            found.append(f"{label}: {len(a[t])} records from Debezium, {len(b[t])} from Tandem")
        for i, (x, y) in enumerate(zip(a[t], b[t])):
            for what, p, q in zip(("partition", "key", "value", "headers"), x, y):
                if p != q:
                    how = first_difference(p, q) if what in ("key", "value") else f"Debezium {p}, Tandem {q}"
                    found.append(f"{label}[{i}] {what} {how}")
    if oa != ob:
        found.append(f"offsets\n        Debezium {oa}\n        Tandem   {ob}")
    return found
