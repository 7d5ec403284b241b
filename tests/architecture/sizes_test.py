"""Sizes that the eye likes: source files under 400 lines, functions under 50; tests and fuzz
targets at least 60 % of the source lines. Exceptions are few, and each says why."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])
FILE_LINES, FUNCTION_LINES = 400, 50
TEST_SHARE = 0.6

# "path" or "path:function" → why it may be longer.
EXCEPTIONS = {}


def lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").count("\n")


def sources(root, *folders):
    return sorted(p for folder in folders for p in (root / folder).rglob("*")
                  if p.suffix in (".h", ".cpp", ".py") and p.is_file())


def functions(paths):
    """(path, name, lines) of every function definition, by universal-ctags."""
    done = subprocess.run(["ctags", "--output-format=json", "--languages=C++", "--kinds-C++=f",
                           "--fields=+ne", "-f", "-", *map(str, paths)],
                          capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield Path(tag["path"]), tag["name"], tag["end"] - tag["line"] + 1


def long_files(root, exceptions):
    for path in sources(root, "src"):
        name, lines = str(path.relative_to(root)), lines_of(path)
        if lines >= FILE_LINES and name not in exceptions:
            yield f"{name} has {lines} lines: split it"


def long_functions(root, exceptions):
    for path, function, lines in functions(sources(root, "src")):
        name = f"{path.relative_to(root)}:{function}"
        if lines >= FUNCTION_LINES and name not in exceptions:
            yield f"{name} has {lines} lines: split it"


def idle_exceptions(root, exceptions):
    for name in exceptions:
        if not (root / name.split(":")[0]).is_file():
            yield f"{name}: the exception is for a file that is gone"


def problems(root, exceptions):
    return [*long_files(root, exceptions), *long_functions(root, exceptions),
            *idle_exceptions(root, exceptions)]


def test_share(root):
    total = sum(map(lines_of, sources(root, "src")))
    return sum(map(lines_of, sources(root, "tests", "fuzz"))) / total


class Repository(unittest.TestCase):
    def test_sizes(self):
        self.assertEqual(problems(ROOT, EXCEPTIONS), [])

    def test_tests_are_enough(self):
        self.assertGreaterEqual(test_share(ROOT), TEST_SHARE)


class Planted(unittest.TestCase):
    LONG = "void longest() {\n" + "  f();\n" * FUNCTION_LINES + "}\n"

    def tree(self, folder, text):
        path = Path(folder) / "src" / "m" / "a.cpp"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        return Path(folder)

    def test_a_long_file(self):
        with tempfile.TemporaryDirectory() as folder:
            root = self.tree(folder, "//\n" * FILE_LINES)
            self.assertEqual(problems(root, {}), ["src/m/a.cpp has 400 lines: split it"])
            self.assertEqual(problems(root, {"src/m/a.cpp": "a table"}), [])

    def test_a_long_function(self):
        with tempfile.TemporaryDirectory() as folder:
            root = self.tree(folder, "int g() { return 1; }\n" + self.LONG)
            self.assertEqual(problems(root, {}), ["src/m/a.cpp:longest has 52 lines: split it"])
            self.assertEqual(problems(root, {"src/m/a.cpp:longest": "a table"}), [])

    def test_an_exception_for_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(problems(self.tree(folder, ""), {"src/gone.cpp": "why"})), 1)


if __name__ == "__main__":
    unittest.main()
