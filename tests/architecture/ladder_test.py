"""Holds every #include "module/..." of src/ against the modules' DEPS in src/CMakeLists.txt, and
the DEPS against the rungs written there: an edge goes down, never up nor inside a rung."""

import os
import re
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


class Module(NamedTuple):
    rung: int
    deps: frozenset


def read_modules(text):
    """{name: Module} from src/CMakeLists.txt: comments "# rung N" and calls of ashlar_module."""
    modules, rung = {}, None
    for match in re.finditer(r"^# rung (\d+)|^ashlar_module\(([^)]*)\)", text, re.M):
        if match.group(1):
            rung = int(match.group(1))
            continue
        name, *words = match.group(2).split()
        deps, section = set(), None
        for word in words:
            if word in ("DEPS", "EXTERNAL"):
                section = word
            elif section == "DEPS":
                deps.add(word)
        modules[name] = Module(rung, frozenset(deps))
    return modules


def wrong_edges(modules):
    for name, module in modules.items():
        if module.rung is None:
            yield f"{name} stands on no rung"
            continue
        for dep in sorted(module.deps):
            if dep not in modules:
                yield f"{name} uses {dep}, which is no module"
            elif modules[dep].rung >= module.rung:
                yield (f"{name} (rung {module.rung}) uses {dep} (rung {modules[dep].rung}): "
                       "edges go down")


def wrong_includes(src, modules):
    for path in sorted(p for p in src.rglob("*") if p.suffix in (".h", ".cpp")):
        inside = path.relative_to(src)
        # main.cpp, above all modules, starts the topmost one.
        allowed = modules[inside.parts[0]].deps | {inside.parts[0]} if len(inside.parts) > 1 and \
            inside.parts[0] in modules else {"cli"}
        if len(inside.parts) > 1 and inside.parts[0] not in modules:
            yield f"{inside}: the folder is no module of src/CMakeLists.txt"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = match.group(1)
            if not (src / target).is_file():
                yield f"{inside}:{number}: {target} is not in src/ (write it as module/file.h)"
            elif target.split("/")[0] not in allowed:
                yield f"{inside}:{number}: may not use {target}: not in DEPS"


def problems(root):
    src = root / "src"
    modules = read_modules((src / "CMakeLists.txt").read_text(encoding="utf-8"))
    return list(wrong_edges(modules)) + list(wrong_includes(src, modules))


class Repository(unittest.TestCase):
    def test_keeps_to_the_ladder(self):
        self.assertEqual(problems(ROOT), [])


class Planted(unittest.TestCase):
    """Each kind of violation is found, and nothing else."""

    def found(self, cmake, files):
        with tempfile.TemporaryDirectory() as folder:
            src = Path(folder) / "src"
            src.mkdir()
            (src / "CMakeLists.txt").write_text(cmake, encoding="utf-8")
            for name, text in files.items():
                (src / name).parent.mkdir(exist_ok=True)
                (src / name).write_text(text, encoding="utf-8")
            return problems(Path(folder))

    CMAKE = ("# rung 0\nashlar_module(base EXTERNAL fmt::fmt)\n# rung 1\n"
             "ashlar_module(low DEPS base)\nashlar_module(twin DEPS base)\n"
             "# rung 2\nashlar_module(high DEPS low\n  base EXTERNAL x)\n")
    FILES = {"base/a.h": "", "low/b.h": '#include "base/a.h"\n', "twin/t.h": "",
             "high/c.cpp": '#include <vector>\n#include "low/b.h"\n#include "base/a.h"\n'}

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.found(self.CMAKE, self.FILES), [])

    def test_an_include_upward(self):
        files = self.FILES | {"high/c.h": "", "low/b.cpp": '\n#include "high/c.h"\n'}
        self.assertEqual(self.found(self.CMAKE, files),
                         ["low/b.cpp:2: may not use high/c.h: not in DEPS"])

    def test_an_include_inside_the_rung(self):
        files = self.FILES | {"low/b.cpp": '#include "twin/t.h"\n'}
        self.assertEqual(self.found(self.CMAKE, files),
                         ["low/b.cpp:1: may not use twin/t.h: not in DEPS"])

    def test_an_include_without_its_module(self):
        files = self.FILES | {"low/b.cpp": '#include "b.h"\n'}
        self.assertIn("b.h is not in src/", self.found(self.CMAKE, files)[0])

    def test_a_folder_that_is_no_module(self):
        self.assertIn("odd/x.cpp: the folder is no module of src/CMakeLists.txt",
                      self.found(self.CMAKE, self.FILES | {"odd/x.cpp": ""}))

    def test_an_edge_inside_a_rung_and_one_to_nowhere(self):
        cmake = self.CMAKE.replace("twin DEPS base", "twin DEPS low nothing base")
        self.assertEqual(self.found(cmake, self.FILES),
                         ["twin (rung 1) uses low (rung 1): edges go down",
                          "twin uses nothing, which is no module"])


if __name__ == "__main__":
    unittest.main()
