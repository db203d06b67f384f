#!/usr/bin/env bash
# Compares Tandem with Debezium to the byte: both run the same cases against the same databases, with Java Kafka Connect and
# Debezium from Maven.
#
#   parity.sh [--engine NAME]... [CASE.sql]...          the cases of tests/parity/cases (or those named)
#   parity.sh --random N [--seed S] [--engine NAME]...  N tables of random columns, settings and changes; the seed is printed
#
#   --engine NAME   mysql8 (default), mysql9 (Debian sid's), mariadb, mariadb11 (sid's), postgres17 (default), postgres14|15|16|18
#   --record        keep what Debezium wrote in tests/parity/golden, for cases without a difference
#   --golden        without Java: compare with what was kept there; minutes instead of hours, part of test.sh
#   --schemas false records without schemas      --show N  differences shown a case (5)      --batch N  random tables a connector (25)
#
# Servers are installed and started by scripts/dev/servers.sh and peers.sh, and stay up between runs; `parity.sh down` stops them.
# What already runs is taken by address instead: PEER_KAFKA, PEER_CONNECT (URL of a Java worker with Debezium's plugins),
# PEER_TANDEM (URL of our worker), PEER_MYSQL8, PEER_MYSQL9, PEER_MARIADB, PEER_POSTGRES17 … (HOST:PORT),
# PEER_USER and PEER_PASSWORD for all databases.
#
# A case is an SQL file with directives in comment lines:
#   -- engine: mysql | postgres     mysql cases run on MariaDB too
#   -- only: NAME...                 these servers only           -- set: KEY=VALUE   connector setting (@DB@, @PREFIX@)
#   -- clock: COLUMN...              columns that hold the time of the run, for --golden
#   -- snapshot, -- stream           SQL before the connectors start, and while they stream; statements end with ; at a line's end
#   -- wait: SECONDS                 -- connector: stop | resume | restart   both connectors, after all before it has arrived
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

engines=() rest=() down=0 golden=0
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,28p' "$0" | sed -n 's/^# \{0,1\}//p'; exit 0 ;;
    down) down=1; shift ;;
    --golden) golden=1; shift ;;
    --engine) engines+=("${2:?--engine needs a name}"); shift 2 ;;
    *) rest+=("$1"); shift ;;
  esac
done
[ ${#engines[@]} -gt 0 ] || engines=(mysql8 postgres17)

peer_set=parity
[ $golden = 0 ] || peer_set=golden
. scripts/dev/peers.sh
if [ $down = 1 ]; then
  for n in tandem connect; do stop "$n"; done
  peers_down
  exit 0
fi

up_connect() { # KAFKA
  local port command; port=$(port_of connect)
  alive connect || {
    fetch_connect
    connect_properties "$1" parity-java "$port" >"$dir/connect.properties"
    mapfile -t command < <(connect_command "$dir/connect.properties")
    start connect "${command[@]}"
    await connect 120 curl -sf "http://127.0.0.1:$port/connectors"
  }
  echo "http://127.0.0.1:$port"
}
up_tandem() { # KAFKA FLUSH_MS
  local port
  stop tandem   # always what was built last
  scripts/build.sh dev tandem >&2
  port=$(port_of tandem)
  { worker_properties "$1" parity-tandem "$port" "$2"
    echo "metrics.listeners=http://127.0.0.1:$(port_of metrics)"; } >"$dir/tandem.properties"
  start tandem build/dev/tandem worker "$dir/tandem.properties"
  await tandem 60 curl -sf "http://127.0.0.1:$port/connectors"
  echo "http://127.0.0.1:$port"
}

need_packages python3 python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka curl
kafka=${PEER_KAFKA:-$(servers_at "$peer_set" kafka)}
if [ $golden = 1 ]; then
  trap 'stop tandem' EXIT
  tandem=$(up_tandem "$kafka" 200)
  rest+=(--flush 0.5)
else
  connect=${PEER_CONNECT:-$(up_connect "$kafka")}
  rest+=(--java "$connect")
  tandem=${PEER_TANDEM:-$(up_tandem "$kafka" 5000)}
fi
given=()
for e in "${engines[@]}"; do address=$(address_of "$e"); given+=(--engine "$e=$address"); done
/usr/bin/python3 tests/parity/parity.py "${given[@]}" --tandem "$tandem" --kafka "$kafka" \
  --user "$peer_user" --password "$peer_password" "${rest[@]}"
