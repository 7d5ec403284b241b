"""`--regex`, `--choices` and `--grammar`: whatever else is asked for, what comes out has the structure."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

PATTERNS = [r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", r"(yes|no)(, (yes|no)){3}",
            r'\{"name": "[A-Z][a-z]{2,8}", "age": [1-9]\d?\}', r"[a-f]+[0-9]", r"(é|ü|漢){2,5}"]


SUMS = """root ::= sum " = " [0-9]+ "\\n"
sum ::= term (" " [-+] " " term)+
term ::= [1-9] [0-9]? | "(" sum ")"
"""


def is_sum(text):
    """Whether the text is one of SUMS: what is in parentheses is a sum too."""
    left, found = text, 1
    while found:
        left, found = re.subn(r"\([1-9]\d?( [-+] [1-9]\d?)+\)", "7", left)
    return re.fullmatch(r"[1-9]\d?( [-+] [1-9]\d?)+ = \d+\n", left) is not None


class Structure(VerbTest):
    def answers(self, requests, *options):
        done = run("generate", "-m", MODEL, "--jsonl", *options, stdin=jsonl(requests))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return lines_of(done)

    def requests(self):
        return [{"prompt": "Once upon a time, on", "max_tokens": 100, "seed": seed,
                 "temperature": temperature, "regex": pattern, "logprobs": 1}
                for pattern in PATTERNS for seed, temperature in ((1, 0), (2, 1), (3, 2))]

    def test_every_answer_that_ends_matches(self):
        ended = 0
        for request, answer in zip(self.requests(), self.answers(self.requests())):
            if answer["finish_reason"] == "stop":
                self.assertRegex(answer["text"], f"^(?:{request['regex']})$")
                ended += 1
        self.assertGreaterEqual(ended, 12)

    def test_a_choice_is_one_of_them(self):
        done = self.answer("generate", "-m", MODEL, "-p", "The colour of grass is", "--n", "8",
                           "--choices", "red,green,light blue", "--json", "--seed", "5")
        texts = [choice["text"] for choice in done["choices"]]
        self.assertLessEqual(set(texts), {"red", "green", "light blue"})
        self.assertGreater(len(set(texts)), 1)

    def test_an_answer_is_a_text_of_the_grammar(self):
        ended = 0
        asked = [{"prompt": "A sum: ", "max_tokens": 60, "seed": seed, "grammar": SUMS}
                 for seed in range(6)]
        for answer in self.answers(asked):
            if answer["finish_reason"] == "stop":
                self.assertTrue(is_sum(answer["text"]), answer["text"])
                ended += 1
        self.assertGreaterEqual(ended, 3)
        with tempfile.NamedTemporaryFile("w", suffix=".gbnf") as file:
            file.write(SUMS)
            file.flush()
            told = self.answer("generate", "-m", MODEL, "-p", "A sum: ", "--max-tokens", "60", "--seed",
                               "0", "--grammar", file.name, "--json")
        self.assertEqual(told["text"], self.answers(asked)[0]["text"])

    def test_neighbours_and_guesses_change_nothing(self):
        free = {"prompt": "one two three one two three one", "max_tokens": 40, "temperature": 0}
        mixed = [each for request in self.requests() for each in (request, free)]
        alone = [self.answers([each])[0] for each in mixed[:8]]
        def told(answers):
            return [(a["text"], a["ids"], a.get("logprobs")) for a in answers]
        self.assertEqual(told(self.answers(mixed))[:8], told(alone))
        guessed = self.answers(mixed, "--speculate", "ngram")
        self.assertEqual(told(guessed), told(self.answers(mixed)))

    def test_what_cant_be_held_is_refused_before_the_first_token(self):
        ask = ("generate", "-m", MODEL, "-p", "x")
        self.refused(*ask, "--regex", "(", where="--regex", message="byte 1: ")
        self.refused(*ask, "--regex", "(?=a)b", where="--regex", message="byte 2: looking ahead", kind="unsupported")
        self.refused(*ask, "--regex", "a^", where="--regex", message="no text")
        self.refused(*ask, "--regex", "a", "--choices", "b", where="--choices")
        self.refused(*ask, "--grammar", "/nowhere", where="--grammar", kind="not_found")
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("root ::= root")
            file.flush()
            self.refused(*ask, "--grammar", file.name, where="--grammar", message="'root'")
            self.refused(*ask, "--grammar", file.name, "--regex", "a", where="--grammar")
        self.refused(*ask, "--regex", "a", "--stop", "b", where="--stop")
        self.refused(*ask, "--regex", "a", "--stop-id", "5", where="--stop-id")

    def test_a_bad_structure_disturbs_no_other(self):
        fine = {"prompt": "x", "max_tokens": 3, "temperature": 0}
        done = run("generate", "-m", MODEL, "--jsonl",
                   stdin=jsonl([fine, {**fine, "regex": "["}, {**fine, "choices": []}, fine]))
        first, second, third, last = lines_of(done)
        self.assertEqual(first["text"], last["text"])
        self.assertEqual((second["error"]["kind"], third["error"]["kind"]), ("bad_input",) * 2)


if __name__ == "__main__":
    unittest.main()
