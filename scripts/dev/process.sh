# Sourced after say.sh by what starts servers: processes by name, each with its id, its port and its log kept in $dir/{run,log}.
# shellcheck shell=bash disable=SC2154
pid_of() { cat "$dir/run/$1.pid" 2>/dev/null || true; }
alive() { local p; p=$(pid_of "$1"); [ -n "$p" ] && kill -0 "$p" 2>/dev/null; }
start() { local name=$1; shift; setsid "$@" >>"$dir/log/$name.log" 2>&1 </dev/null & echo $! >"$dir/run/$name.pid"; }
port_of() { # NAME: the port it had, else a free one; kept so that a restarted server is found again
  local file=$dir/run/$1.port
  if [ ! -f "$file" ] || { port_open "$(cat "$file")" && ! alive "$1"; }; then free_port >"$file"; fi
  cat "$file"
}
await() { # NAME SECONDS COMMAND...
  local name=$1 seconds=$2; shift 2
  for _ in $(seq $((seconds * 10))); do
    "$@" >/dev/null 2>&1 && return 0
    alive "$name" || break
    sleep 0.1
  done
  tail -n 12 "$dir/log/$name.log" >&2
  die "$name did not start" "its log is $dir/log/$name.log"
}
stop() { # NAME [SIGNAL]
  alive "$1" || { rm -f "$dir/run/$1.pid"; return 0; }
  local p; p=$(pid_of "$1")
  kill "-${2:-TERM}" "$p" 2>/dev/null || true
  for _ in $(seq 200); do kill -0 "$p" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$p" 2>/dev/null || true
  rm -f "$dir/run/$1.pid"
  say "$1 stopped"
}
