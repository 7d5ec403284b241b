"""--lora and --adapter of `generate`, `run` and `score`: who answers with what, and every refusal."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import adapters, places
from support.verb import MODEL, VerbTest, jsonl, lines_of, run

GREEDY = ("--temperature", "0", "--max-tokens", "4", "--logprobs", "0")
PROMPT = "The capital of France is"


class Adapter(VerbTest):
    def setUp(self):
        super().setUp()
        self.path = Path(self.folder) / "plain"
        adapters.write_peft("plain", self.path)
        self.lora = ("--lora", f"plain={self.path}")

    def test_generate_and_jsonl_agree(self):
        base = self.answer("generate", "-m", MODEL, *GREEDY, "--json", "-p", PROMPT, *self.lora)
        adapted = self.answer("generate", "-m", MODEL, *GREEDY, "--json", "-p", PROMPT, *self.lora,
                              "--adapter", "plain")
        self.assertNotEqual(base["logprobs"], adapted["logprobs"])
        done = run("generate", "-m", MODEL, *GREEDY, "--jsonl", *self.lora, "--adapter", "plain",
                   stdin=jsonl([{"prompt": PROMPT}, {"prompt": PROMPT, "adapter": ""},
                                {"prompt": PROMPT, "adapter": "plain"},
                                {"prompt": PROMPT, "adapter": "other"}]))
        self.assertEqual(done.returncode, 2, done)
        lines = lines_of(done)
        for line, wanted in zip(lines, (adapted, base, adapted)):
            self.assertEqual(line["logprobs"], wanted["logprobs"])
        error = self.error_in(lines[3], "not_found")
        self.assertEqual(error["where"], "line 4: /adapter")
        self.assertIn("plain", error["mend"])

    def test_run(self):
        arguments = ("run", MODEL, PROMPT, *GREEDY, "--seed", "1", "--json", *self.lora)
        base = self.answer(*arguments, stdin=None)
        adapted = self.answer(*arguments, "--adapter", "plain", stdin=None)
        self.assertNotEqual(base["logprobs"], adapted["logprobs"])

    def test_score(self):
        request = {"prompt": PROMPT, "completion": " Paris"}
        done = run("score", "-m", MODEL, "--jsonl", *self.lora, "--adapter", "plain", stdin=jsonl(
            [request, {**request, "adapter": ""}, {**request, "adapter": "plain"}]))
        default, base, adapted = lines_of(done)
        self.assertEqual(default, adapted)
        self.assertNotEqual(base["logprob"], adapted["logprob"])

    def test_refusals(self):
        command = ("generate", "-m", MODEL, "-p", PROMPT, "--max-tokens", "1")
        self.refused(*command, "--adapter", "plain", where="--adapter", message="no adapter 'plain'",
                     kind="not_found")
        self.refused(*command, *self.lora, *self.lora, message="loaded already")
        self.refused(*command, "--lora", str(self.path), where="--lora", message="not NAME=PATH")
        self.refused(*command, "--lora", "x=/nowhere", where="/nowhere", kind="not_found",
                     message="can't open")
        config = self.path / "adapter_config.json"
        config.write_text(config.read_text().replace('"none"', '"all"'))
        self.refused(*command, *self.lora, where="adapter_config.json: /bias", kind="unsupported",
                     message="bias = '\"all\"'")


if __name__ == "__main__":
    places.need_model()
    unittest.main()
