"""Runs the steps of ./check --full and writes their table to docs/full-check.md.

usage: full_check.py FAILED JUNIT.xml

FAILED is 0 when the tests before passed, JUNIT.xml their results. A step is an executable file
tests/full/NN_name: exit code 0 is passed, 77 skipped (which counts as failed here), anything else
failed; its last line on stdout is what the table says of it.
"""

import json
import os
import platform
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "full-check.md"


class Row(NamedTuple):
    name: str
    result: str  # passed, failed, skipped
    figures: str
    seconds: float


def tests_row(failed, junit):
    suite = ElementTree.parse(junit).getroot()
    total, bad, skipped = (int(suite.get(k)) for k in ("tests", "failures", "skipped"))
    not_built = int(suite.get("disabled") or 0)
    figures = f"{total} tests, {bad} failed, {skipped + not_built} skipped"
    return Row("check", "failed" if failed else "passed", figures, float(suite.get("time") or 0))


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "printed nothing"


def run_step(step):
    """Runs one step, showing its output as it comes."""
    print(f"== {step.name}", flush=True)
    began, output = time.monotonic(), []
    with subprocess.Popen([step], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            output.append(line)
    result = {0: "passed", 77: "skipped"}.get(process.returncode, "failed")
    return Row(step.name, result, last_line("".join(output)), time.monotonic() - began)


def steps():
    folder = ROOT / "tests" / "full"
    return sorted(path for path in folder.glob("[0-9][0-9]_*") if os.access(path, os.X_OK))


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout.strip()


def commit():
    """The commit tested; says so when files differ from it (this table apart)."""
    changed = git("status", "--porcelain", "--", ".", f":!{TABLE.relative_to(ROOT)}")
    return git("rev-parse", "HEAD") + (" with changes" if changed else "")


def cpu():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def examine():
    found = subprocess.run([os.environ["ASHLAR_BINARY"], "doctor", "--json"], capture_output=True,
                           text=True, check=True)
    return json.loads(found.stdout)


def table(rows, about):
    cell = lambda text: str(text).replace("|", "\\|")
    lines = ["# The last full check", "", "Written by `./check --full`; not edited by hand.", ""]
    lines += [f"- {key}: {value}" for key, value in about.items()]
    lines += ["", "| step | result | figures | time |", "|---|---|---|---|"]
    for row in rows:
        lines.append(f"| {row.name} | {row.result} | {cell(row.figures)} | {row.seconds:.0f} s |")
    return "\n".join(lines) + "\n"


def main(failed, junit):
    os.environ["ASHLAR_BINARY"] = str(ROOT / "build" / "release" / "src" / "ashlar")
    os.environ["ASHLAR_SOURCE_DIR"] = str(ROOT)
    doctor, tested = examine(), commit()  # before the steps: some write their figures into docs/
    rows = [tests_row(failed != "0", junit)] + [run_step(step) for step in steps()]
    about = {"commit": tested, "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
             "machine": f"{cpu()}, {doctor['threads']['used']} threads",
             "kernels": f"{doctor['kernels']['chosen']} (tested: "
                        f"{', '.join(doctor['kernels']['available'])})"}
    text = table(rows, about)
    TABLE.write_text(text, encoding="utf-8")
    print(f"\n{text}\nwritten to {TABLE.relative_to(ROOT)}")
    return 0 if all(row.result == "passed" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
