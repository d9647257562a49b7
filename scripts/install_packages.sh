#!/usr/bin/env bash
# Installs the Debian packages that are missing, and touches nothing (the network included) where
# none is. Needs bash and apt only.
#
#   scripts/install_packages.sh GROUP...     groups: build data torch test bench fuzz
set -euo pipefail

build=(g++ cmake ninja-build libcli11-dev nlohmann-json3-dev libfmt-dev zlib1g-dev libbz2-dev
       libsqlite3-dev libpng-dev libturbojpeg0-dev librandom123-dev libtomlplusplus-dev
       libdnnl-dev libhwy-dev)
# Images to train networks on.
data=(dataset-fashion-mnist)
# libtorch alone brings a reference BLAS that is 33 times slower than OpenBLAS.
torch=(libtorch-dev libopenblas0-openmp)
test=(libgtest-dev python3 clang clang-format clang-tidy)
bench=(libbenchmark-dev)
# What clang links libFuzzer and its sanitizers from, and what gives crashes their line numbers.
fuzz=(libclang-rt-14-dev llvm-14)

if (($# == 0)); then
  echo "usage: install_packages.sh GROUP...     groups: build data torch test bench fuzz" >&2
  exit 2
fi
wanted=()
for group in "$@"; do
  case "$group" in
    build) wanted+=("${build[@]}") ;;
    data) wanted+=("${data[@]}") ;;
    torch) wanted+=("${torch[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    fuzz) wanted+=("${fuzz[@]}") ;;
    *)
      echo "install_packages.sh: unknown group '$group': expected build, data, torch, test, bench or fuzz" >&2
      exit 2
      ;;
  esac
done

if ! command -v dpkg-query >/dev/null; then
  echo "packages: this is not a Debian system; going on in the hope that these are there:" \
       "${wanted[*]}" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done

if ((${#missing[@]} == 0)); then
  echo "packages: all ${#wanted[@]} are installed"
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "packages: run this as root, then start again: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "packages: installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
