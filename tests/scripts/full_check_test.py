"""scripts/full_check.py: how a step's end and last line become a row, and rows a table."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import full_check  # noqa: E402


class FullCheck(unittest.TestCase):
    def run_script(self, body):
        with tempfile.TemporaryDirectory() as folder:
            step = Path(folder) / "10_step"
            step.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            step.chmod(0o755)
            return full_check.run_step(step)

    def test_the_last_line_is_the_figures(self):
        row = self.run_script("echo first; echo; echo 'KL 0.001 '; echo noise >&2")
        self.assertEqual((row.name, row.result, row.figures), ("10_step", "passed", "KL 0.001"))

    def test_exit_codes(self):
        self.assertEqual(self.run_script("exit 1").result, "failed")
        self.assertEqual(self.run_script("kill -9 $$").result, "failed")
        self.assertEqual(self.run_script("exit 77").result, "skipped")
        self.assertEqual(self.run_script("true").figures, "printed nothing")

    def test_steps_have_no_input(self):
        self.assertEqual(self.run_script("cat; echo end").figures, "end")

    def test_the_table(self):
        rows = [full_check.Row("10_x", "passed", "a | b", 61.4)]
        text = full_check.table(rows, {"commit": "abc"})
        self.assertIn("- commit: abc\n", text)
        self.assertIn("| 10_x | passed | a \\| b | 61 s |\n", text)

    def test_the_tests_row(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write('<testsuite tests="9" failures="1" disabled="0" skipped="2" time="30"/>')
            file.flush()
            row = full_check.tests_row(True, file.name)
        self.assertEqual(row, ("check", "failed", "9 tests, 1 failed, 2 skipped", 30.0))

    def test_the_repositorys_steps_are_executable(self):
        folder = Path(__file__).resolve().parents[1] / "full"
        self.assertEqual(sorted(p for p in folder.iterdir() if p.is_file()), full_check.steps())


if __name__ == "__main__":
    unittest.main()
