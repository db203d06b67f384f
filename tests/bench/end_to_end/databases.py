"""The two databases of the benchmark: tables to read and to write, and how connectors are told of them."""
import random
import time

import psycopg2
import pymysql

NOTE = "a note of about one hundred bytes, so that a row is near what a table of orders holds in practice; ok"
CARRIED = "customer_id, sku, qty, price, note, paid, created, updated"


class Database:
    """`place`: a schema (PostgreSQL) or a database (MySQL) with one table orders, which a source reads."""

    def __init__(self, address, user, password):
        self.host, self.port = address.rsplit(":", 1)
        self.user, self.password = user, password

    def fill(self, place, rows):
        c = self.open()
        k = c.cursor()
        self.make_place(k, place)
        k.execute(f"create table orders ({self.columns})")
        if rows:
            k.execute(f"insert into orders (id, {CARRIED}) select g, g % 9973, concat('SKU-', g), g % 100, g / 7.0, '{NOTE}', g % 2 = 0, "
                      f"now(), now() from {self.numbers(rows)}")
        self.continue_after(k, rows)
        c.commit()
        return c, k

    @staticmethod
    def copy(cursor, first, count):
        """New rows, which are copies of these."""
        cursor.execute(f"insert into orders ({CARRIED}) select {CARRIED} from orders where id between {first} and {first + count - 1}")

    def source(self, place, kafka):
        return {"tasks.max": "1", "database.hostname": self.host, "database.port": self.port, "database.user": self.user,
                "database.password": self.password, "topic.prefix": place, "snapshot.mode": "initial",
                "table.include.list": f"{place}.orders"} | self.own_source(place, kafka)


class MySQL(Database):
    columns = """id bigint primary key auto_increment, customer_id int not null, sku varchar(40) not null, qty smallint not null,
        price decimal(12,2) not null, note varchar(200), paid tinyint(1) not null, created datetime(6) not null, updated timestamp(3) null"""
    target_columns = """id bigint primary key, customer_id int, sku varchar(40), qty smallint, price decimal(12,2), note varchar(200),
        paid boolean, created datetime(6), updated timestamp(3) null"""

    def open(self):
        return pymysql.connect(host=self.host, port=int(self.port), user=self.user, password=self.password)

    def make_place(self, cursor, place):
        cursor.execute(f"create database {place}")
        cursor.execute(f"use {place}")

    def drop_place(self, place):
        c = self.open()
        c.cursor().execute(f"drop database {place}")
        c.close()

    @staticmethod
    def numbers(count):
        """A table with column g of 1 to count."""
        return ("(with recursive s(g) as (select 1 union all select g + 1 from s where g < 1000) "
                f"select (a.g - 1) * 1000 + b.g g from s a, s b where (a.g - 1) * 1000 + b.g <= {count}) t")

    @staticmethod
    def continue_after(cursor, rows):
        """Nothing to do: AUTO_INCREMENT goes on after the largest id."""

    def own_source(self, place, kafka):
        return {"connector.class": "io.debezium.connector.mysql.MySqlConnector", "database.server.id": str(random.randint(10_000, 99_999)),
                "database.include.list": place, "snapshot.locking.mode": "none", "include.schema.changes": "false",
                "schema.history.internal.kafka.bootstrap.servers": kafka,
                "schema.history.internal.kafka.topic": f"{place}-history"}

    def jdbc(self, place, tuned):
        return f"jdbc:mysql://{self.host}:{self.port}/{place}" + ("?rewriteBatchedStatements=true" if tuned else "")


class Postgres(Database):
    columns = """id bigserial primary key, customer_id int not null, sku varchar(40) not null, qty smallint not null,
        price numeric(12,2) not null, note varchar(200), paid boolean not null, created timestamp(6) not null, updated timestamptz(3)"""
    target_columns = """id bigint primary key, customer_id int, sku text, qty smallint, price numeric(12,2), note text, paid smallint,
        created timestamp, updated timestamptz"""

    def open(self):
        return psycopg2.connect(host=self.host, port=self.port, user=self.user, password=self.password, dbname="app")

    def make_place(self, cursor, place):
        cursor.execute(f"create schema {place}; set search_path = {place}")

    def drop_place(self, place):
        c = self.open()
        c.autocommit = True
        k = c.cursor()
        for _ in range(100):   # the server lets go of the slot a moment after the connector
            k.execute("select active from pg_replication_slots where slot_name = %s", (place,))
            if not (slot := k.fetchone()) or not slot[0]:
                break
            time.sleep(0.2)
        k.execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s", (place,))
        k.execute(f"drop publication if exists {place}; drop schema {place} cascade")
        c.close()

    @staticmethod
    def numbers(count):
        return f"generate_series(1, {count}) g"

    @staticmethod
    def continue_after(cursor, rows):
        cursor.execute("select setval('orders_id_seq', %s, true)", (max(rows, 1),))

    def own_source(self, place, kafka):
        return {"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "database.dbname": "app",
                "plugin.name": "pgoutput", "slot.name": place, "publication.name": place,
                "publication.autocreate.mode": "filtered", "schema.include.list": place}

    def jdbc(self, place, tuned):
        return f"jdbc:postgresql://{self.host}:{self.port}/app?currentSchema={place}" + ("&reWriteBatchedInserts=true" if tuned else "")
