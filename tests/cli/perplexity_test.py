"""`ashlar perplexity`: its JSON, its text, and that its numbers are those of `score`."""
import math
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

TEXT = " The sea was calm in the morning, and the boats went out one after another."
PERPLEXITY = ("perplexity", "-m", MODEL, "-f", "-")


class Perplexity(VerbTest):
    def test_is_what_score_says(self):
        for precision in ("fast", "exact"):
            found = self.answer(*PERPLEXITY, "--json", "--precision", precision, stdin=TEXT)
            self.assertEqual(list(found), ["ppl", "ppl_se", "tokens", "kl", "top1"])
            score, = lines_of(run("score", "-m", MODEL, "--jsonl", "--precision", precision,
                                  stdin=jsonl([{"prompt": " The", "completion": TEXT[4:]}])))
            self.assertEqual(found["tokens"], len(score["tokens"]))
            mean = -score["logprob"] / found["tokens"]
            self.assertAlmostEqual(math.log(found["ppl"]), mean, places=6)
            self.assertIsNone(found["kl"])
            self.assertIsNone(found["top1"])

    def test_windows(self):
        whole = self.answer(*PERPLEXITY, "--json", stdin=TEXT)
        short = self.answer(*PERPLEXITY, "--json", "--ctx", "8", stdin=TEXT)
        self.assertLess(short["tokens"], whole["tokens"])
        self.assertGreater(short["ppl"], whole["ppl"])

    def test_against_itself(self):
        found = self.answer(*PERPLEXITY, "--against", MODEL, "--json", stdin=TEXT)
        self.assertEqual((found["kl"], found["top1"]), ({"mean": 0.0, "p99": 0.0}, 1.0))

    def test_what_a_quantized_kv_cache_costs(self):
        plain, quantized = (self.answer(*PERPLEXITY, "--against", MODEL, "--json",
                                        "--kv-cache-dtype", dtype, stdin=TEXT)
                            for dtype in ("f16", "q8_0"))
        self.assertEqual(plain["kl"], {"mean": 0.0, "p99": 0.0})
        self.assertGreater(quantized["kl"]["mean"], 0)
        self.assertLess(quantized["kl"]["mean"], 0.01)
        self.assertAlmostEqual(quantized["ppl"] / plain["ppl"], 1, delta=0.05)  # of 16 tokens

    def test_for_people_and_from_a_file(self):
        path = Path(self.folder) / "text"
        path.write_text(TEXT)
        done = run("perplexity", "-m", MODEL, "-f", path, "--against", MODEL)
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, r"^perplexity \d+\.\d+ ± \d+\.\d+ over 16 tokens\n"
                                      r"KL divergence 0\.0+ in the mean, .*; same top-1 100\.00 %\n$")

    def test_refusals(self):
        self.refused(*PERPLEXITY, stdin=b"a\xff", where="stdin, byte 1", message="UTF-8")
        self.refused(*PERPLEXITY, "--ctx", "1", stdin=TEXT, where="--ctx", message="2")
        self.refused(*PERPLEXITY, "--ctx", "99999", stdin=TEXT, where="--ctx", kind="too_large",
                     message="8192")
        self.refused(*PERPLEXITY, "--kv-cache-dtype", "q4_0", stdin=TEXT, where="command line",
                     message="'q4_0' is neither f16 nor q8_0")
        self.refused("perplexity", "-m", MODEL, "-f", "/no/such/file", kind="not_found")


if __name__ == "__main__":
    places.need_model()
    unittest.main()
