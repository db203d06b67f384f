"""What every scenario works with: the worker, the servers, the settings, and one line of figures."""
import dataclasses
import random
import string
import time

from databases import MySQL, Postgres
from topics import Topics
from worker import Worker, tree_cpu


@dataclasses.dataclass
class Rig:
    worker: Worker
    topics: Topics
    kafka: str
    databases: dict   # "mysql": MySQL, "postgres": Postgres
    server_pids: list
    wanted: list   # scenarios
    tuned: bool
    rows: int
    report: object   # called with a dict of figures
    transaction: int = 100   # changes in one
    limit: float = 900   # seconds until a scenario is given up

    def converters(self):
        return {f"{s}.converter": "org.apache.kafka.connect.json.JsonConverter" for s in ("key", "value")}

    def wants(self, *scenarios):
        return any(s in self.wanted for s in scenarios)

    def place(self):
        return "bench" + "".join(random.choices(string.ascii_lowercase, k=6))

    def source_config(self, database, place):
        tuned = {"producer.override.compression.type": "lz4"} if self.tuned else {}
        return database.source(place, self.kafka) | self.converters() | tuned

    def meter(self):
        return Meter(self)

    def servers_cpu(self):
        return sum(map(tree_cpu, self.server_pids))

    def figures(self, scenario, meter, events, seconds, complete):
        """`seconds`: from the first event to the last; `wall_s` is from the meter's start."""
        worker, servers = meter.cpu_used()
        self.report({"scenario": scenario, "events": events, "seconds": round(seconds, 3), "rate": round(events / max(seconds, 0.001)),
                     "wall_s": round(meter.wall(), 2), "cpu_us": round(worker * 1e6 / events, 2),
                     "servers_us": round(servers * 1e6 / events, 2), "rss_peak_mb": round(self.worker.memory("VmHWM"), 1),
                     "complete": complete})


class Meter:
    """Wall and CPU of worker and servers from its making until stop()."""

    def __init__(self, rig):
        self.rig, self.began = rig, time.time()
        self.worker, self.servers = rig.worker.cpu(), rig.servers_cpu()
        self.ended = self.used = None

    def stop(self):
        self.ended = time.time()
        self.used = self.rig.worker.cpu() - self.worker, self.rig.servers_cpu() - self.servers

    def wall(self):
        return self.ended - self.began

    def cpu_used(self):
        return self.used
