"""openai-python, as it comes from PyPI, against `ashlar serve`: chats and completions."""
import math
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server

import openai

HELLO = [{"role": "user", "content": "What is the capital of France?"}]
GREEDY = {"temperature": 0, "max_tokens": 12}


class OpenAI(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol")
        cls.client = openai.OpenAI(base_url=cls.server.url + "/v1", api_key="none", max_retries=0)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def chat(self, **fields):
        return self.client.chat.completions.create(**{"model": "smol", "messages": HELLO, **GREEDY,
                                                      **fields})

    def complete(self, **fields):
        return self.client.completions.create(**{"model": "smol", "prompt": "The sky is",
                                                 **GREEDY, **fields})

    def test_lists_its_model(self):
        self.assertEqual([model.id for model in self.client.models.list()], ["smol"])
        self.assertEqual(self.client.models.retrieve("smol").id, "smol")
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("other")

    def test_a_chat_is_what_generate_gives(self):
        answer = self.chat()
        done = verb.run("generate", "-m", verb.MODEL, "--jsonl",
                        stdin=verb.jsonl([{"messages": HELLO, **GREEDY}]))
        line, = verb.lines_of(done)
        self.assertEqual(answer.choices[0].message.content, line["text"])
        self.assertEqual(answer.choices[0].finish_reason, line["finish_reason"])
        self.assertEqual(answer.usage.prompt_tokens, line["usage"]["prompt_tokens"])
        self.assertEqual(answer.usage.total_tokens,
                         answer.usage.prompt_tokens + answer.usage.completion_tokens)

    def test_a_stream_is_the_whole_in_pieces(self):
        fields = {"temperature": 1, "seed": 7, "max_tokens": 20, "n": 2,
                  "logprobs": True, "top_logprobs": 2}
        whole = self.chat(**fields)
        text, tokens, reasons = ["", ""], [[], []], [None, None]
        usage = None
        for chunk in self.chat(**fields, stream=True, stream_options={"include_usage": True}):
            if not chunk.choices:
                usage = chunk.usage
                self.assertEqual(chunk.model_extra["ashlar"]["seed"], 7)
            for choice in chunk.choices:
                text[choice.index] += choice.delta.content or ""
                tokens[choice.index] += choice.logprobs.content if choice.logprobs else []
                reasons[choice.index] = choice.finish_reason or reasons[choice.index]
        self.assertEqual(text, [choice.message.content for choice in whole.choices])
        self.assertEqual(tokens, [choice.logprobs.content for choice in whole.choices])
        self.assertEqual(reasons, [choice.finish_reason for choice in whole.choices])
        self.assertEqual(usage.completion_tokens, whole.usage.completion_tokens)
        self.assertNotEqual(text[0], text[1])

    def test_logprobs_spell_the_answer(self):
        choice = self.chat(logprobs=True, top_logprobs=3).choices[0]
        spelled = b"".join(bytes(token.bytes) for token in choice.logprobs.content)
        self.assertTrue(spelled.decode().startswith(choice.message.content))
        for token in choice.logprobs.content:
            self.assertEqual(len(token.top_logprobs), 3)
            self.assertEqual(token.logprob, token.top_logprobs[0].logprob)  # greedy

    def test_stop_and_bias(self):
        full = self.chat().choices[0].message.content
        word = full.split()[2]
        cut = self.chat(stop=word).choices[0]
        self.assertEqual((cut.message.content, cut.finish_reason), (full.split(word)[0], "stop"))
        first = self.chat(logprobs=True, top_logprobs=2).choices[0].logprobs.content[0]
        ids = self.server.post("/tokenize", {"model": "smol", "prompt": first.token,
                                             "add_special_tokens": False})[2]["tokens"]
        other = self.chat(logit_bias={str(ids[0]): -100}).choices[0].message.content
        self.assertFalse(other.startswith(first.token))

    def test_completions_of_lists_and_ids(self):
        one, two = self.complete().choices[0], self.complete(prompt="One, two,").choices[0]
        both = self.complete(prompt=["The sky is", "One, two,"], n=1).choices
        self.assertEqual([each.text for each in both], [one.text, two.text])
        self.assertEqual([each.index for each in both], [0, 1])
        ids = self.server.post("/tokenize", {"model": "smol", "prompt": "The sky is"})[2]["tokens"]
        self.assertEqual(self.complete(prompt=ids).choices[0].text, one.text)
        self.assertEqual([each.text for each in self.complete(prompt=[ids, ids]).choices],
                         [one.text] * 2)

    def test_echo_scores_the_prompt(self):
        choice = self.complete(echo=True, logprobs=2, max_tokens=3).choices[0]
        self.assertTrue(choice.text.startswith("The sky is"))
        self.assertEqual("".join(choice.logprobs.tokens), choice.text)
        self.assertIsNone(choice.logprobs.token_logprobs[0])
        score = self.server.post("/v1/score", {"prompt": "The", "completion": " sky is"})[2]
        self.assertAlmostEqual(sum(choice.logprobs.token_logprobs[1:3]), score["logprob"], places=9)
        self.assertEqual(choice.logprobs.text_offset[:3], [0, 3, 7])
        streamed = "".join(chunk.choices[0].text for chunk in
                           self.complete(echo=True, logprobs=2, max_tokens=3, stream=True))
        self.assertEqual(streamed, choice.text)

    def test_prompt_logprobs(self):
        answer = self.complete(extra_body={"prompt_logprobs": 1}, max_tokens=1)
        listed = answer.choices[0].model_extra["prompt_logprobs"]
        self.assertIsNone(listed[0])
        self.assertEqual(len(listed), answer.usage.prompt_tokens)
        for entry in listed[1:]:
            self.assertTrue(all(math.isfinite(each["logprob"]) for each in entry.values()))

    def test_structured_outputs_hold(self):
        def held(ask=self.chat, **structure):
            return ask(temperature=1.5, max_tokens=40, seed=3, n=4,
                       extra_body={"structured_outputs": structure}).choices
        for choice in held(choice=["Paris", "Lyon", "Nice"]):
            self.assertIn(choice.message.content, ("Paris", "Lyon", "Nice"))
            self.assertEqual(choice.finish_reason, "stop")
        for choice in held(ask=self.complete, regex=r"(blue|grey|\d{2}) [a-z]{3}"):
            self.assertRegex(choice.text, r"^(blue|grey|\d{2}) [a-z]{3}$")
        for choice in held(grammar='root ::= "<" [a-z]{2} one? ">"\none ::= "[" [0-9] "]"'):
            self.assertRegex(choice.message.content, r"^<[a-z]{2}(\[\d\])?>$")
        pieces = self.chat(stream=True, extra_body={"structured_outputs": {"regex": "[A-Z]{9}"}})
        self.assertRegex("".join(p.choices[0].delta.content or "" for p in pieces), "^[A-Z]{9}$")

    def test_a_structure_that_cant_be_held_is_refused(self):
        for field, structure in (("structured_outputs.regex", {"regex": "("}),
                                 ("structured_outputs.regex", {"regex": "[^\\s\\S]"}),
                                 ("structured_outputs.choice", {"choice": []}),
                                 ("structured_outputs", {"regex": "a", "choice": ["b"]}),
                                 ("structured_outputs", {"regex": None}),
                                 ("structured_outputs.grammar", {"grammar": "root ::= root"}),
                                 ("structured_outputs.json.maxLength", {"json": {"maxLength": -1}})):
            with self.assertRaises(openai.BadRequestError) as raised:
                self.chat(extra_body={"structured_outputs": structure})
            self.assertEqual(raised.exception.body["param"], field)
        with self.assertRaises(openai.BadRequestError) as raised:
            self.chat(stop=["."], extra_body={"structured_outputs": {"regex": "a."}})
        self.assertEqual(raised.exception.body["param"], "stop")

    def test_a_repeated_prompt_is_cached(self):
        text = "All work and no play makes Jack a dull boy. " * 20
        self.complete(prompt=text, max_tokens=1)
        usage = self.complete(prompt=text, max_tokens=1).usage
        self.assertGreater(usage.prompt_tokens_details.cached_tokens, 100)

    def test_errors_name_the_field(self):
        def refused(call, param, **fields):
            with self.assertRaises(openai.BadRequestError) as raised:
                call(**fields)
            self.assertEqual(raised.exception.body["param"], param, raised.exception.body)
            return raised.exception.body
        refused(self.chat, "temperature", temperature=-1)
        refused(self.chat, "top_logprobs", top_logprobs=2)
        refused(self.chat, "messages[0].role", messages=[{"role": "cat", "content": "x"}])
        refused(self.chat, "messages[0].content[1].type", messages=[
            {"role": "user", "content": [{"type": "text", "text": "a"},
                                         {"type": "image_url", "image_url": {"url": "data:"}}]}])
        refused(self.chat, "tools[0].type", tools=[{"type": "web_search"}])
        refused(self.chat, "response_format.type", response_format={"type": "xml"})
        refused(self.chat, "n", n=1_000_000)
        for call in (self.chat, self.complete):
            refused(call, "prompt_logprobs", extra_body={"prompt_logprobs": 21})
        refused(self.complete, "suffix", suffix="x")
        refused(self.complete, "prompt[1]", prompt=["a", 1])
        refused(self.chat, "strange", extra_body={"strange": 1, "strict": True})
        body = refused(self.complete, "prompt", prompt="word " * 20000)
        self.assertRegex(body["message"], r"\d{4,} tokens.*\d{4}")
        self.assertEqual(body["code"], "context_length_exceeded")
        with self.assertRaises(openai.NotFoundError):
            self.chat(model="gpt-9")

    def test_says_what_it_made_of_the_fields(self):
        told = self.chat(user="me", extra_body={"strange": 1}).model_extra["ashlar"]
        self.assertEqual((told["ignored_fields"], told["unknown_fields"]), (["user"], ["strange"]))
        self.assertEqual(told["sampler"]["temperature"], 0)
        again = self.chat(temperature=1, max_tokens=8)
        same = self.chat(temperature=1, max_tokens=8, seed=again.model_extra["ashlar"]["seed"])
        self.assertEqual(same.choices[0].message.content, again.choices[0].message.content)


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
