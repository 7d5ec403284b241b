"""scripts/skips.py: what it reads from ctest's results, and what it lets pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import skips  # noqa: E402

JUNIT = """<testsuite tests="4">
<testcase name="Wheel.Reads" status="run"/>
<testcase name="Oracle.All" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>[ RUN      ] Oracle.All
/x/oracle_test.cpp:12: Skipped
needs-data: no test data at "/x"

[  SKIPPED ] Oracle.All (0 ms)</system-out></testcase>
<testcase name="codec_oracle" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
<system-out>SKIP: needs-peer: no gguf</system-out></testcase>
<testcase name="lost_NOT_BUILT" status="notrun"><system-out>Unable to find</system-out></testcase>
</testsuite>"""


def read():
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(JUNIT)
        file.flush()
        return skips.read_skips(file.name)


class Skips(unittest.TestCase):
    def test_reasons_of_googletest_and_python(self):
        self.assertEqual(dict(read()), {'needs-data: no test data at "/x"': ["Oracle.All"],
                                        "needs-peer: no gguf": ["codec_oracle"],
                                        "no reason given": ["lost_NOT_BUILT"]})

    def test_a_rule_is_for_its_kinds(self):
        rules = skips.read_rules("# comment\n\nneeds-data: no-data,x why not\nneeds-isa: any why\n")
        self.assertEqual(skips.allowing_rule("needs-data: no", rules, ["no-data"]).why, "why not")
        self.assertIsNone(skips.allowing_rule("needs-data: no", rules, ["ci"]))
        self.assertIsNotNone(skips.allowing_rule("needs-isa: avx512", rules, []))
        self.assertIsNone(skips.allowing_rule("other", rules, ["no-data"]))

    def test_one_skip_that_is_not_allowed_fails(self):
        rules = skips.read_rules("needs-data: no-data why\nneeds-peer: any why\nno any why\n")
        self.assertTrue(skips.report(read(), rules, ["no-data"])[1])
        lines, fine = skips.report(read(), rules, [])
        self.assertFalse(fine)
        self.assertIn("    NOT ALLOWED by tests/skips.txt", lines)
        self.assertIn("    skipped: Oracle.All", lines)

    def test_a_broken_rule_is_named(self):
        with self.assertRaisesRegex(ValueError, "line 2"):
            skips.read_rules("\nneeds-data: any\n")

    def test_the_repositorys_rules_read(self):
        text = (Path(__file__).resolve().parents[1] / "skips.txt").read_text(encoding="utf-8")
        self.assertGreater(len(skips.read_rules(text)), 0)


if __name__ == "__main__":
    unittest.main()
