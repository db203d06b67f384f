#!/usr/bin/env bash
# Builds the worker: build/<preset>/tandem.   build.sh [dev|asan|tsan|release|bench|fuzz] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dev/say.sh

case ${1:-} in -h | --help) sed -n '2s/^# //p' "$0"; exit 0 ;; esac
preset=${1:-release}
[ $# -gt 0 ] && shift
packages=(g++ cmake ninja-build pkg-config mold ccache libboost1.81-dev librdkafka-dev default-libmysqlclient-dev libpq-dev rapidjson-dev
  libspdlog-dev libfmt-dev prometheus-cpp-dev librocksdb-dev libmimalloc-dev libssl-dev zlib1g-dev libzstd-dev)
[ "$preset" = fuzz ] && packages+=(clang-16 libclang-rt-16-dev)
[ "$preset" = release ] || packages+=(libgtest-dev libgmock-dev libbenchmark-dev python3)
need_packages "${packages[@]}"

options=()
[ "$preset" = release ] && options+=(-DTANDEM_TESTS=OFF)
say "building $preset with $(nproc) jobs"
cmake --preset "$preset" "${options[@]}" >/dev/null
ninja -C "build/$preset" "$@"
[ $# -gt 0 ] || say "done: build/$preset/tandem"
