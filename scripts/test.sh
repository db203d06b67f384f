#!/usr/bin/env bash
# Passes the tests: installs what they need, builds, starts real servers on free ports, runs everything, stops the servers.
#
#   test.sh                all: dev build with every quick test; asan build with unit and contract tests; tsan build of what has threads
#   test.sh --unit         only unit, golden and lint tests
#   test.sh --no-sanitize  without the asan and tsan builds
#
# Slow or JVM-heavy runs have scripts of their own: scripts/convergence.sh, scripts/bench.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

servers=1 sanitize=1
for arg in "$@"; do
  case $arg in
    --unit) servers=0 sanitize=0 ;;
    --no-sanitize) sanitize=0 ;;
    -h | --help) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) die "unknown option $arg" "see $0 --help" ;;
  esac
done

quick='unit|golden|lint' jobs=$(nproc)
scripts/build.sh dev
say "unit, golden and lint tests"
ctest --preset dev -j "$jobs" -L "$quick"
if [ $servers = 1 ]; then
  need_packages python3 python3-pytest python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka curl jq
  export SERVERS=test
  trap 'scripts/dev/servers.sh wipe' EXIT
  scripts/dev/servers.sh wipe 2>/dev/null
  POSTGRES_TLS=1 scripts/dev/servers.sh up mysql postgres kafka
  eval "$(scripts/dev/servers.sh env)"
  export TANDEM_TEST_MYSQL=127.0.0.1:$MYSQL_PORT TANDEM_TEST_MYSQL_OWN=127.0.0.1:$MYSQL_PORT TANDEM_TEST_POSTGRES=127.0.0.1:$POSTGRES_PORT TANDEM_TEST_KAFKA=127.0.0.1:$KAFKA_PORT
  export TANDEM_TEST_USER=tandem TANDEM_TEST_PASSWORD=tandem
  say "contract, integration and functional tests"
  ctest --preset dev -LE "$quick"   # one after the other: they share the servers
  say "parity with what Debezium wrote for the cases of tests/parity"
  PEER_KAFKA=$TANDEM_TEST_KAFKA PEER_MYSQL8=$TANDEM_TEST_MYSQL PEER_POSTGRES17=$TANDEM_TEST_POSTGRES scripts/parity.sh --golden
fi
if [ $sanitize = 1 ]; then
  unset TANDEM_TEST_MYSQL TANDEM_TEST_POSTGRES TANDEM_TEST_KAFKA   # librdkafka and the client libraries are not instrumented
  scripts/build.sh asan
  say "asan: unit, golden and contract tests"
  LSAN_OPTIONS="suppressions=$PWD/tests/support/lsan.supp" ctest --preset asan -j "$jobs" -L 'unit|contract|golden'
  # tsan: what has threads of its own.
  threaded=(unit_base unit_storage unit_pipeline unit_herder unit_http unit_metrics unit_mysql_source contract_topics)
  scripts/build.sh tsan "${threaded[@]}"
  say "tsan: tests of what has threads"
  TSAN_OPTIONS="suppressions=$PWD/tests/support/tsan.supp halt_on_error=1" \
    ctest --preset tsan -j "$jobs" -R "^($(IFS='|'; echo "${threaded[*]/_/.}"))\$"
fi
say "all tests passed"
