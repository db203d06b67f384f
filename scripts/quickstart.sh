#!/usr/bin/env bash
# MySQL ⇄ PostgreSQL in one command: builds, starts two real databases and the worker, and shows a row cross in each direction.
#
#   quickstart.sh           on the embedded log
#   quickstart.sh --kafka   on a real Kafka broker, which it fetches and starts; with databases of its own
#   quickstart.sh stop      stops all of it; the data stays for the next time
#   quickstart.sh wipe      stops all of it and forgets the data
#
# Everything runs on 127.0.0.1 with data of its own in TANDEM_HOME (default /var/tmp/tandem-UID). REST_PORT (8083) and METRICS_PORT (8084)
# choose other ports for the worker. A second run is up within 20 s.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

transport=embedded
case ${1:-} in
  "" | stop | wipe) ;;
  --kafka) transport=kafka ;;
  -h | --help) sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
  *) die "unknown option $1" "see $0 --help" ;;
esac
home=${TANDEM_HOME:-/var/tmp/tandem-$(id -u)}
export TANDEM_HOME=$home PREFER_INSTALLED=1
rest_port=${REST_PORT:-8083} metrics_port=${METRICS_PORT:-8084}
# The databases keep positions of one log, so each transport has its own.
use() { export SERVERS=$1; dir=$home/$1; pid_file=$dir/run/worker.pid; }
worker_alive() { [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }
stop_worker() {
  worker_alive || { rm -f "$pid_file"; return 0; }
  local p; p=$(cat "$pid_file")
  kill "$p"
  for _ in $(seq 150); do kill -0 "$p" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$p" 2>/dev/null || true
  rm -f "$pid_file"; say "worker stopped"
}
both() { # COMMAND of servers.sh
  local name
  for name in quickstart quickstart-kafka; do
    use $name
    stop_worker
    scripts/dev/servers.sh "$1"
    [ "$1" = down ] || rm -rf "$dir"/log-embedded "$dir"/worker.properties
  done
}
case ${1:-} in
  stop) both down; exit 0 ;;
  wipe) both wipe; exit 0 ;;
esac

began=$(date +%s)
scripts/build.sh release
need_packages curl jq python3 python3-psycopg2 python3-pymysql python3-cryptography
if [ $transport = kafka ]; then other=quickstart own=quickstart-kafka; else other=quickstart-kafka own=quickstart; fi
use $other
if worker_alive; then stop_worker; scripts/dev/servers.sh down; fi
use $own
stop_worker
for port in "$rest_port" "$metrics_port"; do
  port_open "$port" && die "port $port of 127.0.0.1 is taken" "stop what listens there, or choose others: REST_PORT=18083 METRICS_PORT=18084 $0"
done
servers=(mysql postgres)
[ $transport = kafka ] && servers+=(kafka)
scripts/dev/servers.sh up "${servers[@]}"
eval "$(scripts/dev/servers.sh env)"

export MYSQL_HOST=127.0.0.1 MYSQL_PORT MYSQL_USER=tandem MYSQL_PASSWORD=tandem MYSQL_DATABASE=app MYSQL_SERVER_ID=184054
export POSTGRES_HOST=127.0.0.1 POSTGRES_PORT POSTGRES_USER=tandem POSTGRES_PASSWORD=tandem POSTGRES_DATABASE=app
if [ $transport = kafka ]; then TANDEM_BOOTSTRAP_SERVERS=127.0.0.1:$KAFKA_PORT; else TANDEM_BOOTSTRAP_SERVERS=embedded:$dir/log-embedded; fi
export TANDEM_BOOTSTRAP_SERVERS

sed -e "s|^bootstrap.servers=.*|bootstrap.servers=$TANDEM_BOOTSTRAP_SERVERS|" -e "s|^listeners=.*|listeners=http://127.0.0.1:$rest_port|" \
  -e "s|^metrics.listeners=.*|metrics.listeners=http://127.0.0.1:$metrics_port|" config/worker-$transport.properties >"$dir/worker.properties"
/usr/bin/python3 scripts/dev/quickstart_rows.py prepare
setsid build/release/tandem worker "$dir/worker.properties" >>"$dir/log/worker.log" 2>&1 </dev/null &
echo $! >"$pid_file"
export CONNECT_URL=http://127.0.0.1:$rest_port
for _ in $(seq 100); do
  curl -sf -o /dev/null "$CONNECT_URL/connectors" && break
  worker_alive || { tail -n 10 "$dir/log/worker.log" >&2; die "the worker ended at once" "its log is $dir/log/worker.log"; }
  sleep 0.1
done
for file in mysql-source postgres-source postgres-sink mysql-sink; do
  scripts/manage-connectors.sh deploy connectors/$file-connector.json >/dev/null || { scripts/manage-connectors.sh status $file || true; die "$file did not start" "log: $dir/log/worker.log"; }
done
scripts/manage-connectors.sh list
echo
/usr/bin/python3 scripts/dev/quickstart_rows.py cross
cat <<TEXT

Up after $(($(date +%s) - began)) s. It stays up; try:
  scripts/manage-connectors.sh monitor                             states, worst first$([ "$rest_port" = 8083 ] || echo "   (CONNECT_URL=$CONNECT_URL)")
  mysql -h 127.0.0.1 -P $MYSQL_PORT -u tandem -ptandem app             tables: users (born here), postgres_orders
  PGPASSWORD=tandem psql -h 127.0.0.1 -p $POSTGRES_PORT -U tandem app    tables: orders (born here), mysql_users
  curl -s http://127.0.0.1:$metrics_port/metrics | grep ^sync_
  build/release/tandem topics tail mysql-to-postgres.users --bootstrap $TANDEM_BOOTSTRAP_SERVERS
  scripts/quickstart.sh stop
TEXT
