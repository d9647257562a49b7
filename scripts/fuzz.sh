#!/usr/bin/env bash
# Builds the fuzz preset and lets every target make up inputs for a while, one after the other.
# Prints a line per target; a target stops at its first crash, and the input is kept in
# build/fuzz/crashes/TARGET. What a target has found interesting is kept in build/fuzz/corpus and
# where the next run goes on. Fails if anything crashed, hung or took too much memory.
#
#   scripts/fuzz.sh [SECONDS] [TARGET...]     SECONDS for each (600); targets: tests/fuzz/corpus
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-600}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: fuzz.sh [SECONDS] [TARGET...]" >&2
  exit 2
fi
targets=("${@:2}")
((${#targets[@]} > 0)) || mapfile -t targets < <(ls tests/fuzz/corpus)
for target in "${targets[@]}"; do
  if [[ ! -d tests/fuzz/corpus/$target ]]; then
    echo "fuzz.sh: unknown target '$target': expected one of" $(ls tests/fuzz/corpus) >&2
    exit 2
  fi
done

scripts/install_packages.sh build test fuzz
cmake --preset fuzz --log-level=WARNING >/dev/null
cmake --build --preset fuzz --parallel "$(nproc)"

statistic() { sed -n "s/^stat::$1: *//p" "$2"; }

failed=0
printf '%-14s %12s %8s %9s  %s\n' target executions per_s coverage crashes
for target in "${targets[@]}"; do
  grown=build/fuzz/corpus/$target
  crashes=build/fuzz/crashes/$target
  log=build/fuzz/$target.log
  mkdir -p "$grown" "$crashes"
  seeds=("tests/fuzz/corpus/$target")
  limits=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096)
  if [[ $target == space_file ]]; then
    seeds+=(spaces)
    limits+=(-max_len=8192 -dict=tests/fuzz/space_file.dict)
  fi
  status=0
  build/fuzz/bin/fuzz_"$target" "${limits[@]}" -print_final_stats=1 -artifact_prefix="$crashes/" \
    "$grown" "${seeds[@]}" >"$log" 2>&1 || status=$?
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 || true)
  result=none
  if ((status != 0)); then
    failed=1
    result="exit code $status, see $log and $crashes"
  fi
  printf '%-14s %12s %8s %9s  %s\n' "$target" \
    "$(statistic number_of_executed_units "$log")" \
    "$(statistic average_exec_per_sec "$log")" "${coverage#cov: }" "$result"
done
exit "$failed"
