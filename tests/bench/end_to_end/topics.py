"""What stands in Kafka, seen from outside."""
import time

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic


class Topics:
    def __init__(self, bootstrap):
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "tandem-bench", "enable.auto.commit": False,
                                  "auto.offset.reset": "earliest", "fetch.wait.max.ms": 5})

    def create(self, topic):
        """One partition, stamped by the broker's clock, so that rates do not hang on the worker's."""
        new = NewTopic(topic, 1, 1, config={"message.timestamp.type": "LogAppendTime"})
        self.admin.create_topics([new])[topic].result(30)

    def delete(self, topic):
        self.admin.delete_topics([topic])[topic].result(30)

    def end(self, topic):
        try:
            return self.consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=5, cached=False)[1]
        except KafkaException:   # just made: its leader is not known yet, and the client would go on thinking so
            self.consumer.list_topics(topic, timeout=5)
            return 0

    def await_end(self, topic, offset, seconds, check):
        """The end offset once it is `offset` or the time is over; check() is called now and then."""
        over, look = time.monotonic() + seconds, time.monotonic() + 2
        while (now := self.end(topic)) < offset and time.monotonic() < over:
            if time.monotonic() > look:
                check()
                look = time.monotonic() + 2
            time.sleep(0.01)
        return now

    def records(self, topic, first, count):
        """`count` records from this offset on."""
        self.consumer.assign([TopicPartition(topic, 0, first)])
        found = []
        while len(found) < count:
            message = self.consumer.poll(30)
            if message is None:
                raise SystemExit(f"{topic} has {len(found)} of {count} records from offset {first}")
            if not message.error():
                found.append(message)
        self.consumer.unassign()
        return found

    def stamp(self, topic, offset):
        """Seconds: when the broker appended this record."""
        return self.records(topic, offset, 1)[0].timestamp()[1] / 1000
