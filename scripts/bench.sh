#!/usr/bin/env bash
# Measures Tandem beside Java Kafka Connect with Debezium (from Maven), from outside, on the same databases and the same Kafka.
#
#   bench.sh [--rows N] [--rounds N] [--only SCENARIO,...] [--workers NAME,...] [--keep-readme]
#
#   --rows N         rows of a snapshot and changes of a stream (300000); a third of it into the sinks
#   --rounds N       of all workers, one after the other, each in a new process (2); medians are taken
#   --only …         idle mysql-snapshot mysql-stream postgres-snapshot postgres-stream sink-postgres mixed-postgres sink-mysql
#                    mixed-mysql latency-postgres latency-mysql
#   --workers …      java, java-tuned (lz4 on sources, reduction and rewritten batches on sinks), tandem
#   --micro          instead: the micro-benchmarks of the hot types (google-benchmark), no servers, no Java
#   --keep-readme    only print the table; results.json, chart.png and README.md of tests/bench stay as they are
#
# The machine should be quiet. Servers are started as scripts/dev/servers.sh does, in TANDEM_HOME, and stopped at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

rows=300000 rounds=2 only=() workers=java,java-tuned,tandem out=tests/bench
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=${2:?}; shift 2 ;;
    --rounds) rounds=${2:?}; shift 2 ;;
    --only) only=(--only "${2:?}"); shift 2 ;;
    --workers) workers=${2:?}; shift 2 ;;
    --micro)
      micro=(json mysql_binlog postgres sql_sink)
      scripts/build.sh bench "${micro[@]/#/bench_}"
      for m in "${micro[@]}"; do "build/bench/tests/bench/$m/bench_$m" --benchmark_min_time=0.5; done
      exit 0 ;;
    --keep-readme) out=; shift ;;
    -h | --help) sed -n '2,15p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) die "unknown option $1" "see $0 --help" ;;
  esac
done

peer_set=bench
. scripts/dev/peers.sh
scripts/build.sh release
need_packages python3 python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka python3-matplotlib
[[ $workers != *java* ]] || fetch_connect
export SERVERS=$peer_set MYSQL_OPTIONS=--innodb-buffer-pool-size=512M POSTGRES_OPTIONS="-c shared_buffers=512MB -c max_wal_size=4GB"
trap 'scripts/dev/servers.sh wipe' EXIT
scripts/dev/servers.sh wipe
scripts/dev/servers.sh up kafka mysql postgres
eval "$(scripts/dev/servers.sh env)"
mkdir -p "$dir"/{log,run}
options=(--kafka "127.0.0.1:$KAFKA_PORT" --mysql "127.0.0.1:$MYSQL_PORT" --postgres "127.0.0.1:$POSTGRES_PORT"
  --user tandem --password tandem --rows "$rows" "${only[@]}")
for s in kafka mysql postgres; do options+=(--server-pid "$(scripts/dev/servers.sh pid "$s")"); done

run() { # WORKER ROUND
  local port file=$dir/$1.properties tuned=() command; port=$(free_port)
  case $1 in
    tandem)
      { worker_properties "127.0.0.1:$KAFKA_PORT" "bench-$1-$2" "$port"; echo "metrics.listeners=http://127.0.0.1:$(free_port)"; } >"$file"
      command=(build/release/tandem worker "$file") ;;
    java | java-tuned)
      [ "$1" = java ] || tuned=(--tuned)
      { connect_properties "127.0.0.1:$KAFKA_PORT" "bench-$1-$2" "$port"; } >"$file"
      mapfile -t command < <(connect_command "$file") ;;
    *) die "unknown worker $1" "there are java, java-tuned, tandem" ;;
  esac
  /usr/bin/python3 tests/bench/end_to_end/main.py --label "$1" --url "http://127.0.0.1:$port" --log "$dir/log/$1.log" \
    "${options[@]}" "${tuned[@]}" -- "${command[@]}"
}

lines=$(mktemp)
for round in $(seq "$rounds"); do
  for worker in ${workers//,/ }; do
    say "round $round of $rounds: $worker"
    run "$worker" "$round" | tee -a "$lines"
  done
done
/usr/bin/python3 tests/bench/end_to_end/results.py "$lines" ${out:+--into "$out"}
rm -f "$lines"
