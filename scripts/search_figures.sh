#!/usr/bin/env bash
# Measures the tables of docs/search.md: search methods side by side.
#
#   DINAS_DATA=FOLDER scripts/search_figures.sh OUT [SECTION]...
#
# Sections: accuracy noisy bounds filtered fronts model unlisted. Without one, all of them: about an hour on
# two processors. SEARCH_SEEDS replaces the 100 seeds, to try the script out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/release/bin
seeds=${SEARCH_SEEDS:-100}
first=3000

source "$root/scripts/sections.sh"
choose_sections accuracy noisy bounds filtered fronts model unlisted -- "$@"
need_data

accuracy_table=$DINAS_DATA/nasbench201/nasbench201.csv.gz
hardware_table=$DINAS_DATA/hw_nas_bench/nasbench201_imagenet16_120.csv.gz
methods=dinas,predictor,bananas,local,evolution,random

# compare NAME ARGUMENT...: OUT/NAME.json and .svg, the table to standard output.
compare() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$bin/dinas" compare --space nasbench201 --budget 100 --seeds "$seeds" --seed "$first" \
    --json "$out/$name.json" --svg "$out/$name.svg" "$@"
}

accuracy() {
  local dataset
  for dataset in cifar10 cifar100 imagenet16_120; do
    compare "accuracy-$dataset" --table "$accuracy_table" --methods "$methods" \
      --maximize "${dataset}_test_200"
  done
}

# What is searched is a noisy sample; what counts is the mean over training seeds.
noisy() {
  compare noisy-12-epochs --table "$accuracy_table" --methods "$methods" \
    --maximize cifar10_valid_12 --report cifar10_test_200
  compare noisy-one-seed --table "$accuracy_table" --methods "$methods" \
    --maximize cifar100_test_200_1seed --report cifar100_test_200
}

# The values that 10, 30 and 60 % of the cells keep.
bounds() {
  local device quantile value
  for device in fpga edgegpu eyeriss; do
    for quantile in 10 30 60; do
      value=$(python3 - "$hardware_table" "${device}_latency_ms" "$quantile" <<'PYTHON'
import csv, gzip, sys
path, column, percent = sys.argv[1:]
with gzip.open(path, "rt", newline="") as file:
    values = sorted(float(row[column]) for row in csv.DictReader(file) if row[column])
print(values[len(values) * int(percent) // 100])
PYTHON
)
      compare "bound-$device-$quantile" --table "$accuracy_table" --table "$hardware_table" \
        --methods "$methods" --maximize imagenet16_120_test_200 \
        --where "${device}_latency_ms <= $value"
    done
  done
}

# The same bounds for methods that search without them: of their 100 evaluations those that keep the
# bound count. A run that has none counts with the worst cell that keeps it.
filtered() {
  local method seed study="$out/filtered.study"
  printf '\n== filtered\n'
  for method in predictor bananas local evolution; do
    for ((seed = first; seed < first + seeds; ++seed)); do
      rm -f "$study" "$study-wal" "$study-shm"
      "$bin/dinas" search --study "$study" --space nasbench201 --table "$accuracy_table" \
        --maximize imagenet16_120_test_200 --method "$method" --seed "$seed" --budget 100 >"$out/log"
      "$bin/dinas" study export "$study" >"$out/filtered-$method-$seed.csv"
    done
  done
  python3 - "$accuracy_table" "$hardware_table" "$out"/filtered-*.csv <<'PYTHON'
import csv, gzip, os, sys
def column(path, name):
    with gzip.open(path, "rt", newline="") as file:
        return {row["arch_str"]: float(row[name]) for row in csv.DictReader(file) if row[name]}
accuracy = column(sys.argv[1], "imagenet16_120_test_200")
runs = {}
for path in sys.argv[3:]:
    with open(path, newline="") as file:
        asked = [row["architecture"] for row in csv.DictReader(file)]
    runs.setdefault(os.path.basename(path).split("-")[1], []).append(asked)
for device in ("fpga", "edgegpu", "eyeriss"):
    latency = column(sys.argv[2], f"{device}_latency_ms")
    for percent in (10, 30, 60):
        bound = sorted(latency.values())[len(latency) * percent // 100]
        # A cell without a path has an accuracy below 1.
        kept = {a: v for a, v in accuracy.items() if latency[a] <= bound and v > 1}
        best, worst = max(kept.values()), min(kept.values())
        for method, asked in runs.items():
            found = [max((kept[a] for a in run if a in kept), default=worst) for run in asked]
            print(f"{device} {percent} %: {method} regret {best - sum(found) / len(found):.2f}")
PYTHON
}

fronts() {
  local device
  for device in edgegpu raspi4 pixel3 eyeriss fpga; do
    printf '\n== front-%s\n' "$device"
    "$bin/dinas" compare --space nasbench201 --table "$accuracy_table" --table "$hardware_table" \
      --methods dinas,predictor,nsga2,random --maximize imagenet16_120_test_200 \
      --minimize "${device}_latency_ms" --budget 200 --seeds "$((seeds < 30 ? seeds : 30))" \
      --seed "$first" --json "$out/front-$device.json" --svg "$out/front-$device.svg"
  done
}

# A search that starts from a model which knows a proxy of its metric: the accuracy on CIFAR-10 after
# twelve epochs of 1,000 classes of cells, under the name of what is searched.
model() {
  local dataset
  for dataset in cifar10 cifar100 imagenet16_120; do
    python3 - "$accuracy_table" "${dataset}_test_200" "$out/proxy.csv" <<'PYTHON'
import csv, gzip, sys
source, searched, out = sys.argv[1:]
with gzip.open(source, "rt", newline="") as rows, open(out, "w", newline="") as file:
    table = csv.writer(file)
    table.writerow(["arch_str", searched])
    table.writerows([r["arch_str"], r["cifar10_valid_12"]] for r in csv.DictReader(rows))
PYTHON
    "$bin/dinas" train --space nasbench201 --table "$out/proxy.csv" \
      --metric "${dataset}_test_200:max" --labels 1000 --epochs 12 --out "$out/proxy.dinas"
    compare "model-$dataset" --table "$accuracy_table" --methods dinas \
      --model "$out/proxy.dinas" --maximize "${dataset}_test_200"
  done
}

unlisted() {
  printf '\n== unlisted\n'
  "$bin/search_contest" --seeds "$((seeds < 30 ? seeds : 30))" --budget 300
}

for section in "${sections[@]}"; do "$section"; done
