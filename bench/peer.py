"""Child processes that answer a JSON line with a JSON line, and what a benchmark says about the
machine. Standard library alone.
"""
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
import places


QUIET = subprocess.DEVNULL


class PeerMissing(Exception):
    """A peer's environment isn't there or doesn't start."""


class JsonProcess:
    """A child that answers each line of its stdin; ends with the object."""

    def __init__(self, *command):
        self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)

    def ask(self, request: dict) -> dict:
        try:
            self.child.stdin.write(json.dumps(request) + "\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError(f"{self.child.args[0]} ended, exit {self.child.wait()}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.child.communicate()  # closes its stdin, which ends it


class NoProcess:
    """Stands for the process of a peer that needs none."""

    def __init__(self, *_):
        pass

    def ask(self, _request: dict) -> dict:
        return {"version": commit()}

    def close(self):
        pass


def python_of(name: str, what: str) -> Path:
    """The interpreter of .venv-peers/NAME, which has `what`."""
    python = places.SOURCE_DIR / ".venv-peers" / name / "bin" / "python"
    if not python.exists():
        raise PeerMissing(f"no {what} at {python}; run bench/peers.sh {name}")
    return python


def llama_python() -> Path:
    return python_of("llama", "llama.cpp")


def torch_python() -> Path:
    return python_of("torch", "Transformers")


def start(python: Path, script: str, model: Path) -> JsonProcess:
    return JsonProcess(python, places.SOURCE_DIR / "bench" / script, model)


def start_llama(model: Path | None = None) -> JsonProcess:
    return start(llama_python(), "peer_llama.py", model or places.model_path())


def start_openvino(model: Path) -> JsonProcess:
    return start(python_of("openvino", "OpenVINO GenAI"), "peer_openvino.py", model)


def start_transformers(model: Path) -> JsonProcess:
    return start(torch_python(), "peer_transformers.py", model)


class AshlarFailed(Exception):
    """The binary under test said no; `answer` is its {"error": …}, `code` its exit code."""

    def __init__(self, answer: dict, code: int):
        super().__init__(answer["error"]["message"])
        self.answer, self.code = answer, code


def ashlar_json(*arguments, **keywords) -> dict:
    """One JSON object from the binary under test."""
    done = subprocess.run([str(places.binary()), *map(str, arguments)], stdout=subprocess.PIPE,
                          **keywords)
    if done.returncode != 0:
        try:
            raise AshlarFailed(json.loads(done.stdout), done.returncode)
        except ValueError:
            done.check_returncode()
    return json.loads(done.stdout)


def commit() -> str:
    """HEAD, with + when the product's sources differ from it."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(places.SOURCE_DIR), *arguments],
                              stdout=subprocess.PIPE, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--", "src", "bench", "CMakeLists.txt", "cmake")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")


def conditions() -> dict:
    """Where and when: for the line under a table."""
    doctor = ashlar_json("doctor", "--json")
    return {"cpu": doctor["cpu"]["model"], "kernels": doctor["kernels"]["chosen"],
            "threads": doctor["threads"]["used"], "commit": commit(),
            "date": datetime.date.today().isoformat()}


def conditions_line(found: dict) -> str:
    return (f"{found['cpu']}, {found['kernels']} kernels, {found['threads']} threads; "
            f"commit {found['commit']}, {found['date']}")


def rows_of_parts(found: dict, line_of) -> str:
    """Of a table | part | found | passes |; `line_of` says in words what a part of that name found."""
    return "\n".join(f"| {name} | {line_of(name, e)} | {'yes' if e['pass'] else 'no'} |"
                     for name, e in found.items())


def publish(name: str, found, text: str, asked):
    """Prints what was found, as JSON or as the section that --record keeps for these kernels."""
    print(json.dumps(found) if asked.json else text.strip())
    if asked.record:
        write_section(f"{name}-{conditions()['kernels']}", text)


def write_section(name: str, text: str, page: Path = places.SOURCE_DIR / "docs" / "benchmarks.md"):
    """Replaces the part of the page between the markers of `name`, or appends it."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    old = page.read_text()
    if begin in old:
        head, rest = old.split(begin, 1)
        new = head + section + rest.split(end, 1)[1]
    else:
        new = old.rstrip() + "\n\n" + section + "\n"
    partial = page.with_suffix(".partial")
    partial.write_text(new)
    os.replace(partial, page)
