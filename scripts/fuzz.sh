#!/usr/bin/env bash
# Runs the fuzz targets of all decoders: what comes from a server or a client and is not ours to trust.
#
#   fuzz.sh [--seconds N] [--jobs N] [TARGET...]   N seconds each (600), as many at a time as there are cores; all targets
#
# What a run finds is put into build/fuzz/found/<target>/crash-…, and the target's log into build/fuzz/found/<target>.log; inputs worth
# keeping stay in build/fuzz/corpus/<target>, so that the next run goes on from there. Ends with 1 when there is a finding.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

seconds=600 jobs=$(nproc) targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    -h | --help) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) die "unknown option $1" "see $0 --help" ;;
    *) targets+=("${1#fuzz_}"); shift ;;
  esac
done
mapfile -t known < <(sed -n 's/^tandem_fuzz(\([a-z_]*\).*/\1/p' tests/fuzz/*/CMakeLists.txt)
[ ${#targets[@]} -gt 0 ] || targets=("${known[@]}")
for t in "${targets[@]}"; do
  [[ " ${known[*]} " == *" $t "* ]] || die "there is no fuzz target $t" "there are: ${known[*]}"
done
scripts/build.sh fuzz "${targets[@]/#/fuzz_}"

export found=$PWD/build/fuzz/found corpus=$PWD/build/fuzz/corpus seconds
fuzz_one() { # TARGET
  local t=$1 binary seeds=()
  binary=$(echo build/fuzz/tests/fuzz/*/fuzz_"$t")
  mkdir -p "$found/$t" "$corpus/$t"
  rm -f "$found/$t"/*   # what an earlier run found and may be mended now
  [ -d "tests/fuzz/$(basename "$(dirname "$binary")")/seeds" ] && seeds=("tests/fuzz/$(basename "$(dirname "$binary")")/seeds")
  [ -d "${seeds[0]:-}/$t" ] && seeds=("${seeds[0]}/$t")
  if "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/$t/" \
    "$corpus/$t" "${seeds[@]}" >"$found/$t.log" 2>&1; then
    echo "$t: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$t.log") inputs in $seconds s, no finding"
  else
    echo "$t: FOUND $(ls "$found/$t" | head -n 3 | tr '\n' ' ')in $found/$t; $(grep -m 1 -E 'ERROR|runtime error|terminate' "$found/$t.log" || true)"
    return 1
  fi
}
export -f fuzz_one
say "${#targets[@]} targets, $seconds s each, $jobs at a time"
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz_one {}' || die "there are findings" "build/fuzz/found has them"
say "no finding"
