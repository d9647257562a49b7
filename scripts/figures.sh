#!/usr/bin/env bash
# Measures everything docs/evaluation.md reports and prints the tables as Markdown.
#
#   DINAS_DATA=FOLDER scripts/figures.sh OUT [SECTION]...
#
# Sections: recall generalisation labels paper bounds (NAS-Bench-201), spaces validity (the others).
# Without one, all of them: 25 trainings, most of two to five minutes, and 160 evaluations. Models
# already in OUT are used as they are; evaluations are always made anew. FIGURES_SECONDS replaces
# the 120 seconds of a training (300 for the bounds), to try the script out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dinas=$root/build/release/bin/dinas
seconds=${FIGURES_SECONDS:-120}

source "$root/scripts/sections.sh"
choose_sections recall generalisation labels paper bounds spaces validity -- "$@"
need_data

accuracy_table=$DINAS_DATA/nasbench201/nasbench201.csv.gz
cifar10_tables=(--table "$accuracy_table"
                --table "$DINAS_DATA/hw_nas_bench/nasbench201_cifar10.csv.gz")
imagenet_tables=(--table "$accuracy_table"
                 --table "$DINAS_DATA/hw_nas_bench/nasbench201_imagenet16_120.csv.gz")
seven_metrics=(--metric cifar10_test_200:max --metric cifar100_test_200:max
               --metric imagenet16_120_test_200:max --metric edgegpu_latency_ms:min
               --metric fpga_latency_ms:min --metric eyeriss_energy_mj:min
               --metric cifar10_params_m:min)
latencies=(--metric fpga_latency_ms:min --metric edgegpu_latency_ms:min
           --metric eyeriss_latency_ms:min)

say() { printf '== %s\n' "$*" >&2; }

# train_on SPACE NAME ARGUMENT...: OUT/NAME.dinas, unless it is there.
train_on() {
  local space=$1 model=$out/$2.dinas
  shift 2
  if [[ -e $model ]]; then return; fi
  say "training $model, $seconds s"
  "$dinas" train --space "$space" --max-seconds "$seconds" --out "$model" "$@"
}

train() { train_on nasbench201 "$@"; }

# evaluate NAME MODEL ARGUMENT...: OUT/NAME.json for programs, OUT/NAME.txt for people.
evaluate() {
  local name=$1 model=$2
  shift 2
  mkdir -p "$(dirname "$out/$name")"
  say "evaluating $name"
  "$dinas" evaluate --model "$out/$model.dinas" --json "$out/$name.json" "$@" > "$out/$name.txt"
}

# The requests of the recall table; the others use parts of it.
requests=(
  "cifar10_test_200 top 1%"
  "cifar10_test_200 top 0.1%"
  "imagenet16_120_test_200 top 1%"
  "fpga_latency_ms <= 3"
  "fpga_latency_ms <= 3;cifar10_test_200 top 20%"
  "cifar100_test_200 top 20%;edgegpu_latency_ms <= 5;cifar10_params_m <= 0.6"
  "cifar10_test_200 top 30%;cifar100_test_200 top 30%;edgegpu_latency_ms <= 5.5;fpga_latency_ms <= 5;cifar10_params_m <= 0.8"
)
hidden_requests=(
  "cifar10_test_200 top 1%"
  "cifar10_test_200 top 5%"
  "fpga_latency_ms <= 3;cifar10_test_200 top 20%"
  "cifar100_test_200 top 20%;edgegpu_latency_ms <= 5;cifar10_params_m <= 0.6"
)

# where REQUEST: the array `asked` of its --where arguments.
where() {
  local parts part
  IFS=';' read -ra parts <<< "$1"
  asked=()
  for part in "${parts[@]}"; do asked+=(--where "$part"); done
}

# quality FOLDER MODEL REQUEST...: 1,000 samples for the shares, 10,000 for coverage.
quality() {
  local folder=$1 model=$2 request number=0
  shift 2
  for request in "$@"; do
    number=$((number + 1))
    where "$request"
    evaluate "$folder/$number-inside" "$model" "${cifar10_tables[@]}" "${asked[@]}" \
      --queries 1000 --repeats 1 --coverage-draws 1000 --select cifar10_test_200
    evaluate "$folder/$number-coverage" "$model" "${cifar10_tables[@]}" "${asked[@]}" \
      --queries 1000 --repeats 1 --coverage-draws 10000 --select cifar10_test_200
  done
}

train_recall() { train recall "${cifar10_tables[@]}" "${seven_metrics[@]}"; }

