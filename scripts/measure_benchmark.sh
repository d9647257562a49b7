#!/usr/bin/env bash
# Measures the tables of benchmarks/: what a fresh machine learns from. Needs the images of
# Fashion-MNIST (Debian: dataset-fashion-mnist).
#
#   scripts/measure_benchmark.sh OUT [SECTION]...
#
# Sections: accuracy seeds costs scores latency darts. Without one, all of them, about an hour on two
# processors. Stopped or killed, the same command goes on. Let nothing else run beside `latency`.
# BENCHMARK_CELLS replaces the number of cells, to try the script out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
images=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}
cells=${BENCHMARK_CELLS:-1500}

usage() {
  echo "usage: scripts/measure_benchmark.sh OUT [accuracy|seeds|costs|scores|latency|darts]..." >&2
  exit 2
}

[[ $# -ge 1 ]] || usage
out=$1
shift
sections=("$@")
[[ ${#sections[@]} -gt 0 ]] || sections=(accuracy seeds costs scores latency darts)
for section in "${sections[@]}"; do
  case "$section" in
    accuracy | seeds | costs | scores | latency | darts) ;;
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

scores() {
  measure scores "${listed[@]}" --dataset "$images" --workers "$(nproc)" \
    --metric ntk_condition --metric linear_regions
}

latency() { measure latency "${listed[@]}" --metric latency_ms; }

# The two conditions of the paper's ImageNet experiment.
darts() {
  measure darts --space darts --sample 1000 --seed 0 --dataset "$images" --workers "$(nproc)" \
    --metric ntk_condition --metric linear_regions
}

for section in "${sections[@]}"; do "$section"; done
