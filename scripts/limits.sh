#!/usr/bin/env bash
# The limits, measured: start to REST, a row of 60 MB and a transaction of two million rows both ways; see tests/functional/limits.py.
#
#   limits.sh [embedded|kafka]... [-- OPTIONS of limits.py]     both transports without a name
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh
server_set=limits
. scripts/dev/transports.sh
failed=0
for transport in "${transports[@]}"; do
  /usr/bin/python3 tests/functional/limits.py --transport "$transport" "${options[@]}" || failed=1
done
[ $failed = 0 ] || die "a bound was passed" "the lines above say which"
