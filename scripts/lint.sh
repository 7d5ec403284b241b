#!/usr/bin/env bash
# Format and clang-tidy. usage: scripts/lint.sh [SECONDS]: the time that clang-tidy may take.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=setup.sh
source scripts/setup.sh
need_packages scripts/packages.txt scripts/packages-check.txt

failed=0
mapfile -t files < <(find src tests fuzz bench -name '*.cpp' -o -name '*.h' | sort)
clang-format-19 --dry-run -Werror "${files[@]}" || {
  say "format: clang-format-19 -i FILE mends it"
  failed=1
}
build dev build.ninja  # clang-tidy reads its compile_commands.json
python3 scripts/tidy.py build/dev "${1:-inf}" || failed=1
exit "$failed"
