"""Random cases: tables of random columns, random rows, random changes and changes of shape, under random settings. All of it is
told by the seed."""
import datetime
import random
import re

WORDS = ["a", "Ab c", "ключ", "é'x", 'q"q', "back\\slash", "", "😀", "tab\there", "x" * 40, "0", "null"]


def quoted(text, postgres):
    out = text.replace("'", "''")
    return "'" + (out if postgres else out.replace("\\", "\\\\")) + "'"


def moment(r, low=1971, high=2037):
    base = datetime.datetime(low, 1, 1) + datetime.timedelta(seconds=r.randrange(int((high - low) * 31_556_952)))
    return base.replace(microsecond=r.choice([0, 1, 120_000, 999_999, r.randrange(1_000_000)]))


# All but koi8u and MariaDB's cp932, whose text Debezium garbles.
CHARSETS = [("latin1", "é€ü"), ("utf8mb4", "ключ😀"), ("utf8mb3", "ключ"), ("utf16", "ж😀"), ("ucs2", "жé"), ("utf32", "ж😀"), ("utf16le", "жé"),
            ("cp1251", "жыё"), ("koi8r", "жы"), ("cp1250", "čěš"), ("cp1256", "سل"), ("cp1257", "ąčę"), ("cp850", "éß"), ("cp852", "čš"),
            ("cp866", "жы"), ("latin2", "čš"), ("latin5", "ğş"), ("latin7", "ąč"), ("greek", "Ελ"), ("hebrew", "של"), ("sjis", "日本"),
            ("cp932", "日本"), ("ujis", "日本"), ("eucjpms", "日本"), ("gbk", "你好"), ("gb2312", "你好"), ("big5", "你好"),
            ("euckr", "안녕"), ("tis620", "ไท"), ("macroman", "éü"), ("macce", "čš"), ("ascii", "xy")]
SHAPES = ["st_geomfromtext('POINT(1 -2)')", "st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))')", "st_geomfromtext('MULTIPOINT(0 0,1 1)')",
          "st_geomfromtext('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')", "st_geomfromtext('LINESTRING(1 2,3 4)')"]


def integer(bits, signed=True):
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    return lambda r: str(r.choice([0, 1, low, high, r.randint(low, high)]))


def decimal(p, s):
    def make(r):
        digits = str(r.choice([0, 1, 10**p - 1, r.randrange(10**p)])).rjust(s + 1, "0")
        text = digits[:len(digits) - s] + ("." + digits[len(digits) - s:] if s else "")
        return (r.choice(["", "-"]) if int(digits) else "") + text
    return make


def stamp(form, digits, low=1971, high=2037):
    def make(r):
        m = moment(r, low, high)
        text = m.strftime(form)
        return quoted(text + (f".{m.microsecond:06d}"[:digits + 1] if digits else ""), True)
    return make


def real(r):
    return repr(r.choice([0.0, 1.5, -2.25, 0.1, 1e20, -1e-7, 123456.789, r.uniform(-1e6, 1e6)]))


def single(r):
    return repr(r.choice([0.0, 1.5, -2.25, 0.125, 1024.0, float(r.randrange(-4096, 4096)) / 8]))


def text(n, postgres):
    return lambda r: quoted(r.choice([w for w in WORDS if len(w) <= n]), postgres)


def hexadecimal(n, postgres):
    def make(r):
        raw = bytes(r.randrange(256) for _ in range(r.randrange(n + 1)))
        return f"'\\x{raw.hex()}'" if postgres else (f"x'{raw.hex()}'" if raw else "''")
    return make


def document(r):
    return r.choice(["{}", "[]", '{"a": 1}', '[1, 2.5, null, true, "x"]', '{"k": {"n": [-1, "é"]}}', '"s"', "12345678901"])


