#!/usr/bin/env bash
# Connectors of a running worker (Tandem or Kafka Connect), over REST.
#
#   manage-connectors.sh list            every connector with its worst state and the first line of what went wrong
#   manage-connectors.sh status NAME     the connector and each of its tasks
#   manage-connectors.sh deploy FILE     create or update from a JSON file ({"name": …, "config": {…}} or a flat map with "name")
#   manage-connectors.sh restart NAME    the connector and all its tasks
#   manage-connectors.sh pause NAME      …and resume NAME
#   manage-connectors.sh monitor [SEC]   list again every SEC seconds (default 2) until interrupted
#
# CONNECT_URL: address of the REST API, default http://127.0.0.1:8083. Exit status: 0 all well, 1 something is FAILED or the
# request was refused, 2 wrong use.
set -euo pipefail
url=${CONNECT_URL:-http://127.0.0.1:8083}
url=${url%/}

usage() { sed -n '2,12p' "$0" | sed 's/^# \{0,1\}//'; exit "${1:-2}"; }
fail() { echo "manage-connectors: $*" >&2; exit 1; }
for tool in curl jq; do command -v $tool >/dev/null || fail "$tool is missing; install it with: apt-get install $tool"; done

body=$(mktemp)
trap 'rm -f "$body"' EXIT
# call METHOD PATH [BODY-FILE]: the answer in $body; a refusal ends the script with the server's own message.
call() {
  local code args=(-sS -o "$body" -w '%{http_code}' -X "$1" --max-time 95)
  [ -n "${3:-}" ] && args+=(-H 'Content-Type: application/json' --data-binary "@$3")
  code=$(curl "${args[@]}" "$url$2" 2>"$body.err") || { local why; why=$(cat "$body.err"); rm -f "$body.err"; fail "no answer from $url: ${why#curl: }"; }
  rm -f "$body.err"
  [ "$code" -lt 400 ] || fail "$1 $2: $code $(jq -r '.message // .' "$body" 2>/dev/null || cat "$body")"
}
encoded() { jq -rn --arg n "$1" '$n | @uri'; }

# A status document to: name, worst state of connector and tasks, tasks running/all, first line of a trace.
# Worst first: FAILED, UNASSIGNED, RESTARTING, STOPPED, PAUSED, RUNNING.
worst='def rank: {"FAILED":0,"UNASSIGNED":1,"RESTARTING":2,"STOPPED":3,"PAUSED":4,"RUNNING":5}[.] // 1;
  def line: ([.connector.trace?, (.tasks[]? | .trace?)] | map(select(. != null and . != "")) | first // "") | split("\n")[0];
  ([.connector.state] + [.tasks[]?.state] | min_by(rank)) as $state
  | [.name, .type, $state, "\([.tasks[]? | select(.state == "RUNNING")] | length)/\(.tasks | length)", line] | @tsv'

print_list() { # the status documents, one a line, on stdin
  { printf 'CONNECTOR\tTYPE\tSTATE\tTASKS\tTRACE\n'; jq -r "$worst"; } | awk -F'\t' '{ printf "%-28s %-7s %-11s %-6s %s\n", $1, $2, $3, $4, $5; if ($3 == "FAILED") bad = 1 } END { exit bad }'
}
list() { call GET '/connectors?expand=status'; jq -c 'to_entries | sort_by(.key)[] | .value.status' "$body" | print_list; }

command=${1:-}
case $command in
  list) list ;;
  monitor)
    while :; do clear 2>/dev/null || true; date '+%H:%M:%S'; list || true; sleep "${2:-2}"; done ;;
  status)
    [ $# -eq 2 ] || usage
    call GET "/connectors/$(encoded "$2")/status"
    jq -r '"\(.name) (\(.type))  \(.connector.state)  on \(.connector.worker_id)",
      (select(.connector.trace? // "" != "") | "  " + (.connector.trace | split("\n")[0])),
      (.tasks[] | "  task \(.id)  \(.state)  on \(.worker_id)", (select(.trace? // "" != "") | "    " + (.trace | split("\n")[0])))' "$body"
    jq -e '[.connector.state, .tasks[].state] | index("FAILED") | not' "$body" >/dev/null ;;
  deploy)
    [ $# -eq 2 ] || usage
    [ -r "$2" ] || fail "cannot read $2"
    jq -e 'type == "object"' "$2" >/dev/null 2>&1 || fail "$2 is not a JSON object: $(jq . "$2" 2>&1 >/dev/null | head -n 1)"
    name=$(jq -r '.name // empty' "$2")
    [ -n "$name" ] || fail "$2 has no \"name\""
    config=$(mktemp); trap 'rm -f "$body" "$config"' EXIT
    jq 'if (.config? | type) == "object" then .config else . end' "$2" >"$config"
    call PUT "/connectors/$(encoded "$name")/config" "$config"
    for _ in $(seq 300); do
      if curl -sf --max-time 10 -o "$body" "$url/connectors/$(encoded "$name")/status" &&
        jq -e '(.tasks | length > 0) and ([.connector.state, .tasks[].state] | all(. == "RUNNING" or . == "PAUSED" or . == "FAILED")) or (.connector.state | . == "FAILED" or . == "STOPPED")' "$body" >/dev/null; then
        jq -c . "$body" | print_list; exit
      fi
      sleep 0.1
    done
    fail "$name was deployed but did not start within 30 s; see: $0 status $name" ;;
  restart)
    [ $# -eq 2 ] || usage
    call POST "/connectors/$(encoded "$2")/restart?includeTasks=true"; echo "$2: restarting" ;;
  pause | resume)
    [ $# -eq 2 ] || usage
    call PUT "/connectors/$(encoded "$2")/$command"; echo "$2: $command requested" ;;
  -h | --help | help) usage 0 ;;
  *) usage ;;
esac
