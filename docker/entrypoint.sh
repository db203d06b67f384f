#!/bin/sh
# Writes the worker's properties from the environment and starts it. The names are those of the images debezium/connect and
# cp-kafka-connect: BOOTSTRAP_SERVERS, GROUP_ID, CONFIG_STORAGE_TOPIC … and CONNECT_FOO_BAR for foo.bar, which win.
# Without BOOTSTRAP_SERVERS the worker keeps its own log in /var/lib/tandem/log.
# "worker FILE" takes that file as it is; anything else is a tandem command: docker run tandem topics list …
set -eu

[ "${1:-}" = worker ] && [ $# -eq 1 ] || exec tandem "$@"

file=/var/lib/tandem/worker.properties
[ -w /var/lib/tandem ] || { echo "tandem: /var/lib/tandem cannot be written by uid $(id -u); mount a volume that it may write" >&2; exit 2; }
export TANDEM_BOOTSTRAP_SERVERS="${CONNECT_BOOTSTRAP_SERVERS:-${BOOTSTRAP_SERVERS:-embedded:/var/lib/tandem/log}}"
json=org.apache.kafka.connect.json.JsonConverter
{
  cat <<PROPERTIES
bootstrap.servers=$TANDEM_BOOTSTRAP_SERVERS
group.id=${GROUP_ID:-tandem}
listeners=http://:${REST_PORT:-8083}
metrics.listeners=http://:8084
config.storage.topic=${CONFIG_STORAGE_TOPIC:-connect-configs}
offset.storage.topic=${OFFSET_STORAGE_TOPIC:-connect-offsets}
status.storage.topic=${STATUS_STORAGE_TOPIC:-connect-status}
config.storage.replication.factor=${CONFIG_STORAGE_REPLICATION_FACTOR:-1}
offset.storage.replication.factor=${OFFSET_STORAGE_REPLICATION_FACTOR:-1}
status.storage.replication.factor=${STATUS_STORAGE_REPLICATION_FACTOR:-1}
key.converter=${KEY_CONVERTER:-$json}
value.converter=${VALUE_CONVERTER:-$json}
offset.flush.interval.ms=${OFFSET_FLUSH_INTERVAL_MS:-60000}
offset.flush.timeout.ms=${OFFSET_FLUSH_TIMEOUT_MS:-5000}
task.shutdown.graceful.timeout.ms=${SHUTDOWN_TIMEOUT:-5000}
config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
config.providers.env.param.allowlist.pattern=(MYSQL|POSTGRES|TANDEM)_.*
PROPERTIES
  # A later line replaces an earlier one.
  env | sed -n 's/^CONNECT_\([A-Z0-9_]*\)=.*/\1/p' | while read -r name; do
    printf '%s=%s\n' "$(printf %s "$name" | tr 'A-Z_' 'a-z.')" "$(printenv "CONNECT_$name")"
  done
} >"$file"
exec tandem worker "$file"
