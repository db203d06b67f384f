#!/usr/bin/env python3
"""The quickstart's rows. `prepare` makes the two born tables; `cross` inserts a row on each side and reads it on the other.

Addresses come from MYSQL_* and POSTGRES_* of the environment.
"""
import os
import sys
import time

import psycopg2
import pymysql

E = os.environ


def mysql(database=None):
    return pymysql.connect(host=E["MYSQL_HOST"], port=int(E["MYSQL_PORT"]), user=E["MYSQL_USER"], password=E["MYSQL_PASSWORD"],
                           database=database, autocommit=True, charset="utf8mb4").cursor()


def postgres():
    c = psycopg2.connect(host=E["POSTGRES_HOST"], port=E["POSTGRES_PORT"], user=E["POSTGRES_USER"], password=E["POSTGRES_PASSWORD"],
                         dbname=E["POSTGRES_DATABASE"])
    c.autocommit = True
    return c.cursor()


def prepare():
    m = mysql()
    m.execute(f"create database if not exists `{E['MYSQL_DATABASE']}` default character set utf8mb4")
    m = mysql(E["MYSQL_DATABASE"])
    m.execute("create table if not exists users (id int primary key auto_increment, name varchar(100) not null, email varchar(200), "
              "created datetime(6) not null default current_timestamp(6)) default charset utf8mb4")
    m.execute("insert into users (name, email) select 'Konrad', 'konrad@example.org' from dual where not exists (select 1 from users)")
    p = postgres()
    p.execute("create table if not exists orders (id serial primary key, customer text not null, total numeric(10,2) not null default 0, "
              "placed timestamptz not null default now())")
    p.execute("alter table orders replica identity full")
    p.execute("insert into orders (customer, total) select 'Emmy', 3.50 where not exists (select 1 from orders)")


def seen(cursor, sql, key, limit=30):
    """Milliseconds until `sql` finds the row; polls every millisecond on a connection of its own."""
    start = time.perf_counter()
    while time.perf_counter() - start < limit:
        try:
            cursor.execute(sql, (key,))
            row = cursor.fetchone()
        except (psycopg2.errors.UndefinedTable, pymysql.err.ProgrammingError):
            row = None  # not created yet
        if row:
            return (time.perf_counter() - start) * 1000, row
        time.sleep(0.001)
    raise SystemExit(f"the row did not arrive within {limit} s; see: scripts/manage-connectors.sh list")


def cross():
    m, p = mysql(E["MYSQL_DATABASE"]), postgres()
    ms, ps = mysql(E["MYSQL_DATABASE"]), postgres()
    # What was there before comes with the snapshots, which also make the tables on the other side.
    start = time.perf_counter()
    seen(ps, "select count(*) from mysql_users having count(*) >= %s", 1)
    seen(ms, "select count(*) from postgres_orders having count(*) >= %s", 1)
    print(f"the rows from before are on both sides ({time.perf_counter() - start:.1f} s after the last connector ran)", flush=True)
    m.execute("insert into users (name, email) values ('Ada', 'ada@example.org')")
    took, row = seen(ps, "select id, name, email, created from mysql_users where id = %s", m.lastrowid)
    print(f"MySQL users → PostgreSQL mysql_users        {took:6.1f} ms   {row}", flush=True)
    p.execute("insert into orders (customer, total) values ('Grace', 12.50) returning id")
    took, row = seen(ms, "select id, customer, total, placed from postgres_orders where id = %s", p.fetchone()[0])
    print(f"PostgreSQL orders → MySQL postgres_orders   {took:6.1f} ms   {row}", flush=True)


{"prepare": prepare, "cross": cross}[sys.argv[1]]()
