"""`ashlar score`: the shape of its lines, and that its numbers are those of `generate`."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

SCORE = ("score", "-m", MODEL, "--jsonl")


def score(*requests, flags=()):
    return run(*SCORE, *flags, stdin=jsonl(requests))


class Score(VerbTest):
    def test_agrees_with_generate(self):
        answer = self.answer("generate", "-m", MODEL, "-p", "The capital of France is", "--json",
                             "--temperature", "0", "--max-tokens", "2", "--logprobs", "0")
        done = score({"prompt": "The capital of France is", "completion": answer["text"]})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        line, = lines_of(done)
        self.assertEqual(list(line), ["logprob", "greedy", "tokens"])
        self.assertIs(line["greedy"], True)
        wanted = [{"id": each["id"], "logprob": each["logprob"]} for each in answer["logprobs"]]
        self.assertEqual(line["tokens"], wanted)
        self.assertAlmostEqual(line["logprob"], sum(each["logprob"] for each in wanted), places=9)

    def test_order_and_greedy(self):
        done = score({"prompt": "The capital of France is", "completion": " a banana"},
                     {"prompt": "The capital of France is", "completion": " Paris"})
        banana, paris = lines_of(done)
        self.assertLess(banana["logprob"], paris["logprob"])
        self.assertEqual((banana["greedy"], paris["greedy"]), (False, True))

    def test_trailing_spaces_and_an_empty_prompt(self):
        done = score({"prompt": "The capital of France is ", "completion": "Paris"},
                     {"prompt": "The capital of France is", "completion": " Paris"},
                     {"prompt": "", "completion": "Once"})
        trailing, plain, empty = lines_of(done)
        self.assertEqual(trailing, plain)
        self.assertEqual(len(empty["tokens"]), 1)

    def test_precision(self):
        request = {"prompt": "The capital of France is", "completion": " Paris"}
        fast, = lines_of(score(request))
        exact, = lines_of(score(request, flags=("--precision", "exact")))
        self.assertNotEqual(fast["logprob"], exact["logprob"])
        self.assertAlmostEqual(fast["logprob"], exact["logprob"], delta=0.2)

    def test_failures_go_on(self):
        lines = ['{"prompt": "a", "completion": " b"}', "nonsense", '{"prompt": "a"}',
                 '{"prompt": 1, "completion": " b"}', '{"prompt": "a", "completion": " b", "x": 1}',
                 '{"prompt": "a", "completion": ""}',
                 '{"prompt": "a", "completion": " b"}']
        done = run(*SCORE, stdin="\n".join(lines))
        self.assertEqual(done.returncode, 2)
        answers = lines_of(done)
        self.assertEqual(answers[0], answers[-1])
        wheres = [self.error_in(line, "bad_input")["where"] for line in answers[1:-1]]
        self.assertRegex(wheres[0], "^line 2, byte")
        self.assertEqual(wheres[1:], ["line 3: /completion", "line 4: /prompt", "line 5: /x",
                                      "line 6: /completion"])

    def test_bad_command_lines_are_json(self):
        for arguments in (("score", "--jsonl"), ("score", "-m", "no-such-model", "--jsonl"),
                          (*SCORE, "--precision", "none")):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2)
            self.error_in(done.stdout)


if __name__ == "__main__":
    places.need_model()
    unittest.main()
