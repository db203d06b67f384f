#!/usr/bin/env bash
# The limits, measured: start to REST, a row of 60 MB and a transaction of two million rows both ways; see tests/functional/limits.py.
#
#   limits.sh [embedded|kafka]... [-- OPTIONS of limits.py]     both transports without a name
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh
transports=() options=()
while [ $# -gt 0 ]; do
  case $1 in
    embedded | kafka) transports+=("$1") ;;
    --) shift; options=("$@"); break ;;
    -h | --help) sed -n '2,4p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) die "unknown word $1" "see $0 --help" ;;
  esac
  shift
done
[ ${#transports[@]} -gt 0 ] || transports=(embedded kafka)

scripts/build.sh release
need_packages python3 python3-requests python3-psycopg2 python3-pymysql python3-cryptography
export SERVERS=limits
trap 'scripts/dev/servers.sh wipe' EXIT
scripts/dev/servers.sh wipe 2>/dev/null
servers=(mysql postgres)
[[ " ${transports[*]} " == *" kafka "* ]] && servers+=(kafka)
scripts/dev/servers.sh up "${servers[@]}"
eval "$(scripts/dev/servers.sh env)"
export TANDEM_TEST_MYSQL=127.0.0.1:$MYSQL_PORT TANDEM_TEST_POSTGRES=127.0.0.1:$POSTGRES_PORT TANDEM_TEST_KAFKA=127.0.0.1:${KAFKA_PORT:-0}
export TANDEM_BINARY=$PWD/build/release/tandem
failed=0
for transport in "${transports[@]}"; do
  /usr/bin/python3 tests/functional/limits.py --transport "$transport" "${options[@]}" || failed=1
done
[ $failed = 0 ] || die "a bound was passed" "the lines above say which"
