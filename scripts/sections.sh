# shellcheck shell=bash
# What the scripts that measure share; `root` is the folder of the project.

# choose_sections KNOWN... -- ARGUMENT...: sets `out`, a folder that is there then, and `sections` by
# the arguments of a script, OUT [SECTION]...; without a section all that are known. Ends the script
# with its usage for anything else, and where nothing has been built.
choose_sections() {
  local known=() usage section
  while [[ $1 != -- ]]; do
    known+=("$1")
    shift
  done
  shift
  usage="usage: scripts/$(basename "$0") OUT [$(IFS='|' && echo "${known[*]}")]..."
  [[ $# -ge 1 ]] || { echo "$usage" >&2; exit 2; }
  out=$1
  shift
  sections=("$@")
  [[ ${#sections[@]} -gt 0 ]] || sections=("${known[@]}")
  for section in "${sections[@]}"; do
    [[ $section != *[^a-z]* && " ${known[*]} " == *" $section "* ]] || { echo "$usage" >&2; exit 2; }
  done
  if [[ ! -x $root/build/release/bin/dinas ]]; then
    echo "$(basename "$0"): build/release/bin/dinas is not there; run ./quickstart.sh --build-only" >&2
    exit 1
  fi
  mkdir -p "$out"
}

# Ends the script where it is not told of the benchmark tables.
need_data() {
  if [[ -z ${DINAS_DATA:-} ]]; then
    echo "$(basename "$0"): DINAS_DATA must name the folder of the benchmark tables" >&2
    exit 1
  fi
}
