"""What docs/architecture.md names in `backticks` exists: files and folders, functions (written with
parentheses), and other identifiers."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])
PAGE = "docs/architecture.md"
IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*")


def code_spans(text):
    """(line, span) of inline code outside of ``` blocks."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            for span in re.findall(r"`([^`]+)`", line):
                yield number, span


def declared_functions(root):
    """{(scope's last part, name)} of functions declared or defined in src/, by universal-ctags."""
    done = subprocess.run(["ctags", "-R", "--output-format=json", "--languages=C++",
                           "--kinds-C++=fp", "--fields=+s", "-f", "-", str(root / "src")],
                          capture_output=True, text=True, check=True)
    tags = map(json.loads, done.stdout.splitlines())
    return {(re.split(r"::", tag.get("scope", ""))[-1], tag["name"]) for tag in tags}


def words(root):
    """Every identifier in the sources, and every module's name."""
    text = "\n".join(p.read_text(encoding="utf-8", errors="replace")
                     for folder in ("src", "tests", "cmake", "scripts")
                     for p in (root / folder).rglob("*")
                     if p.suffix in (".h", ".cpp", ".cmake", ".txt", ".py", ".sh"))
    return set(re.findall(r"[A-Za-z_]\w*", text)) | {p.name for p in (root / "src").iterdir()}


def is_path(span):
    return re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+|[\w-]+\.(h|cpp|py|md|txt|toml|sh)", span) is not None


def path_exists(root, span):
    places = [root, root / "src", root / "docs"]
    return any(any(place.glob(span.rstrip("/"))) for place in places)


def function_exists(span, functions):
    parts = re.split(r"::|\.", span[:-2])
    return any(name == parts[-1] and (len(parts) == 1 or scope.lower() == parts[-2].lower())
               for scope, name in functions)


def problems(root):
    functions, known = declared_functions(root), words(root)
    for number, span in code_spans((root / PAGE).read_text(encoding="utf-8")):
        if span.endswith("()") and IDENTIFIER.fullmatch(span[:-2]):
            if not function_exists(span, functions):
                yield f"{PAGE}:{number}: no function {span}"
        elif is_path(span):
            if not path_exists(root, span):
                yield f"{PAGE}:{number}: no file {span}"
        elif IDENTIFIER.fullmatch(span):
            if not set(re.split(r"::|\.", span)) <= known:
                yield f"{PAGE}:{number}: nothing is called {span}"


class Repository(unittest.TestCase):
    def test_names_exist(self):
        self.assertEqual(list(problems(ROOT)), [])


class Planted(unittest.TestCase):
    SOURCE = "namespace n {\nclass Loop {\n public:\n  bool step();\n};\nint free_one(int x);\n}\n"

    def found(self, page):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {"src/m/loop.h": self.SOURCE, PAGE: page}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return list(problems(root))

    def test_what_exists_passes(self):
        self.assertEqual(self.found("`Loop::step()` `loop.step()` `free_one()` `m/loop.h` `src/m/` "
                                    "`Loop` `./ashlar run` `$HOME`\n```\n`nothing()`\n```\n"), [])

    def test_a_missing_function(self):
        self.assertEqual(self.found("\n`gone()`"), [f"{PAGE}:2: no function gone()"])
        self.assertEqual(self.found("`Other::step()`"), [f"{PAGE}:1: no function Other::step()"])

    def test_a_missing_file(self):
        self.assertEqual(self.found("`m/gone.h`"), [f"{PAGE}:1: no file m/gone.h"])

    def test_a_missing_name(self):
        self.assertEqual(self.found("`Gone`"), [f"{PAGE}:1: nothing is called Gone"])


if __name__ == "__main__":
    unittest.main()
