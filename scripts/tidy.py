"""clang-tidy over src/, the files that need it: what passed once with the same bytes in it and in
the headers that it includes passes again (~/.cache/ashlar-lint remembers).

usage: tidy.py BUILD [SECONDS]

BUILD holds compile_commands.json; sources of another processor, which it lacks, are left out. After SECONDS no further file is begun; those left are named, and
done first the next time. Files of the last commit and changed ones come first.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-19"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def closure(file, known):
    """The file and all of ours that it includes, directly or not."""
    todo, seen = [file], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in known:
            text = path.read_text(encoding="utf-8", errors="replace")
            known[path] = [ROOT / "src" / name for name in INCLUDE.findall(text)]
        todo += [path for path in known[path] if path.exists()]
    return seen


def key_of(file, known):
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for path in sorted(closure(file, known)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def sources(build):
    """Ours of those that the build compiles."""
    entries = json.loads((Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    files = {Path(entry["directory"], entry["file"]).resolve() for entry in entries}
    return sorted(file for file in files if file.is_relative_to(ROOT / "src"))


def touched():
    """Files of the last commit and of the work tree; empty without git."""
    names = set()
    for command in (["diff", "--name-only", "HEAD"], ["diff", "--name-only", "HEAD~1", "HEAD"]):
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
        names.update(done.stdout.split())
    return {ROOT / name for name in names}


def tidy(file, build):
    # Some files have options that only GCC knows.
    done = subprocess.run([TIDY, "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option",
                           "--extra-arg=-Wno-ignored-optimization-argument", file],
                          cwd=ROOT, capture_output=True, text=True)
    return done.returncode == 0, done.stdout


def main(build, seconds="inf"):
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ashlar-lint"
    cache.mkdir(parents=True, exist_ok=True)
    deadline, known, first = time.monotonic() + float(seconds), {}, touched()
    keys = {file: key_of(file, known) for file in sources(build)}
    todo = [file for file in keys if not (cache / keys[file]).exists()]
    todo.sort(key=lambda file: file not in first)
    failed, left = [], []

    def check(file):
        if time.monotonic() > deadline:
            left.append(file)
            return
        fine, output = tidy(file, build)
        if fine:
            (cache / keys[file]).touch()
        else:
            failed.append(file)
            print(output, flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(check, todo))
    print(f"clang-tidy: {len(keys)} files, {len(keys) - len(todo)} known to pass, "
          f"{len(todo) - len(failed) - len(left)} passed, {len(failed)} failed, "
          f"{len(left)} left for next time (no time)")
    for file in left:
        print(f"  left: {file.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
