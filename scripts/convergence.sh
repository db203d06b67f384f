#!/usr/bin/env bash
# Convergence under fire, in full: both databases written at once while worker and databases are killed; see tests/functional/convergence.py.
#
#   convergence.sh [embedded|kafka]... [-- OPTIONS of convergence.py]     both transports without a name
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh
server_set=convergence
. scripts/dev/transports.sh
for transport in "${transports[@]}"; do
  say "convergence over $transport"
  /usr/bin/python3 tests/functional/convergence.py --transport "$transport" "${options[@]}"
done