def kinds(server, r):
    """(type, value maker, may have a default, may be in a key)"""
    json_text = lambda q: quoted(document(q), server.postgres)
    if server.postgres:
        p = r.randrange(0, 7)
        return [("smallint", integer(16), 1, 1), ("int", integer(32), 1, 1), ("bigint", integer(64), 1, 1), ("real", single, 1, 0),
                ("double precision", real, 1, 0), ("numeric(12,3)", decimal(12, 3), 1, 1), ("numeric(5,0)", decimal(5, 0), 1, 1),
                ("numeric", decimal(15, 4), 1, 0), ("boolean", lambda q: q.choice(["true", "false"]), 1, 0),
                ("money", lambda q: f"'{q.randrange(-99999, 99999) / 100}'::money", 0, 0),
                ("varchar(50)", text(50, True), 1, 1), ("char(6)", text(6, True), 1, 0), ("text", text(99, True), 1, 1),
                ("bytea", hexadecimal(20, True), 0, 0), ("date", stamp("%Y-%m-%d", 0, 1900, 2100), 1, 1),
                (f"time({p})", stamp("%H:%M:%S", p), 1, 0), (f"timestamp({p})", stamp("%Y-%m-%d %H:%M:%S", p, 1900, 2200), 1, 0),
                ("timestamp", stamp("%Y-%m-%d %H:%M:%S", 6, 1900, 2200), 1, 1),
                (f"timestamptz({p})", lambda q: stamp("%Y-%m-%d %H:%M:%S", p)(q)[:-1] + q.choice(["+00", "-07", "+05:30"]) + "'", 0, 0),
                ("timetz", lambda q: stamp("%H:%M:%S", 3)(q)[:-1] + q.choice(["+00", "-07"]) + "'", 0, 0),
                ("interval", lambda q: f"'{q.randrange(9)} years {q.randrange(40)} days {q.randrange(99)}:{q.randrange(60)}:01.5'", 0, 0),
                ("uuid", lambda q: f"'{q.getrandbits(32):08x}-1111-4222-8333-{q.getrandbits(48):012x}'", 1, 1), ("json", json_text, 1, 0),
                ("jsonb", json_text, 1, 0), ("bit(1)", lambda q: q.choice(["B'0'", "B'1'"]), 1, 0),
                ("bit(10)", lambda q: f"B'{q.getrandbits(10):010b}'", 1, 0), ("varbit(9)", lambda q: f"B'{q.getrandbits(7):b}'", 1, 0),
                ("inet", lambda q: f"'10.{q.randrange(256)}.0.1'", 1, 0), ("cidr", lambda q: "'10.0.0.0/8'", 0, 0),
                ("macaddr", lambda q: f"'08:00:2b:01:02:{q.randrange(256):02x}'", 0, 0), ("int4range", lambda q: f"'[1,{q.randrange(2, 99)})'", 0, 0),
                ("int[]", lambda q: q.choice(["'{}'", "'{1,NULL,-3}'", "'{7}'"]), 0, 0),
                ("text[]", lambda q: q.choice(["'{}'", "'{a,\"b c\",NULL}'"]), 0, 0), ("numeric(6,2)[]", lambda q: "'{1.10,NULL}'", 0, 0),
                ("mood", lambda q: q.choice(["'sad'", "'ok'", "'very happy'"]), 1, 0), ("point", lambda q: f"'({q.randrange(9)},-1.5)'", 0, 0),
                ("xml", lambda q: "'<a b=\"1\">é</a>'", 0, 0), ("oid", lambda q: str(q.randrange(1 << 32)), 0, 0),
                ("numeric(6,-2)", lambda q: str(q.randrange(9999) * 100), 0, 0) if server.name != "postgres14" else ("int8", integer(64), 1, 1),
                ("zip", lambda q: q.choice(["'a1'", "'é'", "''"]), 1, 0), ("cents", decimal(8, 2), 1, 0), ("ints", lambda q: "'{1,2}'", 0, 0),
                ("mood[]", lambda q: q.choice(["'{}'", "'{sad,ok}'", "'{\"very happy\"}'"]), 0, 0),
                ("zip[]", lambda q: "'{a,b}'", 0, 0), ("bytea[]", lambda q: "array['\\x00ff'::bytea]", 0, 0), ("uuid[]", lambda q: "'{}'", 0, 0),
                ("date[]", lambda q: q.choice(["'{2024-02-29,NULL}'", "'{infinity}'"]), 0, 0), ("boolean[]", lambda q: "'{t,f,NULL}'", 0, 0),
                ("timestamp(3)[]", lambda q: "'{2024-01-02 03:04:05.678}'", 0, 0), ("jsonb[]", lambda q: "array['{\"a\": 1}'::jsonb]", 0, 0),
                ("double precision[]", lambda q: "'{1.5,NaN,-Infinity}'", 0, 0), ('"char"', lambda q: "'q'", 1, 0),
                ("macaddr8", lambda q: "'08:00:2b:01:02:03:04:05'", 0, 0), ("int8range", lambda q: q.choice(["'empty'", "'(,5)'"]), 0, 0),
                ("tsvector", lambda q: "'a b'::tsvector", 0, 0), ("box", lambda q: "'(1.5,2),(3,-4)'", 0, 0), ("pg_lsn", lambda q: "'16/B374D848'", 0, 0),
                ("int4multirange", lambda q: "'{[1,3),[5,6)}'", 0, 0), ("varbit", lambda q: f"B'{q.getrandbits(20):b}'", 0, 0)]
    p = r.randrange(0, 7)
    charset, letters = r.choice([c for c in CHARSETS if c[0] != "cp932" or server.name != "mariadb"])
    labels = [letters[0], "b c", "d''e", letters[1:] or "z"]
    enum = ", ".join("'" + w + "'" for w in labels)
    in_charset = lambda q: quoted(q.choice(["a", letters, letters[0] + " x", "", "0"]), False)
    q64 = r.randint(2, 64)
    return [("tinyint", integer(8), 1, 1), ("tinyint unsigned", integer(8, False), 1, 1), ("tinyint(1)", lambda q: q.choice("01"), 1, 0),
            ("boolean", lambda q: q.choice("01"), 1, 0), ("smallint", integer(16), 1, 1), ("smallint unsigned", integer(16, False), 1, 1),
            ("mediumint", integer(24), 1, 1), ("mediumint unsigned", integer(24, False), 1, 0), ("int", integer(32), 1, 1),
            ("int unsigned", integer(32, False), 1, 1), ("bigint", integer(64), 1, 1), ("bigint unsigned", integer(63, False), 1, 1),
            ("float", single, 1, 0), ("double", real, 1, 0), ("decimal(12,3)", decimal(12, 3), 1, 1), ("decimal(30,10)", decimal(30, 10), 1, 0),
            ("decimal(5)", decimal(5, 0), 1, 1), ("decimal(8,2) unsigned", lambda q: decimal(8, 2)(q).lstrip("-"), 1, 0),
            ("bit(1)", lambda q: q.choice(["b'0'", "b'1'"]), 1, 0), (f"bit({p + 7})", lambda q: f"b'{q.getrandbits(7):b}'", 1, 0),
            ("varchar(50)", text(50, False), 1, 1), (f"varchar(60) character set {charset}", in_charset, 1, 0),
            (f"text character set {charset}", in_charset, 0, 0), (f"char(9) character set {charset}", in_charset, 1, 0),
            (f"enum({enum}) character set {charset}", lambda q: f"'{q.choice(labels)}'", 1, 0),
            (f"set('{letters[0]}', 'b', 'c d') character set {charset}", lambda q: q.choice(["''", f"'{letters[0]}'", f"'{letters[0]},c d'"]), 1, 0),
            ("varchar(20) collate utf8mb4_bin", text(20, False), 1, 1), ("int zerofill", integer(31, False), 1, 0),
            ("float(8,3)", lambda q: f"{q.randrange(-9999, 9999) / 8}", 1, 0), ("double(12,4)", lambda q: f"{q.randrange(-99999, 99999) / 16}", 1, 0),
            ("nchar(5)", lambda q: quoted(q.choice(["a", "é", ""]), False), 1, 0), (f"bit({q64})", lambda q: f"b'{q.getrandbits(q64):b}'", 1, 0),
            ("longblob", hexadecimal(40, False), 0, 0), ("tinytext", text(20, False), 0, 0), ("int generated always as (id + 1) virtual", None, 0, 0),
            ("varchar(30) as (concat('g', id)) stored", None, 0, 0), ("geometry", lambda q: q.choice(SHAPES), 0, 0),
            ("linestring", lambda q: "st_geomfromtext('LINESTRING(0 0,1.5 -1)')", 0, 0),
            ("char(6)", lambda q: quoted(q.choice(["a", "Ab c", "é'x", ""]), False), 1, 0), ("text", text(99, False), 0, 0),
            ("mediumtext", text(99, False), 0, 0), ("binary(5)", hexadecimal(5, False), 0, 0), ("varbinary(30)", hexadecimal(30, False), 0, 1),
            ("blob", hexadecimal(40, False), 0, 0), ("date", stamp("%Y-%m-%d", 0, 1900, 2100), 1, 1),
            (f"time({p})", lambda q: q.choice(["", "-"]) and stamp("%H:%M:%S", p)(q) or stamp("%H:%M:%S", p)(q), 1, 0),
            (f"datetime({p})", stamp("%Y-%m-%d %H:%M:%S", p, 1900, 2200), 1, 1), ("datetime", stamp("%Y-%m-%d %H:%M:%S", 0, 1900, 2200), 1, 0),
            (f"timestamp({p}) null", stamp("%Y-%m-%d %H:%M:%S", p, 1972, 2036), 0, 0), ("year", lambda q: str(q.randrange(1901, 2155)), 1, 0),
            ("enum('a','b c','d''e','é')", lambda q: q.choice(["'a'", "'b c'", "'d''e'", "'é'"]), 1, 0),
            ("set('x','y','z w')", lambda q: q.choice(["''", "'x'", "'x,z w'", "'x,y,z w'"]), 1, 0), ("json", json_text, 0, 0),
            ("point", lambda q: f"st_geomfromtext('POINT({q.randrange(9)} -1.5)')", 0, 0)]


