#!/usr/bin/env bash
# Runs worked examples: table in, model, bounded generation, figures.
#
#   DINAS_DATA=FOLDER scripts/examples.sh OUT [graph|nlp|darts|energy]...
#
# Without a name, all of them: about ten minutes on two processors. Trainings are counted in epochs,
# so that the output is the same every time but for seconds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$root/build/release/bin:$PATH
usage="usage: DINAS_DATA=FOLDER scripts/examples.sh OUT [graph|nlp|darts|energy]..."

[[ $# -ge 1 ]] || { echo "$usage" >&2; exit 2; }
out=$1
shift
examples=("$@")
[[ ${#examples[@]} -gt 0 ]] || examples=(graph nlp darts energy)
for example in "${examples[@]}"; do
  [[ $example =~ ^(graph|nlp|darts|energy)$ ]] || { echo "$usage" >&2; exit 2; }
done
if [[ -z ${DINAS_DATA:-} ]]; then
  echo "examples.sh: DINAS_DATA must name the folder of the benchmark tables" >&2
  exit 1
fi
mkdir -p "$out"

run() {
  printf '$'
  printf ' %q' "$@"
  echo
  "$@"
  echo
}

graph() {
  local space=$root/spaces/nasbench_graph.toml
  local table=$DINAS_DATA/nas_bench_graph/nas_bench_graph.csv.gz
  local bounds=(--where 'cora_test top 1%' --where 'cora_latency_s <= 0.003')
  run dinas train --space "$space" --table "$table" --metric cora_test:max \
    --metric cora_latency_s:min --epochs 9 --out "$out/graph.dinas"
  run dinas generate --model "$out/graph.dinas" --table "$table" "${bounds[@]}" --count 5 --unique \
    --format csv --out "$out/graph.csv"
  run cat "$out/graph.csv"
  run dinas evaluate --model "$out/graph.dinas" --table "$table" "${bounds[@]}" \
    --select cora_valid --report cora_test --json "$out/graph.json"
}

nlp() {
  local table=$DINAS_DATA/nas_bench_nlp/wikitext2.csv.gz
  local bounds=(--where 'val_ppl top 20%' --where 'num_params <= 18000000')
  run dinas train --space nasbench_nlp --table "$table" --random 5000 --metric val_ppl:min \
    --metric num_params:min --epochs 8 --out "$out/nlp.dinas"
  run dinas generate --model "$out/nlp.dinas" --table "$table" "${bounds[@]}" --count 5 --unique \
    --rank val_ppl:min --format csv --out "$out/nlp.csv"
  run cat "$out/nlp.csv"
  run dinas evaluate --model "$out/nlp.dinas" --table "$table" "${bounds[@]}" \
    --select val_ppl --report test_ppl:min --json "$out/nlp.json"
}

darts() {
  local table=$DINAS_DATA/darts_bench_oncenas/darts_cifar10.csv.gz
  local bounds=(--where 'valid_acc_50 top 10%' --where 'gpu_latency_ms <= 25' \
    --where 'flops_m <= 480')
  run dinas train --space darts --table "$table" --random 5000 --metric valid_acc_50:max \
    --metric gpu_latency_ms:min --metric flops_m:min --epochs 8 --out "$out/darts.dinas"
  run dinas generate --model "$out/darts.dinas" --table "$table" "${bounds[@]}" --count 5 --unique \
    --rank valid_acc_50:max --format csv --out "$out/darts.csv"
  run cat "$out/darts.csv"
  run dinas evaluate --model "$out/darts.dinas" --table "$table" "${bounds[@]}" \
    --select valid_acc_50 --report test_acc_50:max --json "$out/darts.json"
}

energy() {
  local table=$DINAS_DATA/nasbench101_energy/ec_nas_7v_4epochs.csv.gz
  local bounds=(--where 'energy_kwh_4epochs <= 0.012' --where 'params >= 5000000')
  run dinas train --space nasbench101 --table "$table" --metric energy_kwh_4epochs:min \
    --metric params:max --hide-classes 0.5 --epochs 60 --out "$out/energy.dinas"
  run dinas generate --model "$out/energy.dinas" --table "$table" "${bounds[@]}" --count 5 --unique \
    --rank energy_kwh_4epochs:min --format csv --out "$out/energy.csv"
  run cat "$out/energy.csv"
  run dinas evaluate --model "$out/energy.dinas" --table "$table" "${bounds[@]}" \
    --select energy_kwh_4epochs:min --json "$out/energy.json"
}

for example in "${examples[@]}"; do
  "$example"
done
