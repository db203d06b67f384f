#!/usr/bin/env python3
"""Holds every include of src/ and include/ against the layer table: a room may include only what stands in its row.

Exit status 1 with file, line and the forbidden room when one does not hold. Also refuses files past 800 lines,
rooms without a README.md, and folders that no row knows.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
API = {"api/base", "api/data", "api/config", "api/json", "api/plugin", "api/topics"}

# room -> what it may include besides itself. "api/X" is include/tandem/X.
ALLOWED = {
    "base": {"api/base"},
    "data": {"api/base", "api/data"},
    "config": {"api/base", "api/config"},
    "json": {"api/base", "api/data", "api/config", "api/json"},
    "plugin": API,
    "topics": {"api/base", "api/config", "api/topics"},
    "http": {"api/base"},
    "metrics": {"api/base", "api/plugin"},
    "converters": API,
    "transforms": API,
    "storage": {"api/base", "api/data", "api/config", "api/json", "api/topics"},
    "pipeline": API | {"storage"},
    "herder": API | {"storage", "pipeline"},
    "rest": API | {"herder", "http"},
    "app": API | {"topics", "http", "metrics", "converters", "transforms", "storage", "pipeline", "herder", "rest", "connectors/*"},
    "connectors/mysql/binlog": {"api/base"},
    "connectors/postgres/pgoutput": {"api/base"},
    "connectors/clients/mysql": {"api/base", "api/config"},
    "connectors/clients/postgres": {"api/base", "api/config"},
    "connectors/relational/model": API,
    "connectors/relational/capture": API | {"connectors/relational/model"},
    "connectors/sync": API | {"connectors/relational/model"},
    "connectors/mysql": API | {"connectors/mysql/binlog", "connectors/clients/mysql", "connectors/relational/model",
                               "connectors/relational/capture", "connectors/sync"},
    "connectors/postgres": API | {"connectors/postgres/pgoutput", "connectors/clients/postgres", "connectors/relational/model",
                                  "connectors/relational/capture", "connectors/sync"},
    "connectors/sql_sink": API | {"connectors/clients/mysql", "connectors/clients/postgres", "connectors/relational/model", "connectors/sync"},
    "connectors/verify": API | {"connectors/clients/mysql", "connectors/clients/postgres", "connectors/relational/model", "connectors/sync"},
    "connectors/file": API,
    "api/base": set(),
    "api/data": {"api/base"},
    "api/config": {"api/base"},
    "api/json": {"api/base", "api/data", "api/config"},
    "api/topics": {"api/base"},
    "api/plugin": {"api/base", "api/data", "api/config", "api/topics"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def room_of(parts):
    """The longest folder that is a room."""
    for n in range(len(parts), 0, -1):
        if "/".join(parts[:n]) in ALLOWED:
            return "/".join(parts[:n])
    return None


def target_room(path):
    parts = path.split("/")[:-1]
    return "api/" + parts[1] if parts[:1] == ["tandem"] and len(parts) > 1 else room_of(parts)


def allowed(room, target):
    return target == room or target == "api/" + room or target in ALLOWED[room] or any(
        a.endswith("/*") and target.startswith(a[:-1]) for a in ALLOWED[room])


def main():
    bad, rooms = [], set()
    for base, prefix in ((ROOT / "src", ""), (ROOT / "include" / "tandem", "api/")):
        for f in sorted(p for p in base.rglob("*") if p.suffix in (".hpp", ".cpp")):
            parts = f.relative_to(base).parts[:-1]
            room = prefix + parts[0] if prefix else room_of(parts)
            name = f.relative_to(ROOT)
            if room not in ALLOWED:
                bad.append(f"{name}: its folder is no room of the table")
                continue
            rooms.add(room)
            lines = f.read_text(encoding="utf-8").splitlines()
            if len(lines) > 800:
                bad.append(f"{name}: {len(lines)} lines; 800 is the limit, split it along the things it holds")
            for n, line in enumerate(lines, 1):
                m = INCLUDE.match(line)
                if not m:
                    continue
                target = target_room(m[1])
                if target is None:
                    bad.append(f'{name}:{n}: "{m[1]}" is not a full path to a room')
                elif not allowed(room, target):
                    bad.append(f"{name}:{n}: room '{room}' may not include '{target}'")
    for room in sorted(rooms):
        if not room.startswith("api/") and not (ROOT / "src" / room / "README.md").is_file():
            bad.append(f"src/{room}: has no README.md")
    print("\n".join(bad) if bad else f"layers hold: {len(rooms)} rooms")
    return 1 if bad else 0


sys.exit(main())
