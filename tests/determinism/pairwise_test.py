"""A small version of the proof (tests/full/50_determinism): few requests, every two levels of two
factors together at least once."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import proof
from covering import all_pairs, covering_array, pairs_of
from support import places

# Few and short, as the scalar kernels take a second for some 40 tokens; the first has a whole
# block, which the prefix cache can find again, and repeats itself, which n-grams can guess.
REQUESTS = [
    {"prompt": "The sea is large. " * 13 + "The sea", "temperature": 0},
    {"prompt": "What is 7 + 5?", "temperature": 0.8, "seed": 2, "n": 2, "adapter": "rslora"},
]
TOKENS = 4


class CoveringArray(unittest.TestCase):
    def test_every_pair_occurs(self):
        factors = {"a": [1, 2, 3, 4], "b": [1, 2, 3], "c": [1, 2], "d": [1, 2, 3]}
        rows = covering_array(factors)
        self.assertLessEqual(all_pairs(factors), set().union(*map(pairs_of, rows)))
        self.assertTrue(all(list(row) == list(factors) for row in rows))
        self.assertLess(len(rows), 16)


class Comparison(unittest.TestCase):
    def test_a_bit_is_a_difference(self):
        token = {"id": 5, "logprob": -1.5, "top": []}
        line = lambda **change: {"ids": [5], "logprobs": [{**token, **change}]}
        same = proof.answer_bytes(line())
        self.assertNotEqual(same, proof.answer_bytes(line(logprob=-1.5000000000000002)))
        run = proof.Run([same, same, same, b""], 0, 0, 0, 0)
        self.assertEqual(run.differences([same, same], twice=True), [1])


class Twins(unittest.TestCase):
    def test_a_twin_differs_in_its_adapter_alone(self):
        for own in ("", *proof.ADAPTERS):
            twin = proof.twin_of({"prompt": "a", "adapter": own})
            self.assertNotEqual(twin["adapter"], own)
            self.assertEqual(twin["prompt"], "a")


class Pairwise(unittest.TestCase):
    def test_every_combination_answers_alike(self):
        self.hold(lambda table: covering_array(
            {factor: list(levels) for factor, levels in table.items()}))

    def test_each_factor_alone_with_keys_and_values_in_q8_0(self):
        self.hold(proof.alone, "--kv-cache-dtype", "q8_0")

    def hold(self, settings, *options):
        places.need_model()
        with tempfile.TemporaryDirectory() as folder:
            experiment = proof.Experiment(REQUESTS, TOKENS, Path(folder), options=options)
            usual = proof.baseline(experiment.table)
            expected = experiment.run(usual)
            self.assertEqual(experiment.fill_store().differences(expected.answers, False), [])
            cached = guessed = 0
            for setting in settings(experiment.table):
                found = experiment.run(setting)
                with self.subTest(proof.in_words(setting, usual)):
                    self.assertEqual(
                        found.differences(expected.answers, experiment.twice(setting)), [])
                cached, guessed = cached + found.cached, guessed + found.guessed
                print(f"{found.seconds:.1f} s: {proof.in_words(setting, usual)}", flush=True)
            self.assertTrue(cached and guessed, "the factors have worked")


if __name__ == "__main__":
    unittest.main()
