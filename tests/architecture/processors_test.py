"""No source asks the preprocessor which processor it is compiled for: what only one family has lies
in a folder of its name, which other builds leave out (cmake/AshlarModule.cmake)."""

import os
import re
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])
FAMILIES = {"x86_64", "aarch64", "other"}
# Predefined by compilers for one family or one of its instruction sets.
MACRO = re.compile(r"__(x86_64|i386|aarch64|arm|riscv|powerpc|SSE\w*|AVX\w*|FMA|F16C|ARM_\w+)__\b"
                   r"|__ARM_\w+|_M_(X64|IX86|ARM64)\b")


def problems(root):
    for path in sorted(p for p in (root / "src").rglob("*") if p.suffix in (".h", ".cpp")):
        name = path.relative_to(root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACRO.search(line):
                yield f"{name}:{number}: asks for the processor"


def missing(root):
    """Folders of a family that lack a file which the others have under the same name."""
    for module in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        found = {f: {p.name for p in (module / f).glob("*.cpp")} for f in FAMILIES}
        if not any(found.values()):
            continue
        for name in sorted(found["other"]):
            for family in sorted(FAMILIES):
                if name not in found[family]:
                    yield f"src/{module.name}/{family}/{name} is missing"


class Repository(unittest.TestCase):
    def test_sources_ask_for_no_processor(self):
        self.assertEqual(list(problems(ROOT)), [])

    def test_every_family_has_what_the_others_have(self):
        self.assertEqual(list(missing(ROOT)), [])


class Planted(unittest.TestCase):
    def tree(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, text in files.items():
            path = Path(folder.name) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Path(folder.name)

    def test_a_question(self):
        for line in ("#if defined(__x86_64__)", "#ifdef __AVX2__", "#if __ARM_FEATURE_DOTPROD"):
            self.assertEqual(list(problems(self.tree({"src/m/a.cpp": f"\n{line}\n"}))),
                             ["src/m/a.cpp:2: asks for the processor"])
        self.assertEqual(list(problems(self.tree({"src/m/a.cpp": "_mm_pause();\n__armour();\n"}))), [])

    def test_a_family_that_lacks_a_file(self):
        root = self.tree({"src/m/other/a.cpp": "", "src/m/x86_64/a.cpp": "", "src/n/a.cpp": ""})
        self.assertEqual(list(missing(root)), ["src/m/aarch64/a.cpp is missing"])


if __name__ == "__main__":
    unittest.main()
