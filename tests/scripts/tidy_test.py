"""scripts/tidy.py: a file is linted again exactly when it or a header below it has changed."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import tidy  # noqa: E402


class Keys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        patch = mock.patch.object(tidy, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        self.put(".clang-tidy", "Checks: -*")
        self.put("src/a/a.cpp", '#include <vector>\n#include "a/a.h"\n')
        self.put("src/a/a.h", '#include "b/b.h"\n#include "a/a.h"\n')
        self.put("src/b/b.h", "")
        self.put("src/b/other.h", "")

    def put(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def key(self):
        return tidy.key_of(self.root / "src/a/a.cpp", {})

    def test_follows_includes(self):
        for name in ("src/a/a.cpp", "src/a/a.h", "src/b/b.h", ".clang-tidy"):
            before = self.key()
            self.put(name, (self.root / name).read_text(encoding="utf-8") + "// changed\n")
            self.assertNotEqual(self.key(), before, name)

    def test_leaves_the_rest_alone(self):
        before = self.key()
        self.put("src/b/other.h", "// changed\n")
        self.assertEqual(self.key(), before)

    def test_files_that_the_build_leaves_out_are_not_linted(self):
        compiled = {"directory": str(self.root / "build"), "file": "../src/a/a.cpp"}
        self.put("src/a/elsewhere/a.cpp", "")
        self.put("tests/a_test.cpp", "")
        ours = [compiled, {**compiled, "file": str(self.root / "tests/a_test.cpp")}]
        self.put("build/compile_commands.json", json.dumps(ours))
        self.assertEqual(tidy.sources(self.root / "build"), [self.root / "src/a/a.cpp"])


if __name__ == "__main__":
    unittest.main()
