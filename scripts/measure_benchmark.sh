#!/usr/bin/env bash
# Measures a benchmark of NAS-Bench-201 cells on this machine: accuracy on small images, costs and
# latency. Needs the images of Fashion-MNIST (Debian: dataset-fashion-mnist).
#
#   scripts/measure_benchmark.sh OUT [SECTION]...
#
# Sections: accuracy seeds costs latency. Without one, all of them, about an hour on two
# processors. Stopped or killed, the same command goes on. Let nothing else run beside `latency`.
# BENCHMARK_CELLS replaces the number of cells, to try the script out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
images=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}
cells=${BENCHMARK_CELLS:-1500}

usage() {
  echo "usage: scripts/measure_benchmark.sh OUT [accuracy|seeds|costs|latency]..." >&2
  exit 2
}

[[ $# -ge 1 ]] || usage
out=$1
shift
sections=("$@")
[[ ${#sections[@]} -gt 0 ]] || sections=(accuracy seeds costs latency)
for section in "${sections[@]}"; do
  case "$section" in
    accuracy | seeds | costs | latency) ;;
    *) usage ;;
  esac
done
mkdir -p "$out"

# measure NAME ARGUMENT...: OUT/NAME.csv.
measure() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$dinas" measure --out "$out/$name.csv" "$@"
}

# Every file has the same cells: those of the accuracies, in their order.
sampled=(--space nasbench201 --sample "$cells" --seed 0)
listed=(--space nasbench201 --architectures "$out/accuracy.csv")

accuracy() {
  measure accuracy "${sampled[@]}" --dataset "$images" --metric accuracy --metric log_loss \
    --workers "$(nproc)"
}

# The first 100 cells again, trained from other random starts.
seeds() {
  local seed
  for seed in 1 2; do
    measure "accuracy-seed$seed" "${listed[@]}" --count 100 --seed "$seed" --dataset "$images" \
      --metric accuracy --metric log_loss --workers "$(nproc)"
  done
}

costs() {
  measure costs "${listed[@]}" --metric params_m --metric macs_m --metric peak_activation_mb
}

latency() { measure latency "${listed[@]}" --metric latency_ms; }

for section in "${sections[@]}"; do "$section"; done
