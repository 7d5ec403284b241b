"""`ashlar schema admits`: texts against the masks that the decoder uses, and `generate --schema`."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

PERSON = {"type": "object", "additionalProperties": False, "required": ["name", "age"],
          "properties": {"name": {"type": "string", "maxLength": 12},
                         "age": {"type": "integer", "minimum": 0, "maximum": 120},
                         "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]},
                                  "uniqueItems": True}}}


def admits(cases, *options):
    lines = jsonl([{"schema": schema, "instances": texts} for schema, texts in cases])
    return lines_of(run("schema", "admits", "--jsonl", "--tokenizer", MODEL, *options, stdin=lines))


class Admits(VerbTest):
    def test_what_is_admitted_is_valid(self):
        texts = ['{"name":"Ada","age":36}', '{"age":36,"name":"Ada"}', '{"name":"Ada","age":121}',
                 '{"name":"Ada"}', '{"name":"Ada","age":1,"tags":["a","a"]}',
                 '{"name":"Ada","age":1,"tags":["a","c"]}', '{"name":"Ada","age":1,"x":0}',
                 '{"name": "Ada","age":1}', '{"name":"\\u0041","age":1}', '{"name":"Ada",', "", "no"]
        free, = admits([(PERSON, texts)], "--order", "free", "--whitespace", "any")
        self.assertTrue(free["compiled"])
        self.assertIsNone(free["error"])
        def valid(text):
            try:
                jsonschema.validate(json.loads(text), PERSON)
            except (ValueError, jsonschema.ValidationError):
                return False
            return True
        self.assertEqual(free["admits"], [valid(text) for text in texts])
        kept, = admits([(PERSON, texts)])
        self.assertEqual([text for text, admitted in zip(texts, kept["admits"]) if admitted],
                         [texts[0], texts[5]])
        for time in (free["compile_us"], *free["mask_us"].values()):
            self.assertGreater(time, 0)

    def test_times_of_every_mask(self):
        plain, told = (admits([(PERSON, ['{"name":"Ada","age":36}', '{"name":7}'])], *more)[0]
                       for more in ((), ("--masks",)))
        self.assertEqual(set(plain["mask_us"]), {"p50", "p99", "max"})
        self.assertEqual(told["admits"], plain["admits"])
        times = told["mask_us"]
        for ids, first, least, commits in zip(*(times[k] for k in ("ids", "first", "all", "commits"))):
            self.assertEqual(len(first), len(least))
            self.assertTrue(all(b <= a for a, b in zip(first, least)))
            self.assertLessEqual(len(commits), len(ids))
        self.assertEqual([len(each) for each in times["commits"]][0], len(times["ids"][0]))
        self.assertEqual(len(times["all"]), 2)
        self.assertLess(len(times["all"][1]), len(times["ids"][1]))  # the mask that stops is the last

    def test_what_cant_be_held_names_its_keyword(self):
        refused, fine = admits([({"properties": {"a": {"not": {
            "properties": {"b": True}, "unevaluatedProperties": False}}}}, ["{}"]),
            ({"type": "null"}, ["null", "nul", "1"])])
        self.assertEqual((refused["compiled"], refused["admits"]), (False, []))
        self.assertEqual(refused["error"]["pointer"], "/properties/a/not/unevaluatedProperties")
        self.assertEqual(refused["error"]["keyword"], "unevaluatedProperties")
        self.assertEqual(fine["admits"], [True, False, False])

    def test_formats_that_ask_nothing_are_listed(self):
        schema = {"properties": {"a": {"type": "string", "format": "colour"}}, "required": ["a"]}
        answer, = admits([(schema, ['{"a":"x"}'])])
        self.assertEqual(answer["admits"], [True])
        self.assertEqual(answer["annotations"], [{"pointer": "/properties/a/format",
                                                  "keyword": "format", "value": "colour"}])
        refused, = admits([({"type": "string", "format": "idn-hostname"}, [])])
        self.assertFalse(refused["compiled"])
        self.assertEqual(refused["error"]["keyword"], "format")

    def test_contradictions_are_refused(self):
        for schema in (False, {"allOf": [{"type": "string"}, {"type": "null"}]},
                       {"type": "object", "required": ["a"], "properties": {"a": False}}):
            answer, = admits([(schema, ["{}"])])
            self.assertFalse(answer["compiled"])
            self.assertIn("contradicts", answer["error"]["message"])

    def test_a_line_that_is_none_is_told(self):
        done = run("schema", "admits", "--jsonl", "--tokenizer", MODEL, stdin='{"schema":{}}\n{\n')
        self.assertEqual(done.returncode, 2)
        for line, number in zip(lines_of(done), (1, 2)):
            self.assertIn(f"line {number}", line["error"]["where"])


class Generates(VerbTest):
    def test_answers_are_valid(self):
        requests = [{"prompt": "A person: ", "schema": PERSON, "max_tokens": 80, "temperature": 1,
                     "seed": seed, **style} for seed in range(6)
                    for style in ({}, {"order": "free", "whitespace": "any"})]
        answers = lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=jsonl(requests)))
        finished = [a for a in answers if a["finish_reason"] == "stop"]
        self.assertGreater(len(finished), len(answers) // 2)
        for answer in finished:
            jsonschema.validate(json.loads(answer["text"]), PERSON)

    def test_finish_closes_what_is_cut_off(self):
        asked = [{"prompt": "A person: ", "schema": PERSON, "max_tokens": most, "seed": most,
                  "temperature": 1, "logprobs": 0} for most in range(1, 30, 2)]
        cut = lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=jsonl(asked)))
        closed = lines_of(run("generate", "-m", MODEL, "--jsonl",
                              stdin=jsonl([{**each, "finish": 60} for each in asked])))
        self.assertIn("length", [answer["finish_reason"] for answer in cut])
        for before, after in zip(cut, closed):
            self.assertEqual(after["finish_reason"], "stop")
            self.assertTrue(after["text"].startswith(before["text"].rstrip("\ufffd")))
            self.assertEqual(len(after["logprobs"]), len(after["ids"]))
            jsonschema.validate(json.loads(after["text"]), PERSON)
        few, = lines_of(run("generate", "-m", MODEL, "--jsonl",
                            stdin=jsonl([{**asked[0], "finish": 1}])))
        self.assertEqual(few["finish_reason"], "length")
        self.refused("generate", "-m", MODEL, "-p", "x", "--finish", "5", where="--finish")

    def test_the_file_is_the_field(self):
        with tempfile.NamedTemporaryFile("w") as file:
            json.dump(PERSON, file)
            file.flush()
            told = self.answer("generate", "-m", MODEL, "-p", "A person: ", "--max-tokens", "80",
                               "--seed", "4", "--schema", file.name, "--json")
        asked = jsonl([{"prompt": "A person: ", "schema": PERSON, "max_tokens": 80, "seed": 4}])
        line, = lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=asked))
        self.assertEqual(told["text"], line["text"])

    def test_errors_come_before_the_first_token(self):
        asked = jsonl([{"prompt": "x", "schema": {"properties": {"a": {"type": 5}}}},
                       {"prompt": "x", "schema": {}, "order": "any"},
                       {"prompt": "x", "order": "free"},
                       {"prompt": "x", "schema": {}, "regex": "a"}])
        found = [line["error"]["where"].split(": ")[-1] for line in
                 lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=asked))]
        self.assertEqual(found, ["/schema/properties/a/type", "/order", "/order", "/schema"])

    def test_what_cant_be_held_to_may_be_left_out(self):
        schema = {"properties": {"a": {"format": "idn-hostname", "maxLength": 1}}, "required": ["a"]}
        strict, = admits([(schema, [])])
        self.assertEqual(strict["error"]["pointer"], "/properties/a/format")
        lenient, = admits([(schema, ['{"a":"b"}', '{"a":"bc"}', "{}"])], "--lenient")
        self.assertEqual(lenient["admits"], [True, False, False])
        self.assertEqual([each["pointer"] for each in lenient["given_up"]], ["/properties/a/format"])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "s.json"
            file.write_text(json.dumps({"const": 1, "format": "idn-hostname"}))
            ask = ("generate", "-m", MODEL, "-p", "x", "--schema", file)
            self.refused(*ask, where="--schema: /format", kind="unsupported")
            answer = self.answer(*ask, "--lenient", "--json")
            self.assertEqual((json.loads(answer["text"]), answer["given_up"][0]["keyword"]), (1, "format"))
            plain = run(*ask, "--lenient")
            self.assertIn("/format", plain.stderr)
        self.refused("generate", "-m", MODEL, "-p", "x", "--lenient", where="--lenient")


if __name__ == "__main__":
    unittest.main()
