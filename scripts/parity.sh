#!/usr/bin/env bash
# Compares Tandem with Debezium to the byte: both run the same cases against the same databases, with Java Kafka Connect and
# Debezium from Maven.
#
#   parity.sh [--engine NAME]... [CASE.sql]...          the cases of tests/parity/cases (or those named)
#   parity.sh --random N [--seed S] [--engine NAME]...  N tables of random columns, settings and changes; the seed is printed
#
#   --engine NAME   mysql8 (default), mysql9 (Debian sid in a chroot, as root), mariadb, postgres17 (default), postgres14|15|16|18
#   --schemas false records without schemas      --show N  differences shown a case (5)      --batch N  random tables a connector (25)
#
# Servers are installed and started as scripts/dev/servers.sh does, and stay up between runs; `parity.sh down` stops them.
# What already runs is taken by address instead: PARITY_KAFKA, PARITY_CONNECT (URL of a Java worker with Debezium's plugins),
# PARITY_TANDEM (URL of our worker), PARITY_MYSQL8, PARITY_MYSQL9, PARITY_MARIADB, PARITY_POSTGRES17 … (HOST:PORT),
# PARITY_USER and PARITY_PASSWORD for all databases.
#
# A case is an SQL file with directives in comment lines:
#   -- engine: mysql | postgres     mysql cases run on MariaDB too
#   -- only: NAME...                 these servers only           -- set: KEY=VALUE   connector setting (@DB@, @PREFIX@)
#   -- snapshot, -- stream           SQL before the connectors start, and while they stream; statements end with ; at a line's end
#   -- wait: SECONDS                 -- connector: stop | resume | restart   both connectors, after all before it has arrived
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

home=${TANDEM_HOME:-/var/tmp/tandem-$(id -u)}
dir=$home/parity
mkdir -p "$dir"/{run,log,data}
chmod 755 "$home" "$dir" "$dir/data"
export LC_ALL=C.UTF-8   # Debezium decodes some names in the platform's character set
user=${PARITY_USER:-tandem} password=${PARITY_PASSWORD:-tandem}
DEBEZIUM=3.6.1.Final DEBEZIUM_MARIADB=3.5.0.Final KAFKA=3.9.1

alive() { [ -f "$dir/run/$1.pid" ] && kill -0 "$(cat "$dir/run/$1.pid")" 2>/dev/null; }
start() { local name=$1; shift; setsid "$@" >>"$dir/log/$name.log" 2>&1 </dev/null & echo $! >"$dir/run/$name.pid"; }
port_of() { [ -f "$dir/run/$1.port" ] || free_port >"$dir/run/$1.port"; cat "$dir/run/$1.port"; }
await() { # NAME COMMAND...
  local name=$1; shift
  for _ in $(seq 600); do "$@" >/dev/null 2>&1 && return 0; alive "$name" || break; sleep 0.2; done
  tail -n 12 "$dir/log/$name.log" >&2
  die "$name did not start" "its log is $dir/log/$name.log"
}
stop_one() {
  alive "$1" || return 0
  kill "$(cat "$dir/run/$1.pid")"
  for _ in $(seq 100); do alive "$1" || break; sleep 0.2; done
  rm -f "$dir/run/$1.pid"
}
# servers_at SET NAME: the address of a server of scripts/dev/servers.sh
servers_at() { SERVERS=$1 scripts/dev/servers.sh up "$2" && SERVERS=$1 scripts/dev/servers.sh env | sed -n "s/^${2^^}_PORT=/127.0.0.1:/p"; }

