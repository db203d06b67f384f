#!/usr/bin/env bash
# Runs the tests that need a database against every server Tandem promises, not only against MySQL 8.0 and PostgreSQL 17 as test.sh does.
#
#   matrix.sh [PAIR]...   PAIR is MYSQL:POSTGRES; all of the pairs below when none is named
#
#   mysql8:postgres14  mysql8:postgres16  mysql9:postgres18  mariadb:postgres15
#   MYSQL: mysql8, mysql9 (Debian sid's), mariadb      POSTGRES: postgres14 to postgres18
#
#   --convergence   also the convergence runs of convergence.sh between the two of each pair
#
# Servers are installed and started by scripts/dev and stopped at the end; PEER_MYSQL9=HOST:PORT and so on (with PEER_USER and
# PEER_PASSWORD) name what runs already. The tests purge logs and set global variables: never name a server with data you need.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

pairs=() convergence=0
for arg in "$@"; do
  case $arg in
    -h | --help) sed -n '2,14p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    --convergence) convergence=1 ;;
    *:*) pairs+=("$arg") ;;
    *) die "unknown argument $arg" "see $0 --help" ;;
  esac
done
[ ${#pairs[@]} -gt 0 ] || pairs=(mysql8:postgres14 mysql8:postgres16 mysql9:postgres18 mariadb:postgres15)

scripts/build.sh dev
need_packages python3 python3-pytest python3-requests python3-psycopg2 python3-pymysql python3-cryptography python3-confluent-kafka curl jq
peer_set=matrix
. scripts/dev/peers.sh
trap peers_down EXIT
kafka=$(servers_at matrix kafka)
failed=()
for pair in "${pairs[@]}"; do
  mysql=$(address_of "${pair%:*}") postgres=$(address_of "${pair#*:}")
  export TANDEM_TEST_MYSQL=$mysql TANDEM_TEST_MYSQL_OWN=$mysql TANDEM_TEST_POSTGRES=$postgres TANDEM_TEST_KAFKA=$kafka
  export TANDEM_TEST_USER=$peer_user TANDEM_TEST_PASSWORD=$peer_password
  say "contract, integration and functional tests on $pair"
  ctest --preset dev -LE 'unit|golden|lint' || failed+=("$pair")
  if [ $convergence = 1 ]; then
    say "convergence of $pair"
    env "$(variant_of "${pair%:*}")" "$(variant_of "${pair#*:}")" scripts/convergence.sh || failed+=("convergence of $pair")
  fi
done
[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
say "all pairs passed: ${pairs[*]}"
