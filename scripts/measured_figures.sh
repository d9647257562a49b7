#!/usr/bin/env bash
# What generated architectures are worth when they are really trained, timed and scored on this
# machine: measures what docs/measured.md reports and prints its tables. Needs the images of
# Fashion-MNIST (Debian: dataset-fashion-mnist) and a build (./quickstart.sh --build-only).
#
#   scripts/measured_figures.sh OUT [SECTION]...
#
# Sections: hidden (half of the labels of benchmarks/ hidden, three halves), search (a search with real
# evaluations beside random search), darts (two training-free bounds at once). Without one, all of
# them, about 30 minutes on two processors. Stopped or killed, the same command goes on. Latencies of
# hidden are in units of the reference in benchmarks/, those of search each of its own.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
benchmarks=$root/benchmarks
images=/usr/share/datasets/fashion-mnist
latency_bound=2.5  # ms: the best cells, being slow, seldom keep it
budget=60

source "$root/scripts/sections.sh"
choose_sections hidden search darts -- "$@"

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

# visible NUMBER TABLE: the half of the rows whose labels training and ranking see. The rows are in
# random order, no two of one class.
visible() {
  case "$1" in
    0) sed -n '1,501p' "$2" ;;
    1) sed -n '1p;502,1001p' "$2" ;;
    2) sed -n '1~2p' "$2" ;;  # the header and every second row
  esac
}

hidden() {
  local half bounds=(--where 'accuracy top 5%' --where "latency_ms <= $latency_bound")
  for half in 0 1 2; do
    say "half $half of the labels: eight new cells within $latency_bound ms"
    visible "$half" "$accuracy" > "$out/hidden-$half-known.csv"
    visible "$half" "$latency" > "$out/hidden-$half-timed.csv"
    local tables=(--table "$out/hidden-$half-known.csv" --table "$out/hidden-$half-timed.csv")
    train "hidden-$half" --space nasbench201 "${tables[@]}" --metric accuracy:max \
      --metric latency_ms:min
    "$dinas" generate --model "$out/hidden-$half.dinas" --count 10000 --guidance 1 "${bounds[@]}" \
      "${tables[@]}" --rank log_loss:min --out "$out/hidden-$half.jsonl"
    measure "hidden-$half-latency" --space nasbench201 --architectures "$out/hidden-$half.jsonl" \
      --exclude "$out/hidden-$half-known.csv" --count 24 --metric latency_ms \
      --latency-reference "$latency"
    measure "hidden-$half-accuracy" --space nasbench201 \
      --architectures "$out/hidden-$half-latency.csv" --where "latency_ms <= $latency_bound" \
      --count 8 "${learned[@]}"
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
    "$dinas" study best "$out/$method.study" --json |
      sed -n 's/.*"architecture": *"\(|[^"]*|\)".*/\1/p' | head -n 1 > "$out/$method-best.txt"
    for seed in 11 12 13; do
      measure "$method-best-seed$seed" --space nasbench201 --seed "$seed" \
        --architectures "$out/$method-best.txt" "${learned[@]}"
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

for section in "${sections[@]}"; do
  "$section"
  python3 -B "$root/scripts/measured_figures.py" "$section" "$out" "$benchmarks" "$latency_bound"
done
