#!/usr/bin/env bash
# bench/peers.sh [NAME …]: makes the environments of the peers that tests and benchmarks hold
# Ashlar against, each in .venv-peers/NAME from bench/requirements-NAME.txt (versions and hashes, made
# by pip-compile from the .in file beside it). The product never needs them. Does nothing for one
# that is there; can be killed and run again. Exits 1 when one could not be made.
#
#   torch   PyTorch, Transformers, tokenizers, gguf: the oracle of exact mode (6 GB unpacked)
#   llama   llama-cpp-python, llama.cpp compiled here for this CPU (10 minutes on 2 cores)
#   llamaserver  what llama-cpp-python's server needs besides (small)
#   openvino  OpenVINO GenAI, which chooses its code for the CPU when it runs (0.3 GB)
#   eval    lm-eval, on top of torch, which is made first (0.7 GB more)
#   structure  llguidance, XGrammar, jsonschema with its formats, on top of torch (0.2 GB more)
#   clients  LangChain, LlamaIndex, schemathesis: clients of `ashlar serve` (0.5 GB)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '[peers] %s\n' "$*" >&2; }

# What an environment was made from: its lock file, the interpreter, and the CPU that code was
# compiled for.
stamp_of() {
  cat "$root/bench/requirements-$1.txt"
  python3 --version
  [[ $1 != llama ]] || grep -m1 '^flags' /proc/cpuinfo || true
}

# The environment whose packages this one sees beside its own.
base_of() { case $1 in eval | structure) echo torch ;; esac; }

stand_on() {
  local packages=("$2"/lib/python3*/site-packages)
  [[ -z $1 ]] || (cd "$root/.venv-peers/$1" && echo "$PWD"/lib/python3*/site-packages) \
    >"${packages[0]}/base.pth"
}

make_environment() {
  local name=$1 folder=$root/.venv-peers/$1 stamp base
  base=$(base_of "$name")
  [[ -z $base ]] || make_environment "$base" || return
  stamp=$(stamp_of "$name" | sha256sum | cut -d' ' -f1)
  if [[ -f $folder/stamp && $(<"$folder/stamp") == "$stamp" ]]; then
    say "$name: there ($folder)"
    return
  fi
  say "$name: making $folder; the log is $folder.log"
  mkdir -p "$root/.venv-peers"
  rm -rf "$folder"
  python3 -m venv "$folder"
  stand_on "$base" "$folder"
  # No cache: a wheel compiled for another CPU must not be taken for this one's. No dependencies: the
  # lock file names them all.
  CMAKE_ARGS="-DGGML_NATIVE=ON -DCMAKE_BUILD_TYPE=Release" \
    CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) \
    "$folder/bin/pip" install --no-cache-dir --disable-pip-version-check --no-deps \
    --require-hashes -r "$root/bench/requirements-$name.txt" >"$folder.log" 2>&1 || {
    say "$name: pip failed:"
    tail -n 5 "$folder.log" >&2
    return 1
  }
  printf '%s' "$stamp" >"$folder/stamp"
  say "$name: made"
}

failed=0
(($# > 0)) || set -- torch llama llamaserver openvino eval structure clients
for name in "$@"; do
  [[ -f $root/bench/requirements-$name.txt ]] || { say "no peer '$name'"; exit 2; }
  make_environment "$name" || failed=1
done
exit $failed
