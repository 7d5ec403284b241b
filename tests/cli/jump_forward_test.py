"""--jump-forward changes how many steps an answer takes that has a structure, and nothing else."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

PERSON = {"type": "object", "additionalProperties": False, "required": ["first_name", "last_name", "age"],
          "properties": {"first_name": {"type": "string", "maxLength": 12},
                         "last_name": {"type": "string", "maxLength": 12},
                         "age": {"type": "integer", "minimum": 0, "maximum": 120},
                         "married": {"type": "boolean"}}}
SCHEMAS = [
    PERSON,
    {"type": "array", "items": PERSON, "minItems": 2, "maxItems": 3},
    {"enum": ["it's a long way", "it's a long road", "none at all", None, 12]},
    {"type": "object", "required": ["kind"], "properties": {
        "kind": {"const": "temperature measurement"}, "value": {"type": "number"}}},
    {"oneOf": [{"type": "object", "required": ["circle"], "additionalProperties": False,
                "properties": {"circle": {"type": "object", "required": ["radius"], "properties": {
                    "radius": {"type": "number", "exclusiveMinimum": 0}}}}},
               {"type": "object", "required": ["square_side"], "additionalProperties": False,
                "properties": {"square_side": {"type": "number"}}}]},
    {"type": "object", "additionalProperties": False, "required": ["größe", "tags", "the user's id"],
     "properties": {"größe": {"type": "integer"}, "the user's id": {"type": "string", "pattern": "^u-[0-9]{4}$"},
                    "tags": {"type": "array", "uniqueItems": True, "maxItems": 4,
                             "items": {"enum": ["red", "green", "reddish"]}}}},
]
OTHERS = [{"regex": r"It is (very )*(hot|cold) in (January|June), isn't it\?"}, {"choices": ["a long one", "another"]}]
SAME = ("text", "ids", "logprobs", "finish_reason", "usage", "choices")


class JumpForward(VerbTest):
    def answers(self, requests, *options):
        done = run("generate", "-m", MODEL, "--ctx", "512", "--jsonl", *options, stdin=jsonl(requests))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return lines_of(done)

    def requests(self, **more):
        structures = [{"schema": schema} for schema in SCHEMAS]
        structures += [{"schema": schema, "whitespace": "any", "order": "free"} for schema in SCHEMAS[:2]]
        return [{"prompt": "An example in JSON: ", "max_tokens": 60, "seed": seed, "temperature": temperature,
                 **structure, **more}
                for structure in structures + OTHERS for seed, temperature in ((1, 0), (2, 1))]

    def assert_same(self, found, expected):
        for one, other in zip(found, expected, strict=True):
            self.assertEqual([one.get(name) for name in SAME], [other.get(name) for name in SAME])

    def jumped(self, answers):
        return sum(each["speculation"]["jumped"] for each in answers)

    def test_it_changes_no_answer(self):
        for more in ({}, {"logprobs": 2, "finish": 30}, {"n": 2, "best_of": 3}):
            plain = self.answers(self.requests(**more), "--jump-forward", "off")
            found = self.answers(self.requests(**more))
            self.assert_same(found, plain)
            self.assertEqual(self.jumped(plain), 0)
            self.assertGreater(self.jumped(found), 100)

    def test_nor_does_it_beside_guesses(self):
        plain = self.answers(self.requests(logprobs=1), "--jump-forward", "off")
        found = self.answers(self.requests(logprobs=1), "--speculate", "ngram", "--sequences", "3")
        self.assert_same(found, plain)

    def test_what_is_certain_needs_no_step(self):
        answer, = self.answers(self.requests()[1:2])
        self.assertGreater(self.jumped([answer]), 5)
        self.assertTrue(answer["text"].startswith('{"first_name":"'))


if __name__ == "__main__":
    unittest.main()
