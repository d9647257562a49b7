#!/usr/bin/env bash
# From a fresh clone to new architectures, trained and timed on this machine, in one command:
# installs what is missing (Debian), builds, times 150 cells here, trains a generator for 30 seconds
# on these latencies and on the accuracies in benchmarks/, generates accurate cells under a latency
# bound, and really trains the best eight beside eight random ones. About 7 minutes on two processors,
# the build included. Results go to build/quickstart. Running it again starts over.
#
#   ./quickstart.sh [--build-only]
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"
dinas=build/release/bin/dinas
out=build/quickstart
benchmark=benchmarks/nasbench201/accuracy.csv
images=/usr/share/datasets/fashion-mnist
accurate=84.6  # percent: 95 of the 1,000 cells have as much

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
  scripts/install_packages.sh build
  cmake --preset release -DDINAS_TORCH=ON -DDINAS_TESTS=OFF -DDINAS_BENCH=OFF
  cmake --build --preset release --parallel "$(nproc)"
}

# time_cells ARGUMENT...: latencies of cells of the benchmark on this machine, added to one table.
time_cells() {
  run measure --space nasbench201 --architectures "$benchmark" "$@" --metric latency_ms \
    --out "$out/latency.csv"
}

# The latency that a quarter of the timed cells keep.
quarter() {
  tail -n +2 "$out/latency.csv" | cut -d, -f2 | sort -g |
    awk '{ value[NR] = $1 } END { printf "%.3g", value[int((NR + 3) / 4)] }'
}

learn() {
  say "Training a generator on the accuracies of benchmarks/ and these latencies, 30 seconds"
  run train --space nasbench201 --table "$benchmark" --table "here=$out/latency.csv" \
    --metric accuracy:max --metric here.latency_ms:min --max-seconds 30 --out "$out/cells.dinas"
}

# A label is one noisy training, and the few cells that a generator believes in the best 1 % are
# partly lucky ones. So it is asked for many of the best 5 %, without pressing it (guidance 1), and
# those come first of which all labels together let expect most (log_loss is the less noisy label).
generate() {
  say "Generating cells in the top 5 % of accuracy within $bound ms"
  run generate --model "$out/cells.dinas" --count 10000 --guidance 1 --where 'accuracy top 5%' \
    --where "here.latency_ms <= $bound" --table "$benchmark" --table "here=$out/latency.csv" \
    --rank log_loss:min --out "$out/generated.jsonl"
}

# try_out NAME LIST...: the first eight cells of the list that the benchmark has no label of and that
# keep the bound on this machine, trained with the benchmark's recipe.
try_out() {
  local name=$1
  shift
  run measure --space nasbench201 "$@" --exclude "$benchmark" --metric latency_ms \
    --latency-reference "$out/latency.csv" --out "$out/$name-latency.csv"
  run measure --space nasbench201 --architectures "$out/$name-latency.csv" \
    --where "latency_ms <= $bound" --count 8 --dataset "$images" --metric accuracy \
    --workers "$(nproc)" --out "$out/$name-accuracy.csv" | tee "$out/$name.txt"
}

# The line of try_out NAME that tells the mean of the accuracies, its 95 % interval and their number.
accuracy_of() { sed -n 's/^accuracy *//p' "$out/$1.txt"; }

build_only=false
for argument in "$@"; do
  case "$argument" in
    --build-only) build_only=true ;;
    *) usage ;;
  esac
done

build
if $build_only; then
  say "Built $dinas"
  exit 0
fi
scripts/install_packages.sh data
rm -rf "$out"
mkdir -p "$out"
say "Timing the best 95 of the benchmark's 1,000 cells on this machine, and 60 of all"
time_cells --where "accuracy >= $accurate"
bound=$(quarter)
time_cells --count 60
learn
generate
say "Timing the best generated cells that no label is known of, and training eight of them"
try_out generated --architectures "$out/generated.jsonl" --count 24
say "The same with eight random cells within $bound ms"
try_out random --sample 48 --seed 1
say "Accuracy in percent, cells within $bound ms on this machine, trained in this run"
printf 'generated  %s\nrandom     %s\n' "$(accuracy_of generated)" "$(accuracy_of random)"
echo "Everything is in $out; docs/measure.md says how to measure on your own images."
