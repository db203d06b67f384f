# Sourced after say.sh: what Tandem is compared with. Java Kafka Connect with Debezium, and databases that servers.sh does not have, are
# fetched once into $TANDEM_HOME and keep data, log and process id in its folder $peer_set (set by the caller).
# Databases that run already are taken by address: PEER_MYSQL8, PEER_POSTGRES17 … (HOST:PORT), PEER_USER and PEER_PASSWORD.
# shellcheck shell=bash
home=${TANDEM_HOME:-/var/tmp/tandem-$(id -u)}
dir=$home/${peer_set:?}
mkdir -p "$home/dl" "$dir"/{run,log,data}
chmod 755 "$home" "$dir" "$dir/data"
. scripts/dev/process.sh
shopt -s inherit_errexit
export LC_ALL=C.UTF-8   # Debezium decodes some names in the platform's character set
peer_user=${PEER_USER:-tandem} peer_password=${PEER_PASSWORD:-tandem}
KAFKA=3.9.1
debezium=(mysql:3.6.1.Final postgres:3.6.1.Final mariadb:3.5.0.Final jdbc:3.5.0.Final)   # the newest of each on Maven

# servers_at SET NAME: the address of a server of scripts/dev/servers.sh
servers_at() { SERVERS=$1 scripts/dev/servers.sh up "$2" && SERVERS=$1 scripts/dev/servers.sh env | sed -n "s/^${2^^}_PORT=/127.0.0.1:/p"; }

grants() { printf "create user if not exists %s@'%%' identified by '%s';\ngrant all on *.* to %s@'%%' with grant option;\n" "$peer_user" "$peer_password" "$peer_user"; }
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
    await mariadb 60 port_open "$port"
  }
  echo "127.0.0.1:$port"
}
mysql9_root() { # the newest MySQL of Debian, which the stable release does not have
  local root=$home/sid
  if [ ! -x "$root/usr/sbin/mysqld" ]; then
    say "installing MySQL 9 of Debian sid into $root"
    need_packages debootstrap
    [ -d "$root/etc/apt" ] || debootstrap --variant=minbase sid "$root" >"$dir/log/debootstrap.log" 2>&1 ||
      { tail -n 5 "$dir/log/debootstrap.log" >&2; rm -rf "$root"; die "debootstrap could not make $root"; }
    cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
    { chroot "$root" apt-get -qq -o Acquire::Check-Valid-Until=false update &&
        DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends mysql-server-core; } >"$dir/log/mysql9-install.log" 2>&1 ||
      { tail -n 5 "$dir/log/mysql9-install.log" >&2; die "apt could not install mysql-server-core in $root"; }
  fi
  echo "$root"
}
up_mysql9() {
  [ "$(id -u)" = 0 ] || die "mysql9 runs in a chroot and needs root" "or set PEER_MYSQL9 to the address of a MySQL 9"
  local port root; root=$(mysql9_root) port=$(port_of mysql9)
  alive mysql9 || {
    mkdir -p "$root/data" "$dir/data/mysql9"
    mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
    mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
    mountpoint -q "$root/data" || mount --bind "$dir/data/mysql9" "$root/data"
    grants >"$root/data/init.sql"
    [ -d "$root/data/db" ] || chroot "$root" mysqld --no-defaults --initialize-insecure --datadir=/data/db --user=root >"$dir/log/mysql9-init.log" 2>&1
    start mysql9 chroot "$root" mysqld --no-defaults --datadir=/data/db --user=root --port="$port" --bind-address=127.0.0.1 \
      --socket=/data/mysql.sock --secure-file-priv= --skip-mysqlx --gtid-mode=ON --enforce-gtid-consistency=ON --binlog-row-metadata=FULL --server-id=9 \
      --init-file=/data/init.sql --max-allowed-packet=64M
    await mysql9 60 port_open "$port"
  }
  echo "127.0.0.1:$port"
}
down_mysql9() {
  stop mysql9
  local m
  for m in data dev proc; do if mountpoint -q "$home/sid/$m"; then umount "$home/sid/$m"; fi; done
}
address_of() { # ENGINE: mysql8, mysql9, mariadb, postgres14|15|16|17|18; started when no PEER_ENGINE tells its address
  local given="PEER_${1^^}" version
  [ -n "${!given:-}" ] && { echo "${!given}"; return; }
  case $1 in
    mysql8) servers_at "$peer_set" mysql ;;
    mysql9) up_mysql9 ;;
    mariadb) up_mariadb ;;
    postgres17) servers_at "$peer_set" postgres ;;
    postgres14 | postgres15 | postgres16 | postgres18)
      version=$(case $1 in *14) echo 14.18.0 ;; *15) echo 15.13.0 ;; *16) echo 16.9.0 ;; *18) echo 18.0.0 ;; esac)
      PG_VERSION=$version servers_at "$peer_set-$1" postgres ;;
    *) die "unknown engine $1" "there are: mysql8 mysql9 mariadb postgres14 postgres15 postgres16 postgres17 postgres18" ;;
  esac
}

worker_properties() { # KAFKA GROUP REST_PORT
  echo "bootstrap.servers=$1"
  echo "group.id=$2"
  echo "listeners=http://127.0.0.1:$3"
  echo "offset.flush.interval.ms=5000"
  for s in key value; do echo "$s.converter=org.apache.kafka.connect.json.JsonConverter"; done
  for s in config offset status; do echo "$s.storage.topic=$2-$s"; echo "$s.storage.replication.factor=1"; done
  for s in offset status; do echo "$s.storage.partitions=1"; done
}
fetch_connect() {
  local entry connector version
  kafka_jars "$home/connect-$KAFKA" "$KAFKA" connect-runtime connect-json connect-transforms
  mkdir -p "$home/debezium"
  for entry in "${debezium[@]}"; do
    connector=debezium-connector-${entry%:*} version=${entry#*:}
    [ -d "$home/debezium/$connector" ] && continue
    maven_get "io.debezium:$connector:$version:tar.gz:plugin" "$home/dl"
    tar xzf "$home/dl/$connector-$version-plugin.tar.gz" -C "$home/debezium"
  done
}
# connect_command PROPERTIES: the command line of a Java worker, a word a line; worker_properties and plugin.path are in PROPERTIES.
connect_command() {
  printf '%s\n' java "-Dlog4j.configuration=file:$home/connect-$KAFKA/log4j.properties" -Xmx2g -cp "$home/connect-$KAFKA/libs/*" \
    org.apache.kafka.connect.cli.ConnectDistributed "$1"
}
connect_properties() { worker_properties "$@"; echo "plugin.path=$home/debezium"; } # KAFKA GROUP REST_PORT