def settings(server, r):
    out = {"decimal.handling.mode": r.choice(["precise", "double", "string"]),
           "binary.handling.mode": r.choice(["bytes", "base64", "base64-url-safe", "hex"]),
           "time.precision.mode": r.choice(["adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"]),
           "tombstones.on.delete": r.choice(["true", "true", "false"]),
           "provide.transaction.metadata": r.choice(["false", "false", "true"])}
    if server.postgres:
        if r.random() < 0.4:
            out["time.precision.mode"] = "adaptive"
        out |= {"interval.handling.mode": r.choice(["numeric", "string"]), "include.unknown.datatypes": r.choice(["false", "true"])}
    else:
        out |= {"bigint.unsigned.handling.mode": r.choice(["long", "precise"]), "include.schema.changes": r.choice(["true", "true", "false"]),
                "include.schema.comments": r.choice(["false", "true"]), "skipped.operations": r.choice(["t", "none"]),
                "skip.messages.without.change": r.choice(["false", "false", "true"]), "extended.headers.enabled": r.choice(["true", "false"]),
                "topic.delimiter": r.choice([".", ".", "_"])}
        if r.random() < 0.3:
            out["column.propagate.source.type"] = ".*"
        if r.random() < 0.3:
            out |= {"column.mask.hash.SHA-256.with.salt.s": ".*c1", "column.truncate.to.3.chars": ".*c2", "column.mask.with.4.chars": ".*c3"}
        if r.random() < 0.2:
            out["column.exclude.list"] = ".*c4"
    if r.random() < 0.15:
        out["schema.name.adjustment.mode"] = out["field.name.adjustment.mode"] = r.choice(["avro", "avro_unicode"])
    return out


