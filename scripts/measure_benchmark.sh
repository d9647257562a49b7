#!/usr/bin/env bash
# Measures the tables of benchmarks/ on this machine: cells of NAS-Bench-201 trained on small images,
# counted, timed and scored; cells of DARTS counted and scored. Needs the images of Fashion-MNIST
# (Debian: dataset-fashion-mnist) and a build (./quickstart.sh --build-only).
#
#   scripts/measure_benchmark.sh OUT [SECTION]...
#
# Sections: accuracy seeds costs latency scores darts. Without one, all of them, about two hours on
# two processors. Stopped or killed, the same command goes on. Let nothing else run beside `latency`.
# BENCHMARK_CELLS replaces the 1,000 cells of each space, to try the script out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
images=/usr/share/datasets/fashion-mnist
cells=${BENCHMARK_CELLS:-1000}

source "$root/scripts/sections.sh"
choose_sections accuracy seeds costs latency scores darts -- "$@"
mkdir -p "$out/nasbench201" "$out/darts"

# measure NAME ARGUMENT...: OUT/NAME.csv.
measure() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$dinas" measure --out "$out/$name.csv" "$@"
}

# Every file of NAS-Bench-201 has the same cells: those of the accuracies, in their order.
listed=(--space nasbench201 --architectures "$out/nasbench201/accuracy.csv")
trained=(--dataset "$images" --metric accuracy --metric log_loss --workers "$(nproc)")

accuracy() {
  measure nasbench201/accuracy --space nasbench201 --sample "$cells" --seed 0 "${trained[@]}"
}

# The first 100 cells again, trained from other random starts.
seeds() {
  local seed
  for seed in 1 2; do
    measure "nasbench201/accuracy-seed$seed" "${listed[@]}" --count 100 --seed "$seed" "${trained[@]}"
  done
}

costs() {
  measure nasbench201/costs "${listed[@]}" --metric params_m --metric macs_m \
    --metric peak_activation_mb
}

latency() { measure nasbench201/latency "${listed[@]}" --metric latency_ms; }

scores() {
  measure nasbench201/scores "${listed[@]}" --dataset "$images" --workers "$(nproc)" \
    --metric ntk_condition --metric linear_regions --metric naswot --metric synflow --metric zico
}

# What DiNAS labels cells of DARTS with, and the costs of the ImageNet network.
darts() {
  measure darts/scores --space darts --sample "$cells" --seed 0 --imagenet --dataset "$images" \
    --workers "$(nproc)" --metric ntk_condition --metric linear_regions --metric params_m \
    --metric macs_m
}

for section in "${sections[@]}"; do "$section"; done
