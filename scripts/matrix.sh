#!/usr/bin/env bash
# Runs the tests that need a database against every server Tandem promises, not only against MySQL 8.0 and PostgreSQL 17 as test.sh does.
#
#   matrix.sh [PAIR]...   PAIR is MYSQL:POSTGRES; all of the pairs below when none is named
#
#   mysql8:postgres14  mysql8:postgres16  mysql9:postgres18  mariadb:postgres15  mariadb11:postgres17
#   MYSQL: mysql8, mysql9 (Debian sid's), mariadb (10.11), mariadb11 (sid's)      POSTGRES: postgres14 to postgres18
#
#   --convergence   also the convergence runs of convergence.sh between the two of each pair
#
# Servers are installed and started by scripts/dev/servers.sh and stopped at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

pairs=() convergence=0
for arg in "$@"; do
  case $arg in
    -h | --help) sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    --convergence) convergence=1 ;;
    *:*) pairs+=("$arg") ;;
    *) die "unknown argument $arg" "see $0 --help" ;;
  esac
done
[ ${#pairs[@]} -gt 0 ] || pairs=(mysql8:postgres14 mysql8:postgres16 mysql9:postgres18 mariadb:postgres15 mariadb11:postgres17)

scripts/build.sh dev
need_packages python3 python3-pytest python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka curl jq
peer_set=matrix
. scripts/dev/peers.sh
export SERVERS=matrix TANDEM_TEST_USER=tandem TANDEM_TEST_PASSWORD=tandem
trap 'scripts/dev/servers.sh wipe' EXIT
failed=()
for pair in "${pairs[@]}"; do
  mysql=$(variant_of "${pair%:*}") postgres=$(variant_of "${pair#*:}")
  export "${mysql?}" "${postgres?}"
  scripts/dev/servers.sh wipe 2>/dev/null
  POSTGRES_TLS=1 scripts/dev/servers.sh up mysql postgres kafka
  eval "$(scripts/dev/servers.sh env)"
  export TANDEM_TEST_MYSQL=127.0.0.1:$MYSQL_PORT TANDEM_TEST_MYSQL_OWN=127.0.0.1:$MYSQL_PORT TANDEM_TEST_POSTGRES=127.0.0.1:$POSTGRES_PORT TANDEM_TEST_KAFKA=127.0.0.1:$KAFKA_PORT
  say "contract, integration and functional tests on $pair"
  ctest --preset dev -LE 'unit|golden|lint' || failed+=("$pair")
  if [ $convergence = 1 ]; then
    say "convergence of $pair"
    (scripts/convergence.sh) || failed+=("convergence of $pair")
  fi
done
[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
say "all pairs passed: ${pairs[*]}"
