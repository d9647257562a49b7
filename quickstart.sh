#!/usr/bin/env bash
# From a fresh clone to architectures that keep three bounds at once, in one command: installs what
# is missing (Debian), builds, trains a model for 30 seconds, generates, and compares with chance.
# Results go to build/quickstart. Running it again starts over.
#
#   ./quickstart.sh [--build-only]
#
# Needs no data: the metrics of the first model follow exactly from the cells. Where DINAS_DATA
# names the folder of benchmark tables, a second model learns measured accuracy and latency.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dinas=$root/build/release/bin/dinas
out=$root/build/quickstart

usage() {
  echo "usage: quickstart.sh [--build-only]" >&2
  exit 2
}

say() { printf '\n== %s\n' "$*"; }

# Shows a command as it could be typed, then runs it.
run() {
  printf '$ dinas'
  local word
  for word in "$@"; do
    if [[ $word == *' '* ]]; then printf " '%s'" "$word"; else printf ' %s' "$word"; fi
  done
  printf '\n'
  "$dinas" "$@"
}

build() {
  "$root/scripts/install_packages.sh" build
  cmake -S "$root" --preset release -DDINAS_TORCH=ON -DDINAS_TESTS=OFF -DDINAS_BENCH=OFF
  cmake --build "$root/build/release" --parallel "$(nproc)"
}

# 200 of the 15,284 cells that connect input and output keep all three bounds (1.3 %), though each
# bound alone is kept by 30 to 54 %: branched and two convolutions deep, yet nearly as cheap as the
# cheapest such cell.
exact_job() {
  local bounds=(--where 'conv_depth >= 2' --where 'paths >= 3'
                --where 'effective_cifar10_macs_m <= 16')
  say "Training on all cells of NAS-Bench-201, 30 seconds"
  run train --space nasbench201 --metric effective_cifar10_macs_m:min --metric conv_depth:max \
    --metric paths:max --max-seconds 30 --out "$out/quickstart.dinas"
  say "Generating 1,000 cells under three bounds (200 of 15,284 cells keep them all)"
  run generate --model "$out/quickstart.dinas" --count 1000 "${bounds[@]}" \
    --out "$out/quickstart.jsonl"
  say "What they are worth, beside uniform draws"
  run evaluate --model "$out/quickstart.dinas" "${bounds[@]}" --select effective_cifar10_macs_m
}

measured_job() {
  local tables=(--table "$DINAS_DATA/nasbench201/nasbench201.csv.gz"
                --table "$DINAS_DATA/hw_nas_bench/nasbench201_cifar10.csv.gz")
  local bounds=(--where 'cifar10_test_200 top 5%' --where 'fpga_latency_ms <= 4')
  say "Training on measured accuracy and latency, 60 seconds"
  run train --space nasbench201 "${tables[@]}" --metric cifar10_test_200:max \
    --metric fpga_latency_ms:min --max-seconds 60 --out "$out/measured.dinas"
  say "Generating 1,000 accurate cells that are fast on the FPGA"
  run generate --model "$out/measured.dinas" --count 1000 "${bounds[@]}" \
    --out "$out/measured.jsonl"
  # Chosen by the accuracy after 12 epochs, judged by another figure: nobody picks by the test.
  say "What they are worth, beside uniform draws"
  run evaluate --model "$out/measured.dinas" "${tables[@]}" "${bounds[@]}" \
    --select cifar10_valid_12 --report cifar10_test_200
}

build_only=false
for argument in "$@"; do
  case "$argument" in
    --build-only) build_only=true ;;
    *) usage ;;
  esac
done

if [[ -n ${DINAS_DATA:-} && ! -r $DINAS_DATA/nasbench201/nasbench201.csv.gz ]]; then
  echo "quickstart.sh: DINAS_DATA is $DINAS_DATA, but nasbench201/nasbench201.csv.gz is not there;" \
    "unset it or name the folder of the benchmark tables" >&2
  exit 1
fi
build
if $build_only; then
  say "Built $dinas"
  exit 0
fi
mkdir -p "$out"
exact_job
if [[ -n ${DINAS_DATA:-} ]]; then measured_job; fi
say "Done: models (*.dinas) and cells (*.jsonl, one a line) are in $out"
echo "Try other bounds on the same model: $dinas generate --help"