recall() {
  train_recall
  quality recall recall "${requests[@]}"
}

labels() {
  local seed
  for seed in 0 1 2; do
    train "labels-$seed" "${cifar10_tables[@]}" "${seven_metrics[@]}" --labels 1000 --seed "$seed"
    quality "labels/$seed" "labels-$seed" "${requests[@]}"
  done
}

generalisation() {
  local seed request number
  for seed in 0 1 2; do
    train "hidden-$seed" "${cifar10_tables[@]}" "${seven_metrics[@]}" \
      --hide-classes 0.5 --seed "$seed"
    number=0
    for request in "${hidden_requests[@]}"; do
      number=$((number + 1))
      where "$request"
      evaluate "generalisation/$seed/$number" "hidden-$seed" "${cifar10_tables[@]}" \
        "${asked[@]}" --queries 1000 --repeats 1 --coverage-draws 10000 --select cifar10_test_200
    done
  done
}

# The paper's protocol: 192 queries, the best one by the selected metric, 10 repeats.
paper() {
  local set
  train_recall
  for set in cifar10 cifar100 imagenet16_120; do
    evaluate "paper/$set-test" recall "${cifar10_tables[@]}" --where "${set}_test_200 top 0.1%" \
      --queries 192 --repeats 10 --select "${set}_test_200" --report "${set}_test_200"
    evaluate "paper/$set-valid" recall "${cifar10_tables[@]}" --where "${set}_test_200 top 0.1%" \
      --queries 192 --repeats 10 --select "${set}_valid_12" --report "${set}_test_200"
  done
}

# under FOLDER MODEL ACCURACY HARDWARE_TABLE BOUND...: as accurate as possible under each bound. A
# first run is under the bound alone, the second asks for the accuracy of the ten best cells under
# it, without guidance: to find one given cell, spread counts for more than purity.
under() {
  local folder=$1 model=$2 accuracy=$3 hardware=$4 bound number=0 tenth
  local tables=(--table "$accuracy_table" --table "$hardware")
  shift 4
  for bound in "$@"; do
    number=$((number + 1))
    evaluate "$folder/$number-alone" "$model" "${tables[@]}" --where "$bound" \
      --queries 192 --repeats 10 --coverage-draws 1920 --select "$accuracy"
    tenth=$(python3 "$root/scripts/figures.py" tenth "$accuracy" "$bound" "$accuracy_table" "$hardware")
    evaluate "$folder/$number-tenth" "$model" "${tables[@]}" --where "$bound" \
      --where "$accuracy >= $tenth" --guidance 0 --queries 192 --repeats 10 \
      --coverage-draws 1920 --select "$accuracy"
  done
}

bounds() {
  local quantiles=("edgegpu_latency_ms top 10%" "edgegpu_latency_ms top 30%"
                   "edgegpu_latency_ms top 60%" "eyeriss_latency_ms top 10%"
                   "eyeriss_latency_ms top 30%" "eyeriss_latency_ms top 60%")
  # Ten cells among 15,284 are learned one by one: this takes longer than a quality of samples.
  local seconds=$((seconds * 5 / 2))
  train bounds-cifar10 "${cifar10_tables[@]}" --metric cifar10_test_200:max "${latencies[@]}"
  under bounds/cifar10 bounds-cifar10 cifar10_test_200 \
    "$DINAS_DATA/hw_nas_bench/nasbench201_cifar10.csv.gz" \
    "fpga_latency_ms <= 2" "fpga_latency_ms <= 3" "fpga_latency_ms <= 4" "${quantiles[@]}"
  train bounds-imagenet16_120 "${imagenet_tables[@]}" --metric imagenet16_120_test_200:max \
    "${latencies[@]}"
  under bounds/imagenet16_120 bounds-imagenet16_120 imagenet16_120_test_200 \
    "$DINAS_DATA/hw_nas_bench/nasbench201_imagenet16_120.csv.gz" \
    "fpga_latency_ms <= 2" "fpga_latency_ms top 10%" "fpga_latency_ms top 30%" \
    "fpga_latency_ms top 60%" "${quantiles[@]}"
}

# What each of the other spaces is trained with.
declare -A space_of=([nasbench101]=nasbench101 [darts]=darts [nasbench_nlp]=nasbench_nlp
                     [nasbench_graph]=$root/spaces/nasbench_graph.toml
                     [enas]=$root/spaces/enas.toml
                     [mobilenet_chain]=$root/spaces/mobilenet_chain.toml)
