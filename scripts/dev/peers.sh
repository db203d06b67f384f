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
# shellcheck disable=SC2034 # for those who source this
peer_user=${PEER_USER:-tandem} peer_password=${PEER_PASSWORD:-tandem}
KAFKA=3.9.1
debezium=(mysql:3.6.1.Final postgres:3.6.1.Final mariadb:3.5.0.Final jdbc:3.5.0.Final)   # the newest of each on Maven

# servers_at SET NAME: the address of a server of scripts/dev/servers.sh
servers_at() { SERVERS=$1 scripts/dev/servers.sh up "$2" && SERVERS=$1 scripts/dev/servers.sh env | sed -n "s/^${2^^}_PORT=/127.0.0.1:/p"; }

# variant_of ENGINE: what servers.sh must know to start it, as VARIABLE=VALUE
variant_of() {
  case $1 in
    mysql8 | mysql9 | mariadb | mariadb11) echo "MYSQL_SERVER=$1" ;;
    postgres14) echo PG_VERSION=14.18.0 ;;
    postgres15) echo PG_VERSION=15.13.0 ;;
    postgres16) echo PG_VERSION=16.9.0 ;;
    postgres17) echo PG_VERSION=17.6.0 ;;
    postgres18) echo PG_VERSION=18.0.0 ;;
    *) die "unknown engine $1" "there are: ${engines_known[*]}" ;;
  esac
}
engines_known=(mysql8 mysql9 mariadb mariadb11 postgres14 postgres15 postgres16 postgres17 postgres18)
address_of() { # ENGINE; started when no PEER_ENGINE tells its address
  local given="PEER_${1^^}" variant
  [ -n "${!given:-}" ] && { echo "${!given}"; return; }
  variant=$(variant_of "$1")
  export "${variant?}"
  servers_at "$peer_set-$1" "$([[ $1 == postgres* ]] && echo postgres || echo mysql)"
}
peers_down() { local e; for e in "${engines_known[@]}"; do SERVERS=$peer_set-$e scripts/dev/servers.sh down; done; SERVERS=$peer_set scripts/dev/servers.sh down; }

worker_properties() { # KAFKA GROUP REST_PORT [FLUSH_MS]
  echo "offset.flush.interval.ms=${4:-5000}"
  echo "bootstrap.servers=$1"
  echo "group.id=$2"
  echo "listeners=http://127.0.0.1:$3"
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