class Table:
    def __init__(self, name, server, r):
        self.name, self.server, self.r, self.next = name, server, r, 0
        self.key = r.choice(["id", "id", "id", "pair", "none" if not server.postgres else "id"])
        self.columns = []
        for i in range(r.randint(1, 12)):
            self.columns.append(self.column(f"c{i}", i == 0 and self.key == "pair"))
        self.q = '"' if server.postgres else "`"

    def readable(self, kind):
        """Debezium counts a YEAR among the columns whose sign the log tells, which MySQL 8.0 does not do: beside one, it can
        read eight numbers and no more."""
        number = lambda d: bool(re.match(r"(tiny|small|medium|big)?int|float|double|decimal|boolean|year", d))
        if self.server.postgres or not number(kind):
            return True
        taken = [c[1] for c in self.columns if number(c[1])]
        return len(taken) < 7 or not any(d.startswith("year") for d in taken + [kind])

    def column(self, name, in_key=False):
        r = self.r
        kind, make, may_default, _ = r.choice([k for k in kinds(self.server, r) if (k[3] or not in_key) and self.readable(k[0])])
        if make is None:  # generated
            return name, kind, None, True
        decl, null = kind, not in_key and r.random() < 0.7
        decl += "" if null or "null" in kind else " not null"
        if may_default and not in_key and r.random() < 0.35:
            decl += f" default {make(r)}"
        if not self.server.postgres and r.random() < 0.15 and kind not in ("point", "linestring", "geometry"):  # Debezium fails there
            decl += " comment 'it''s " + name + "'"
        return name, decl, make, null

    def create(self):
        items = ["id int not null"] + [f"{n} {d}" for n, d, _, _ in self.columns]
        if self.key == "id":
            items.append("primary key (id)")
        elif self.key == "pair":
            items.append("primary key (c0, id)" if self.server.postgres or "varchar" not in self.columns[0][1] else "primary key (c0, id)")
        out = [f"create table {self.name} ({', '.join(items)})" + ("" if self.server.postgres else " default charset utf8mb4")]
        if self.server.postgres and self.r.random() < 0.4:
            out.append(f"alter table {self.name} replica identity full")
        return out

    def demands_timestamp(self):
        return self.server.postgres and any(re.match(r"timestamp(\(\d\))? not null", d) for _, d, _, _ in self.columns)

    def insert(self):
        r, self.next = self.r, self.next + 1
        chosen = [c for c in self.columns if c[2] and (not c[3] or r.random() < 0.85)]
        if not self.server.postgres:
            chosen = [c for c in self.columns if c[2]] if self.key == "none" else chosen
        names = ["id"] + [c[0] for c in chosen]
        values = [str(self.next)] + ["null" if c[3] and r.random() < 0.15 else c[2](r) for c in chosen]
        return f"insert into {self.name} ({', '.join(names)}) values ({', '.join(values)})"

    def change(self):
        r, what = self.r, self.r.random()
        if what < 0.5 or self.next == 0:
            return self.insert()
        row = r.randint(1, self.next)
        if what < 0.8:
            c = r.choice([c for c in self.columns if c[2]] or [("id", "", lambda q: str(row), False)])
            return f"update {self.name} set {c[0]} = {'null' if c[3] and r.random() < 0.2 else c[2](r)} where id = {row}"
        if what < 0.9:
            self.next += 1
            return f"update {self.name} set id = {self.next} where id = {row}"
        return f"delete from {self.name} where id = {row}"

    def reshape(self):
        r = self.r
        if not self.server.postgres and r.random() < 0.4:
            return self.reshape_mysql()
        if len(self.columns) > 2 and r.random() < 0.4:
            gone = self.columns.pop(r.randrange(1, len(self.columns)))
            return f"alter table {self.name} drop column {gone[0]}"
        name = f"n{r.randrange(10**6)}"
        kind, make, _, _ = r.choice([k for k in kinds(self.server, r) if self.readable(k[0]) and k[1]])
        self.columns.append((name, kind, make, True))
        place = "" if self.server.postgres or r.random() < 0.5 else " first"
        return f"alter table {self.name} add column {name} {kind}{place}"


    def reshape_mysql(self):
        """What leaves the columns' types alone."""
        r, what = self.r, self.r.randrange(6)
        i = r.randrange(len(self.columns))
        name, decl, make, null = self.columns[i]
        if what == 0 and make and not self.in_key(i) and "`" not in name:
            self.columns[i] = ("r" + name, decl, make, null)
            return f"alter table {self.name} rename column {name} to r{name}"
        if what == 1 and make and not self.in_key(i) and "`" not in name:
            self.columns[i] = (f"`R {name}`", decl, make, null)
            return f"alter table {self.name} change {name} `R {name}` {decl}"
        if what == 2 and make and not self.in_key(i):
            return f"alter table {self.name} modify {name} {decl} first"
        if what == 3:
            old, self.name = self.name, self.name + "x"
            return r.choice([f"rename table {old} to {self.name}", f"RENAME TABLE {old} TO {self.name}", f"alter table {old} rename to {self.name}"])
        if what == 4:
            return f"/* why */ alter table {self.name} comment 'it''s {self.name}', add index i{r.randrange(10**6)} (id)"
        return r.choice([f"create index i{r.randrange(10**6)} on {self.name} (id)", f"alter table {self.name} engine=innodb"])

    def in_key(self, i):
        return self.key == "pair" and i == 0