declare -A table_of=([nasbench101]=$DINAS_DATA/nasbench101_energy/ec_nas_7v_4epochs.csv.gz
                     [darts]=$DINAS_DATA/darts_bench_oncenas/darts_cifar10.csv.gz
                     [nasbench_nlp]=$DINAS_DATA/nas_bench_nlp/wikitext2.csv.gz
                     [nasbench_graph]=$DINAS_DATA/nas_bench_graph/nas_bench_graph.csv.gz
                     [enas]=$DINAS_DATA/enas_dvae/enas6_weight_sharing.csv.gz)
declare -A metrics_of=([nasbench101]="params:min energy_kwh_4epochs:min"
                       [darts]="flops_m:min params_m:min valid_acc_50:max gpu_latency_ms:min"
                       [nasbench_nlp]="num_params:min val_loss:min"
                       [nasbench_graph]="cora_test:max cora_latency_s:min"
                       [enas]="ws_acc:max" [mobilenet_chain]="params_m:min macs_m:min")
declare -A random_of=([nasbench101]=100000 [darts]=50000 [nasbench_nlp]=50000
                      [nasbench_graph]=0 [enas]=0 [mobilenet_chain]=50000)

# train_space SPACE NAME ARGUMENT...
train_space() {
  local space=$1 name=$2 metric arguments=()
  shift 2
  [[ -z ${table_of[$space]:-} ]] || arguments+=(--table "${table_of[$space]}")
  for metric in ${metrics_of[$space]}; do arguments+=(--metric "$metric"); done
  # Bounds of 1 % are asked for, so they are practised more often than by default.
  train_on "${space_of[$space]}" "$name" --random "${random_of[$space]}" --tail-exponent 1.5 \
    "${arguments[@]}" "$@"
}

# ask SPACE NUMBER GUIDANCE DRAWS SELECT REQUEST: DRAWS samples under the request.
ask() {
  where "$6"
  evaluate "spaces/$2" "spaces-$1" --table "${table_of[$1]}" "${asked[@]}" --guidance "$3" \
    --queries 100 --repeats 10 --coverage-draws "$4" --select "$5"
}

spaces() {
  local space
  for space in nasbench101 darts nasbench_nlp; do train_space "$space" "spaces-$space"; done
  # Measured labels alone: hundreds of cells are learned one by one.
  local seconds=$((seconds * 5 / 2))
  for space in nasbench_graph enas; do train_space "$space" "spaces-$space"; done
  ask nasbench101 1 0.5 1000 params "params top 5%"
  ask nasbench101 2 0.5 1000 params "params top 1%"
  ask nasbench101 3 0.5 1000 params "energy_kwh_4epochs top 5%"
  ask darts 4 2.5 1000 flops_m "flops_m top 10%;params_m top 10%"
  ask nasbench_nlp 5 2.5 1000 num_params "num_params top 10%"
  ask nasbench_graph 6 2.5 1000 cora_test "cora_test top 1%;cora_latency_s top 30%"
  ask enas 7 2.5 10000 ws_acc "ws_acc top 1%"
}

# draw_valid MODEL SPACE DRAWS: under a bound, with and without guidance.
draw_valid() {
  local guidance metric=${metrics_of[$2]%%:*}
  mkdir -p "$out/validity"
  for guidance in 0 2.5; do
    say "drawing $1 $2, guidance $guidance"
    "$dinas" evaluate --model "$out/$1-$2.dinas" ${table_of[$2]:+--table "${table_of[$2]}"} \
      --where "$metric top 10%" --guidance "$guidance" --queries 1 --repeats 1 \
      --coverage-draws "$3" --select "$metric" --json "$out/validity/$2-$1-$guidance.json" > /dev/null
  done
}

# Is what is drawn valid, and how often does it take the rules? 10,000 samples of mask noise, from an
# untrained network and from a trained one; 2,000 after half as long a training with marginal noise.
validity() {
  local space
  for space in "${!space_of[@]}"; do
    seconds=0.001 train_space "$space" "untrained-$space"
    draw_valid untrained "$space" 10000
    train_space "$space" "spaces-$space"
    draw_valid spaces "$space" 10000
  done
  local seconds=$((seconds / 2))
  for space in "${!space_of[@]}"; do
    train_space "$space" "marginal-$space" --noise marginal
    draw_valid marginal "$space" 2000
  done
}

for section in "${sections[@]}"; do
  "$section"
  python3 "$root/scripts/figures.py" "$section" "$out"
done
