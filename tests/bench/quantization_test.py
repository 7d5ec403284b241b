"""The tables of what quantization saves, in ratios to the widest type of the same round, and of what
it costs, against llama.cpp's quantizer."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import quality
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


class Quality(unittest.TestCase):
    def entry(self, kind, ours, theirs):
        return quality.entry(kind, {"bytes": 2_000_000, "ppl": 9.0, "kl": ours, "top1": 0.9},
                             {"bytes": 2_000_000, "ppl": 9.5, "kl": theirs, "top1": 0.9})

    def test_k_quants_are_held_to_llama_cpps_divergence(self):
        self.assertTrue(self.entry("q4_k", 0.0101, 0.01)["pass"])
        self.assertFalse(self.entry("q4_k", 0.0103, 0.01)["pass"])
        self.assertEqual(self.entry("q4_0", 0.0103, 0.01)["need"], None)

    def test_a_row(self):
        self.assertEqual(quality.row(self.entry("q6_k", 0.01, 0.02)),
                         "| q6_k | 2.0 | 9.000 | 9.500 | 0.010000 | 0.020000 | 0.5000 | 1.02 | yes |")


if __name__ == "__main__":
    unittest.main()