def case(server, seed, count):
    """(name, text of the case)"""
    r = random.Random(f"{seed} {'postgres' if server.postgres else 'mysql'}")
    out = ["-- engine: " + ("postgres" if server.postgres else "mysql")]
    chosen = settings(server, r)
    out += [f"-- set: {k}={v}" for k, v in chosen.items()] + ["-- snapshot"]
    if server.postgres:
        out += ["create type mood as enum ('sad', 'ok', 'very happy');", "create domain zip as varchar(9);",
                "create domain cents as numeric(8,2);", "create domain ints as int[];"]
    tables = [Table(f"t{i:03d}", server, r) for i in range(count)]
    for t in tables:
        out += [s + ";" for s in t.create()]
        if chosen.get("time.precision.mode") == "nanoseconds" and t.demands_timestamp():
            out.append(f"alter table {t.name} replica identity full;")  # Debezium fails on the nulls of a removed key's row
        out += [t.insert() + ";" for _ in range(r.randint(0, 4))]
    out.append("-- stream")
    early = [t for t in tables if r.random() < 0.7]
    for t in early:
        out += [t.change() + ";" for _ in range(r.randint(1, 5))]
    if len(tables) > 1:
        out.append("begin;")
        out += [r.choice(tables).change() + ";" for _ in range(8)]
        out.append(r.choice(["commit;", "commit;", "rollback;"]))
    out.append("-- wait: 2")  # PostgreSQL: Debezium reads the catalogue as it is when it gets there
    if r.random() < 0.5:
        out.append("-- connector: stop")
        for t in r.sample(tables, max(1, count // 4)):
            out.append(t.change() + ";")
        out.append("-- connector: resume")
    for t in r.sample(tables, max(1, count // 3)):
        out.append(t.reshape() + ";")
        if not server.postgres:
            out += [t.change() + ";" for _ in range(r.randint(1, 3))]
    out.append("-- wait: 2")
    for t in tables:
        out += [t.change() + ";" for _ in range(r.randint(0, 2))]
    return f"random seed {seed} x {count}", "\n".join(s.replace("\n", " ") if s.endswith(";") else s for s in out) + "\n"
