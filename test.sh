#!/usr/bin/env bash
# Everything a change has to pass: format, sanitizers, clang with clang-tidy, and last the whole
# suite on the release build, whose summary ends the output.
#
#   ./test.sh [--fast]        --fast: the release build and its tests only
set -euo pipefail
if [[ -n ${DINAS_DATA:-} ]]; then
  DINAS_DATA=$(cd "$DINAS_DATA" && pwd) || exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")"

fast=false
for argument in "$@"; do
  case "$argument" in
    --fast) fast=true ;;
    *)
      echo "usage: test.sh [--fast]" >&2
      exit 2
      ;;
  esac
done

say() { printf '\n== %s\n' "$*"; }

# build PRESET [CMAKE-ARGUMENT...]
build() {
  cmake --preset "$@" --log-level=WARNING
  cmake --build --preset "$1" --parallel "$(nproc)"
}

scripts/install_packages.sh build torch test bench

if [[ -z ${DINAS_DATA:-} && -d ../shared/data ]]; then
  DINAS_DATA=$(cd ../shared/data && pwd)
fi
if [[ -n ${DINAS_DATA:-} ]]; then
  export DINAS_DATA
  echo "tables: $DINAS_DATA"
else
  echo "tables: none (DINAS_DATA is not set), so the tests that read them are skipped"
fi

if ! $fast; then
  say "format"
  shopt -s globstar nullglob
  clang-format --dry-run -Werror {src,tests,bench}/**/*.{h,cc}

  say "clang-tidy, with the warnings of clang"
  build tidy

  say "address and undefined-behaviour sanitizers"
  build asan
  ctest --preset asan --no-label-summary

  say "thread sanitizer"
  build tsan
  ctest --preset tsan --no-label-summary
fi

say "release build and all tests"
build release -DDINAS_TORCH=REQUIRED -DDINAS_WARNINGS_AS_ERRORS=ON -DDINAS_BENCH=ON
ctest --preset release --no-label-summary
