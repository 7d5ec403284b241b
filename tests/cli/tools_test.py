"""`generate --tools`: whatever else is asked for, what is called is a tool, with arguments that its schema
holds of."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

SYNTAXES = ["generic", "hermes", "llama3", "mistral", "mistral-tekken", "mistral-args"]
ALONE = ("llama3", "mistral", "mistral-tekken")  # with nothing behind the calls
CITY = {"type": "object", "additionalProperties": False, "required": ["city"],
        "properties": {"city": {"type": "string", "maxLength": 8},
                       "days": {"type": "integer", "minimum": 1, "maximum": 9}}}
COLOURS = {"type": "object", "additionalProperties": False, "required": ["names"],
           "properties": {"names": {"type": "array", "uniqueItems": True, "maxItems": 2,
                                    "items": {"enum": ["red", "green"]}}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": CITY}},
         {"name": "paint", "description": "Paints", "inputSchema": COLOURS}]
SCHEMAS = {"weather": CITY, "paint": COLOURS}


class Tools(VerbTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "tools.json"
        self.file.write_text(json.dumps(TOOLS))

    def call(self, *more):
        return self.answer("generate", "-m", MODEL, "--tools", self.file, "--json",
                           "-p", "What is the weather in Paris?", "--temperature", "0", *more)

    def check(self, calls):
        for call in calls:
            jsonschema.validate(json.loads(call["function"]["arguments"]),
                                SCHEMAS[call["function"]["name"]])

    def test_no_call_is_malformed_in_any_syntax(self):
        asked = [{"prompt": "What is the weather in Paris?", "tools": TOOLS, "tool_choice": "required",
                  "tool_syntax": syntax, "max_tokens": 400, "seed": seed, "temperature": temperature}
                 for syntax in SYNTAXES for seed, temperature in ((1, 0), (2, 1), (3, 1.5))]
        done = run("generate", "-m", MODEL, "--jsonl", stdin=jsonl(asked))
        answers = lines_of(done)
        self.assertEqual(len(answers), len(asked), done.stderr)
        whole = [answer for answer in answers if answer["finish_reason"] == "tool_calls"]
        for answer in whole:
            self.check(answer["tool_calls"])
            if answer["tools"]["syntax"] in ALONE:
                self.assertEqual((answer["text"], len(answer["tool_calls"]) > 0), ("", True))
        for request, answer in zip(asked, answers):
            if request["temperature"] <= 1:
                self.assertEqual(answer["finish_reason"], "tool_calls", request["tool_syntax"])
        self.assertEqual([answer["tools"]["syntax"] for answer in answers],
                         [request["tool_syntax"] for request in asked])

    def test_the_call_is_in_plain_sight(self):
        done = run("generate", "-m", MODEL, "--tools", self.file, "-p", "Paint it red.",
                   "--temperature", "0", "--tool-choice", "paint")
        self.assertEqual(done.returncode, 0, done.stderr)
        name, arguments = done.stdout.split(" ", 1)
        self.assertEqual(name, "paint")
        jsonschema.validate(json.loads(arguments), COLOURS)
        self.assertIn("shown as text", done.stderr)

    def test_a_choice_names_the_tool(self):
        [call] = self.call("--tool-choice", "paint")["tool_calls"]
        self.assertEqual(call["function"]["name"], "paint")
        self.check([call])

    def test_none_shows_no_tools(self):
        done = self.call("--tool-choice", "none", "--max-tokens", "8")
        bare = self.answer("generate", "-m", MODEL, "--json", "--chat", "--max-tokens", "8",
                           "-p", "What is the weather in Paris?", "--temperature", "0")
        self.assertEqual((done["ids"], done["usage"]), (bare["ids"], bare["usage"]))
        self.assertNotIn("tool_calls", done)

    def test_free_to_call_it_may_say_something(self):
        done = self.call("--max-tokens", "40", "--n", "4")
        for choice in done["choices"]:
            self.assertEqual(bool(choice["tool_calls"]), choice["finish_reason"] == "tool_calls")

    def test_what_is_cut_off_can_be_finished(self):
        cut = self.call("--tool-choice", "weather", "--max-tokens", "12")
        self.assertEqual(cut["finish_reason"], "length")
        done = self.call("--tool-choice", "weather", "--max-tokens", "12", "--finish", "64")
        self.assertEqual(done["ids"][:12], cut["ids"])
        self.assertEqual(done["finish_reason"], "tool_calls")
        self.check(done["tool_calls"])

    def test_several_at_once_are_as_alone(self):
        asked = [{"prompt": "Weather?", "tools": TOOLS, "tool_choice": "required", "seed": 7},
                 {"prompt": "Once", "seed": 8, "max_tokens": 9},
                 {"prompt": "A:", "seed": 9, "max_tokens": 30, "schema": {"enum": ["a", "b"]}}]
        together = lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=jsonl(asked)))
        alone = [lines_of(run("generate", "-m", MODEL, "--jsonl", stdin=jsonl([one])))[0]
                 for one in asked]
        self.assertEqual([one["ids"] for one in together], [one["ids"] for one in alone])

    def test_what_is_wrong_is_named(self):
        refused = lambda *more, **options: self.refused(
            "generate", "-m", MODEL, "-p", "x", *more, **options)
        self.file.write_text('[{"name": "f", "inputSchema": {"type": "object", "minProperties": -1}}]')
        refused("--tools", self.file, where="--tools: /0/inputSchema/minProperties")
        self.file.write_text('{"tools": [{"name": "f"}, {"name": "f"}]}')
        refused("--tools", self.file, where="--tools: /1/name")
        self.file.write_text("{}")
        refused("--tools", self.file, where="--tools", message="not an array of tools")
        self.file.write_text("[")
        refused("--tools", self.file, where="--tools")
        self.file.write_text(json.dumps(TOOLS))
        refused("--tools", self.file, "--tool-syntax", "morse", where="--tool-syntax")
        refused("--tools", self.file, "--tool-choice", "cook", where="--tool-choice")
        refused("--tools", self.file, "--regex", "a", where="--tools")
        refused("--tool-choice", "required", where="--tool-choice")


if __name__ == "__main__":
    unittest.main()
