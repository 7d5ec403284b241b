"""The table of what quantization saves: ratios to the widest type of the same round."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import quantization


def figures(size, rss, prefill, decode):
    return {"bytes": size, "rss": rss, "prefill": prefill, "decode": decode}


class Table(unittest.TestCase):
    ROUNDS = [{"f32": figures(400, 800, 10.0, 5.0), "q4_1": figures(100, 200, 30.0, 20.0)},
              {"f32": figures(400, 800, 10.0, 10.0), "q4_1": figures(100, 400, 30.0, 20.0)}]

    def test_smaller_and_faster_are_both_over_one(self):
        wide, narrow = quantization.entries("m", ("f32", "q4_1"), self.ROUNDS)
        self.assertEqual({wide["ratio"][f]["median"] for f in quantization.FIGURES}, {1.0})
        ratios = {figure: narrow["ratio"][figure]["median"] for figure in quantization.FIGURES}
        self.assertEqual(ratios, {"bytes": 4.0, "rss": 3.0, "prefill": 3.0, "decode": 3.0})
        self.assertEqual((narrow["rss"], narrow["decode"]), (300, 20.0))

    def test_a_row(self):
        _, narrow = quantization.entries("m", ("f32", "q4_1"), self.ROUNDS)
        self.assertEqual(quantization.row(narrow), "| m | q4_1 | 0.0 (4.00×) | 0.0 (3.00×) | "
                         "30.0 (3.00×) | 20.0 (3.00×) | 2.50 to 3.50 |")

    def test_a_model_must_fit_twice(self):
        self.assertTrue(quantization.fits(8, 16))
        self.assertFalse(quantization.fits(9, 16))


if __name__ == "__main__":
    unittest.main()
