"""`--speculate`: who may guess, and that guesses change no answer. The draft is the model's own first
layers."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.truncated import write_truncated
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

REQUESTS = [
    {"prompt": "one two three four one two three four one two", "temperature": 0},
    {"messages": [{"role": "user", "content": "Tell me about a fox."}], "temperature": 0.7},
    {"prompt": "def add(a, b):\n    return a + b\n\ndef sub(a, b):\n", "temperature": 0},
    {"prompt": "x" * 300, "temperature": 1, "repetition_penalty": 1.2},
    {"prompt": "Once upon a time", "temperature": 0, "stop": ["."]},
]


class Speculation(VerbTest):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        folder = Path(cls.models.name)
        cls.whole = write_truncated(folder / "whole.gguf", 30)
        cls.half = write_truncated(folder / "half.gguf", 15)

    @classmethod
    def tearDownClass(cls):
        cls.models.cleanup()

    def answers(self, *options):
        lines = [{"max_tokens": 40, "seed": i, "logprobs": 2, **request}
                 for i, request in enumerate(REQUESTS)]
        done = run("generate", "-m", MODEL, "--ctx", "512", "--jsonl", *options, stdin=jsonl(lines))
        self.assertEqual(done.returncode, 0, done.stdout)
        return lines_of(done)

    def test_guesses_change_no_answer(self):
        plain = self.answers()
        counted = {"guessed": 0, "accepted": 0}
        for how in ("off", "ngram", self.whole, self.half):
            found = self.answers("--speculate", how)
            for line, expected in zip(found, plain):
                for name in ("text", "ids", "logprobs", "finish_reason", "usage"):
                    self.assertEqual(line[name], expected[name], (how, name))
            counted[how] = sum(line["speculation"]["guessed"] for line in found)
            self.assertGreaterEqual(counted[how],
                                    sum(line["speculation"]["accepted"] for line in found))
        self.assertEqual(counted["off"], 0)
        self.assertTrue(counted["ngram"] and counted[self.whole] and counted[self.half], counted)

    def test_a_model_guesses_right_what_it_says_itself(self):
        answer = self.answer("generate", "-m", MODEL, "-p", "1, 2, 3,", "--temperature", "0", "--json",
                             "--max-tokens", "60", "--ctx", "256", "--speculate", self.whole)
        self.assertGreater(answer["speculation"]["guessed"], 0)
        self.assertEqual(answer["speculation"]["guessed"], answer["speculation"]["accepted"])

    def test_a_draft_with_another_tokenizer_is_refused(self):
        other = Path(self.folder) / "other.gguf"
        swap = lambda pieces: [*pieces[:20000], pieces[20001], pieces[20000], *pieces[20002:]]
        write_truncated(other, 1, change={"tokenizer.ggml.tokens": swap})
        self.refused("generate", "-m", MODEL, "-p", "x", "--speculate", other, where=str(other),
                     message="token 20000 is")

    def test_a_draft_that_is_none(self):
        self.refused("generate", "-m", MODEL, "-p", "x", "--speculate", "no-such-model",
                     kind="not_found", message="no-such-model")
        broken = Path(self.folder) / "broken.gguf"
        broken.write_bytes(b"GGUF")
        self.refused("generate", "-m", MODEL, "-p", "x", "--speculate", broken, kind="corrupt",
                     where=str(broken))


if __name__ == "__main__":
    places.need_model()
    unittest.main()