grants() { printf "create user if not exists %s@'%%' identified by '%s';\ngrant all on *.* to %s@'%%' with grant option;\n" "$user" "$password" "$user"; }
up_mariadb() {
  need_packages mariadb-server
  local port; port=$(port_of mariadb)
  alive mariadb || {
    [ -d "$dir/data/mariadb" ] || mariadb-install-db --no-defaults --datadir="$dir/data/mariadb" --user="$(id -un)" \
      --auth-root-authentication-method=normal --skip-test-db >"$dir/log/mariadb-init.log" 2>&1
    grants >"$dir/mariadb-init.sql"
    start mariadb mariadbd --no-defaults --datadir="$dir/data/mariadb" --user="$(id -un)" --port="$port" --bind-address=127.0.0.1 \
      --socket="$dir/run/mariadb.sock" --server-id=10 --log-bin=binlog --binlog-format=ROW --binlog-row-metadata=FULL \
      --init-file="$dir/mariadb-init.sql" --max-allowed-packet=64M
    await mariadb port_open "$port"
  }
  echo "127.0.0.1:$port"
}
up_mysql9() { # the newest MySQL of Debian, which the stable release does not have
  [ "$(id -u)" = 0 ] || die "mysql9 runs in a chroot and needs root" "or set PARITY_MYSQL9 to the address of a MySQL 9"
  local port root=$home/sid; port=$(port_of mysql9)
  alive mysql9 || {
    if [ ! -x "$root/usr/sbin/mysqld" ]; then
      say "installing MySQL 9 of Debian sid into $root"
      need_packages debootstrap
      [ -d "$root/etc/apt" ] || debootstrap --variant=minbase sid "$root" >"$dir/log/debootstrap.log" 2>&1
      cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
      chroot "$root" apt-get -qq -o Acquire::Check-Valid-Until=false update
      DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends mysql-server-core >"$dir/log/mysql9-install.log" 2>&1
    fi
    mkdir -p "$root/parity" "$dir/data/mysql9-files"
    mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
    mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
    mountpoint -q "$root/parity" || mount --bind "$dir/data/mysql9-files" "$root/parity"
    grants >"$root/parity/init.sql"
    [ -d "$root/parity/data" ] || chroot "$root" mysqld --no-defaults --initialize-insecure --datadir=/parity/data --user=root 2>"$dir/log/mysql9-init.log"
    start mysql9 chroot "$root" mysqld --no-defaults --datadir=/parity/data --user=root --port="$port" --bind-address=127.0.0.1 \
      --socket=/parity/mysql.sock --skip-mysqlx --gtid-mode=ON --enforce-gtid-consistency=ON --binlog-row-metadata=FULL --server-id=9 \
      --init-file=/parity/init.sql --max-allowed-packet=64M
    await mysql9 port_open "$port"
  }
  echo "127.0.0.1:$port"
}
address_of() { # ENGINE
  local given="PARITY_${1^^}" version
  [ -n "${!given:-}" ] && { echo "${!given}"; return; }
  case $1 in
    mysql8) servers_at parity mysql ;;
    mysql9) up_mysql9 ;;
    mariadb) up_mariadb ;;
    postgres17) servers_at parity postgres ;;
    postgres14 | postgres15 | postgres16 | postgres18)
      version=$(case $1 in *14) echo 14.18.0 ;; *15) echo 15.13.0 ;; *16) echo 16.9.0 ;; *18) echo 18.0.0 ;; esac)
      PG_VERSION=$version servers_at "parity-$1" postgres ;;
    *) die "unknown engine $1" "see scripts/parity.sh --help" ;;
  esac
}
up_connect() { # KAFKA
  local port libs=$home/connect-$KAFKA plugins=$home/debezium plugin version; port=$(port_of connect)
  alive connect || {
    if [ ! -f "$libs/.complete" ]; then
      say "fetching Kafka Connect $KAFKA (Maven artifacts)"
      need_packages default-jdk-headless maven
      mkdir -p "$libs"
      {
        echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>tandem</groupId><artifactId>connect</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
        for artifact in connect-runtime connect-json connect-transforms; do
          echo "<dependency><groupId>org.apache.kafka</groupId><artifactId>$artifact</artifactId><version>$KAFKA</version></dependency>"
        done
        echo '<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version></dependency></dependencies></project>'
      } >"$libs/pom.xml"
      (cd "$libs" && mvn -q -B dependency:copy-dependencies -DoutputDirectory=libs) >"$dir/log/maven.log" 2>&1 ||
        die "could not fetch Kafka Connect with Maven" "$dir/log/maven.log says why"
      printf 'log4j.rootLogger=WARN, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\nlog4j.appender.out.layout=org.apache.log4j.PatternLayout\nlog4j.appender.out.layout.ConversionPattern=[%%d] %%p %%m (%%c)%%n\n' >"$libs/log4j.properties"
      touch "$libs/.complete"
    fi
    for plugin in mysql:$DEBEZIUM postgres:$DEBEZIUM mariadb:$DEBEZIUM_MARIADB; do
      version=${plugin#*:} plugin=${plugin%:*}
      [ -d "$plugins/debezium-connector-$plugin" ] && continue
      mkdir -p "$plugins" "$home/dl"
      maven_get "io.debezium:debezium-connector-$plugin:$version:tar.gz:plugin" "$home/dl"
      tar xzf "$home/dl/debezium-connector-$plugin-$version-plugin.tar.gz" -C "$plugins"
    done
    {
      worker_properties "$1" parity-java
      echo "listeners=http://127.0.0.1:$port"
      echo "plugin.path=$plugins"
    } >"$dir/connect.properties"
    start connect java "-Dlog4j.configuration=file:$libs/log4j.properties" -Xmx2g -cp "$libs/libs/*" \
      org.apache.kafka.connect.cli.ConnectDistributed "$dir/connect.properties"
    await connect curl -sf "http://127.0.0.1:$port/connectors"
  }
  echo "http://127.0.0.1:$port"
}
worker_properties() { # KAFKA GROUP
  echo "bootstrap.servers=$1"
  echo "group.id=$2"
  echo "offset.flush.interval.ms=5000"
  for s in key value; do echo "$s.converter=org.apache.kafka.connect.json.JsonConverter"; done
  for s in config offset status; do echo "$s.storage.topic=$2-$s"; echo "$s.storage.replication.factor=1"; done
  for s in offset status; do echo "$s.storage.partitions=1"; done
}
up_tandem() { # KAFKA
  local port; port=$(port_of tandem)
  stop_one tandem   # always what was built last
  scripts/build.sh dev tandem >&2
  { worker_properties "$1" parity-tandem; echo "listeners=http://127.0.0.1:$port"; echo "metrics.listeners=http://127.0.0.1:$(port_of metrics)"; } >"$dir/tandem.properties"
  start tandem build/dev/tandem worker "$dir/tandem.properties"
  await tandem curl -sf "http://127.0.0.1:$port/connectors"
  echo "http://127.0.0.1:$port"
}

engines=() rest=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,25p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    down)
      for n in tandem connect mariadb mysql9; do stop_one "$n"; done
      for s in parity parity-postgres14 parity-postgres15 parity-postgres16 parity-postgres18; do SERVERS=$s scripts/dev/servers.sh down; done
      exit 0 ;;
    --engine) engines+=("$2"); shift 2 ;;
    *) rest+=("$1"); shift ;;
  esac
done
[ ${#engines[@]} -gt 0 ] || engines=(mysql8 postgres17)
need_packages python3 python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka curl
kafka=${PARITY_KAFKA:-$(servers_at parity kafka)}
connect=${PARITY_CONNECT:-$(up_connect "$kafka")}
tandem=${PARITY_TANDEM:-$(up_tandem "$kafka")}
given=()
for e in "${engines[@]}"; do given+=(--engine "$e=$(address_of "$e")"); done
exec python3 tests/parity/parity.py "${given[@]}" --java "$connect" --tandem "$tandem" --kafka "$kafka" --user "$user" --password "$password" "${rest[@]}"
