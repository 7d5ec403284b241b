"""The arithmetic of the benchmarks: the bootstrap, the page's sections, the results that an
interrupted run left, children that answer lines. No peer and no model is needed."""
import importlib.machinery
import importlib.util
import json
import random
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import peer


def step(name):
    """A file of tests/full as a module, its name not being one."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "tests" / "full" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    with mock.patch.object(sys, "dont_write_bytecode", True):
        loader.exec_module(module)
    return module


kl = step("20_kl_wikitext")


def window(ours, theirs, positions=512):
    return {"positions": positions, "fast": {"kl": ours, "top1": positions},
            "peer": {"kl": theirs, "top1": positions // 2}}


class Divergence(unittest.TestCase):
    def test_means_weigh_windows_by_their_positions(self):
        mean = kl.means([window(1.0, 4.0, 100), window(2.0, 2.0, 300)])
        self.assertAlmostEqual(mean["fast"]["kl"], 3 / 400)
        self.assertAlmostEqual(mean["peer"]["kl"], 6 / 400)
        self.assertEqual((mean["fast"]["top1"], mean["peer"]["top1"]), (1.0, 0.5))

    def test_bounds_of_a_constant_ratio_are_that_ratio(self):
        results = [window(1.5 * k, 1.0 * k) for k in range(1, 30)]
        low, high = kl.ratio_bounds(results)
        self.assertAlmostEqual(low, 1.5)
        self.assertAlmostEqual(high, 1.5)

    def test_bounds_leave_a_twentieth_on_each_side(self):
        # Ratios with mean 1 and deviation 0.1: the mean of 100 deviates by 0.01, and a normal
        # variable is within 1.645 deviations 90 % of the time.
        generator = random.Random(5)
        results = [window(generator.gauss(1, 0.1), 1.0) for _ in range(100)]
        middle = sum(r["fast"]["kl"] for r in results) / 100
        low, high = kl.ratio_bounds(results)
        self.assertAlmostEqual(low, middle - 0.01645, delta=0.003)
        self.assertAlmostEqual(high, middle + 0.01645, delta=0.003)

    def test_a_line_cut_short_by_a_kill_is_measured_again(self):
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(kl.places, "SOURCE_DIR", Path(folder)):
            first = kl.Results("key")
            first.add(7, window(1.0, 2.0))
            with first.path.open("a") as file:
                file.write('{"window": 8, "posi')
            again = kl.Results("key")
            self.assertEqual(list(again.by_window), [7])
            again.add(8, window(3.0, 4.0))
            lines = again.path.read_text().splitlines()
            self.assertEqual([json.loads(line)["window"] for line in lines], [7, 8])
            self.assertEqual(kl.Results("another").by_window, {})

    def test_workers_share_the_windows_and_a_failure_ends_the_run(self):
        class Fake:
            def sums(self, ids):
                if ids == "bad":
                    raise RuntimeError("peer gone")
                return window(1.0, 1.0)
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(kl.places, "SOURCE_DIR", Path(folder)):
            results, progress = kl.Results("key"), mock.Mock()
            kl.run(["a", "b", "c"], [2, 0, 1], [Fake(), Fake()], results, progress)
            self.assertEqual(sorted(results.by_window), [0, 1, 2])
            with self.assertRaisesRegex(RuntimeError, "peer gone"):
                kl.run(["bad"], [0], [Fake()], results, progress)


class Page(unittest.TestCase):
    def test_a_section_is_appended_once_and_then_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("# Title\n")
            peer.write_section("a", "first", page)
            peer.write_section("b", "other", page)
            peer.write_section("a", "second", page)
            self.assertEqual(page.read_text(),
                             "# Title\n\n<!-- begin a -->\nsecond\n<!-- end a -->\n\n"
                             "<!-- begin b -->\nother\n<!-- end b -->\n")


class Child(unittest.TestCase):
    ECHO = [sys.executable, "-uc", "import sys\nfor line in sys.stdin: print(line, end='')"]

    def test_answers_a_line_with_a_line(self):
        with peer.JsonProcess(*self.ECHO) as child:
            self.assertEqual(child.ask({"op": 1}), {"op": 1})

    def test_a_child_that_ended_is_an_error(self):
        with peer.JsonProcess(sys.executable, "-c", "raise SystemExit(3)") as child:
            with self.assertRaisesRegex(RuntimeError, "exit 3"):
                child.ask({})


if __name__ == "__main__":
    unittest.main()
