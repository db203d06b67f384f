# Sourced after say.sh by scripts whose arguments are [embedded|kafka]... [-- OPTIONS]: reads them into `transports` and `options`, builds the
# release, and starts the servers that it takes under the name $server_set (set by the caller), to be wiped at the end.
# shellcheck shell=bash disable=SC2154,SC2034
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
export SERVERS=${server_set:?}
trap 'scripts/dev/servers.sh wipe' EXIT
scripts/dev/servers.sh wipe 2>/dev/null
servers=(mysql postgres)
[[ " ${transports[*]} " == *" kafka "* ]] && servers+=(kafka)
scripts/dev/servers.sh up "${servers[@]}"
eval "$(scripts/dev/servers.sh env)"
export TANDEM_TEST_MYSQL=127.0.0.1:$MYSQL_PORT TANDEM_TEST_POSTGRES=127.0.0.1:$POSTGRES_PORT TANDEM_TEST_KAFKA=127.0.0.1:${KAFKA_PORT:-0}
export TANDEM_BINARY=$PWD/build/release/tandem
