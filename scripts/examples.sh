#!/usr/bin/env bash
# Runs worked examples: table in, model, bounded generation, figures.
#
#   DINAS_DATA=FOLDER scripts/examples.sh OUT [graph|nlp|darts|energy]...
#
# Without a name, all of them: about seven minutes on one processor. Trainings are counted in epochs,
# so that the output is the same every time but for seconds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$root/build/release/bin:$PATH
source "$root/scripts/sections.sh"
choose_sections graph nlp darts energy -- "$@"
need_data

run() {
  printf '$'
  printf ' %q' "$@"
  echo
  "$@"
  echo
}

# What a model is for: architectures that keep the bounds, the five first of them, and the figures.
#   use NAME TABLE RANK SELECT REPORT HOW BOUND...
# HOW they are written: options of generate.
use() {
  local model=$out/$1.dinas table=$2 rank=$3 select=$4 report=$5 bounds=() how
  local cells=$out/$1.csv figures=$out/$1.json bound
  read -r -a how <<<"$6"
  for bound in "${@:7}"; do bounds+=(--where "$bound"); done
  run dinas generate --model "$model" --table "$table" "${bounds[@]}" --unique "${how[@]}" \
    --rank "$rank" --format csv --out "$cells"
  run head -n 6 "$cells"
  python3 "$root/scripts/kept.py" "$cells"
  run dinas evaluate --model "$model" --table "$table" "${bounds[@]}" --select "$select" \
    --report "$report" --json "$figures"
}

graph() {
  local table=$DINAS_DATA/nas_bench_graph/nas_bench_graph.csv.gz
  run dinas train --space "$root/spaces/nasbench_graph.toml" --table "$table" \
    --metric cora_test:max:class --metric cora_latency_s:min:class --epochs 9 --out "$out/graph.dinas"
  use graph "$table" cora_valid:max cora_valid:max cora_test:max '--count 10 --guarantee' \
    'cora_test top 1%' 'cora_latency_s <= 0.003'
}

nlp() {
  local table=$DINAS_DATA/nas_bench_nlp/wikitext2.csv.gz
  run dinas train --space nasbench_nlp --table "$table" --random 5000 --metric val_ppl:min:class \
    --metric num_params:min --epochs 8 --out "$out/nlp.dinas"
  use nlp "$table" val_ppl:min val_ppl:min test_ppl:min '--count 200' \
    'val_ppl top 20%' 'num_params <= 18000000'
}

darts() {
  local table=$DINAS_DATA/darts_bench_oncenas/darts_cifar10.csv.gz
  run dinas train --space darts --table "$table" --random 10000 --metric valid_acc_50:max:class \
    --metric gpu_latency_ms:min:class --metric flops_m:min --epochs 8 --out "$out/darts.dinas"
  use darts "$table" valid_acc_50:max valid_acc_50:max test_acc_50:max '--count 200' \
    'valid_acc_50 top 10%' 'gpu_latency_ms <= 25' 'flops_m <= 480'
}

energy() {
  local table=$DINAS_DATA/nasbench101_energy/ec_nas_7v_4epochs.csv.gz
  run dinas train --space nasbench101 --table "$table" --metric energy_kwh_4epochs:min:class \
    --metric params:max --hide-classes 0.5 --epochs 60 --out "$out/energy.dinas"
  use energy "$table" energy_kwh_4epochs:min energy_kwh_4epochs:min energy_kwh_4epochs:min \
    '--count 200' 'energy_kwh_4epochs <= 0.012' 'params >= 5000000'
}

for section in "${sections[@]}"; do "$section"; done
