"""The databases of the parity suite: how a case gets a place of its own there, and how a connector is told of it."""
import random
import time

import psycopg2
import pymysql


class Server:
    """`name`: mysql…, mariadb… or postgres…, with whatever tells its version."""

    def __init__(self, name, address, user, password):
        self.name = name
        self.host, port = address.rsplit(":", 1)
        self.port, self.user, self.password = int(port), user, password
        self.postgres, self.mariadb = name.startswith("postgres"), name.startswith("mariadb")
        # PostgreSQL before 15 sends transactions without a change that the publication has, those of the other connector's start among them.
        self.sends_empty_transactions = name == "postgres14"

    def fresh(self, database):
        """A connection in a new database (MySQL) or schema (PostgreSQL)."""
        if self.postgres:
            c = psycopg2.connect(host=self.host, port=self.port, user=self.user, password=self.password, dbname="app")
            c.autocommit = True
            k = c.cursor()
            k.execute(f"create schema {database}; set search_path={database},public")
        else:
            c = pymysql.connect(host=self.host, port=self.port, user=self.user, password=self.password, autocommit=True,
                                charset="utf8mb4")
            k = c.cursor()
            k.execute(f"create database `{database}`")
            k.execute(f"use `{database}`")
        return c, k

    def level(self, cursor):
        """Both connectors stream: the last transaction they were sent is the same from here on."""
        if self.sends_empty_transactions:
            cursor.execute("create table if not exists public.not_captured (id int)")
            cursor.execute("insert into public.not_captured values (1)")
            time.sleep(1)

    def drop(self, connection, cursor, database, prefixes):
        if self.postgres:
            cursor.execute("rollback")
            for p in prefixes:
                for _ in range(50):
                    cursor.execute("select active from pg_replication_slots where slot_name = %s", (p,))
                    row = cursor.fetchone()
                    if row is None or not row[0]:
                        break
                    time.sleep(0.2)
                if row is not None:
                    cursor.execute("select pg_drop_replication_slot(%s)", (p,))
                cursor.execute(f"drop publication if exists {p}")
            cursor.execute(f"drop schema {database} cascade")
        else:
            cursor.execute(f"drop database `{database}`")
        connection.close()

    def connector_config(self, database, prefix, options):
        c = {"tasks.max": "1", "database.hostname": self.host, "database.port": str(self.port), "database.user": self.user,
             "database.password": self.password, "topic.prefix": prefix, "heartbeat.interval.ms": "0"}
        if self.postgres:
            return c | {"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "database.dbname": "app",
                        "plugin.name": "pgoutput", "slot.name": prefix, "publication.name": prefix,
                        "publication.autocreate.mode": "filtered", "schema.include.list": database}
        kind = "mariadb.MariaDbConnector" if self.mariadb else "mysql.MySqlConnector"
        return c | {"connector.class": f"io.debezium.connector.{kind}", "database.server.id": str(random.randint(20000, 2**31)),
                    "database.include.list": database, "schema.history.internal.kafka.bootstrap.servers": options.kafka,
                    "schema.history.internal.kafka.topic": prefix + "-history",
                    "schema.history.internal.store.only.captured.databases.ddl": "true"}
