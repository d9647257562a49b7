#!/usr/bin/env bash
# What generated architectures are worth when they are really trained and timed on this machine. Needs the images of Fashion-MNIST (Debian:
# dataset-fashion-mnist) and a build (./quickstart.sh --build-only).
#
#   scripts/measured_figures.sh OUT [SECTION]...
#
# Sections: hidden (half of the labels of benchmarks/ hidden, three seeds), search (a search with real
# evaluations beside random search), darts (two training-free bounds at once). Without one, all of
# them, about 40 minutes on two processors. Stopped or killed, the same command goes on.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
benchmarks=$root/benchmarks
images=/usr/share/datasets/fashion-mnist
latency_bound=3  # ms
budget=60

usage() {
  echo "usage: scripts/measured_figures.sh OUT [hidden|search|darts]..." >&2
  exit 2
}

[[ $# -ge 1 ]] || usage
out=$1
shift
sections=("$@")
[[ ${#sections[@]} -gt 0 ]] || sections=(hidden search darts)
for section in "${sections[@]}"; do
  case "$section" in
    hidden | search | darts) ;;
    *) usage ;;
  esac
done
mkdir -p "$out"

say() { printf '\n== %s\n' "$*"; }

# measure NAME ARGUMENT...: OUT/NAME.csv, and the means over the list.
measure() {
  local name=$1
  shift
  "$dinas" measure --out "$out/$name.csv" "$@"
}

accuracy=$benchmarks/nasbench201/accuracy.csv
latency=$benchmarks/nasbench201/latency.csv
learned=(--dataset "$images" --metric accuracy --workers "$(nproc)")

# train NAME ARGUMENT...: OUT/NAME.dinas, unless it is there.
train() {
  local name=$1
  shift
  if [[ ! -e $out/$name.dinas ]]; then
    "$dinas" train --max-seconds 60 --out "$out/$name.dinas" "$@"
  fi
}

hidden() {
  local seed
  for seed in 0 1 2; do
    say "labels of half of the classes hidden, seed $seed: sixteen new cells within $latency_bound ms"
    train "hidden-$seed" --space nasbench201 --table "$accuracy" --table "$latency" \
      --metric accuracy:max --metric latency_ms:min --hide-classes 0.5 --seed "$seed"
    "$dinas" generate --model "$out/hidden-$seed.dinas" --count 2000 --seed "$seed" \
      --where 'accuracy top 5%' --where "latency_ms <= $latency_bound" \
      --out "$out/hidden-$seed.jsonl"
    measure "hidden-$seed-latency" --space nasbench201 --architectures "$out/hidden-$seed.jsonl" \
      --exclude "$accuracy" --count 30 --metric latency_ms
    measure "hidden-$seed-accuracy" --space nasbench201 \
      --architectures "$out/hidden-$seed-latency.csv" --where "latency_ms <= $latency_bound" \
      --count 16 "${learned[@]}"
  done
}

# The best cell of a search is trained from three new random starts.
search() {
  local method seed
  for method in dinas random; do
    say "$method: $budget evaluations"
    "$dinas" search --study "$out/$method.study" --space nasbench201 --maximize accuracy \
      --where "latency_ms <= $latency_bound" --method "$method" --budget "$budget" \
      --evaluate "measure:--dataset $images"
    "$dinas" study export "$out/$method.study" --out "$out/$method.csv"
    "$dinas" study best "$out/$method.study" --json > "$out/$method-best.json"
    for seed in 11 12 13; do
      measure "$method-best-seed$seed" --space nasbench201 --seed "$seed" \
        --architectures <(sed -n 's/.*"architecture": *"\(|[^"]*|\)".*/\1/p' \
          "$out/$method-best.json" | head -n 1) "${learned[@]}"
    done
  done
}

darts() {
  local bounds=(--where 'linear_regions top 10%' --where 'ntk_condition top 10%'
                --where 'params_m <= 5.7' --where 'macs_m <= 600')
  local labels=$benchmarks/darts/scores.csv
  say "cells of DARTS with many linear regions and a small condition number"
  train darts --space darts --table "$labels" --metric linear_regions:max \
    --metric ntk_condition:min --metric params_m:min --metric macs_m:min
  "$dinas" generate --model "$out/darts.dinas" --count 100 --unique "${bounds[@]}" \
    --out "$out/darts.jsonl"
  measure darts-scores --space darts --architectures "$out/darts.jsonl" --exclude "$labels" \
    --imagenet --dataset "$images" --workers "$(nproc)" --metric ntk_condition \
    --metric linear_regions --metric params_m --metric macs_m
}

for section in "${sections[@]}"; do "$section"; done
