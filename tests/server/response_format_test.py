"""JSON that is asked for by OpenAI's and Ollama's own clients: Pydantic models through openai's parse,
schemas in chats, completions, responses and Ollama's format."""
import json
import sys
import unittest
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import verb
from support.server import Server

import ollama
import openai
import pydantic

ASK = [{"role": "user", "content": "Name a city as JSON."}]


class City(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    size: Literal["small", "large"]
    people: int = pydantic.Field(ge=0, le=99)
    codes: list[Literal["a", "b"]] = pydantic.Field(max_length=2)


SCHEMA = City.model_json_schema()


class ResponseFormat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol")
        cls.client = openai.OpenAI(base_url=cls.server.url + "/v1", api_key="none", max_retries=0)
        cls.ollama = ollama.Client(cls.server.url)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def ask(self, response_format, **fields):
        return self.client.chat.completions.create(**{
            "model": "smol", "messages": ASK, "max_tokens": 60, "temperature": 1, "seed": 1,
            "response_format": response_format, **fields})

    def test_parse_gives_the_model(self):
        done = self.client.chat.completions.parse(model="smol", messages=ASK, max_tokens=60, seed=3,
                                                  temperature=1, response_format=City)
        self.assertIsInstance(done.choices[0].message.parsed, City)
        done = self.client.responses.parse(model="smol", input=ASK, max_output_tokens=60,
                                           temperature=1, text_format=City)
        self.assertIsInstance(done.output_parsed, City)
        self.assertEqual(done.text.format.type, "json_schema")

    def test_every_choice_and_stream_is_valid(self):
        named = {"type": "json_schema", "json_schema": {"name": "city", "schema": SCHEMA,
                                                        "strict": True}}
        for choice in self.ask(named, n=4).choices:
            self.assertEqual(choice.finish_reason, "stop")
            City.model_validate_json(choice.message.content)
        pieces = [chunk.choices[0].delta.content or "" for chunk in self.ask(named, stream=True)]
        City.model_validate_json("".join(pieces))
        done = self.client.completions.create(model="smol", prompt="A city: ", max_tokens=60,
                                              extra_body={"response_format": named})
        City.model_validate_json(done.choices[0].text)

    def test_an_object_of_any_kind(self):
        choice = self.ask({"type": "json_object"}, max_tokens=200).choices[0]
        self.assertTrue(choice.message.content.startswith("{"))
        if choice.finish_reason == "stop":
            self.assertIsInstance(json.loads(choice.message.content), dict)
        self.assertEqual(self.ask({"type": "text"}).choices[0].finish_reason, "length")

    def test_what_was_given_up_is_listed(self):
        schema = {"type": "object", "required": ["a"], "additionalProperties": False,
                  "properties": {"a": {"enum": ["x"], "format": "idn-hostname"}}}
        named = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
        done = self.ask(named, extra_body={"lenient": True})
        self.assertEqual(done.choices[0].message.content, '{"a":"x"}')
        [given_up] = done.model_extra["ashlar"]["given_up"]
        self.assertEqual((given_up["pointer"], given_up["keyword"]), ("/properties/a/format", "format"))
        with self.assertRaises(openai.BadRequestError) as raised:
            self.ask(named)
        self.assertIn("properties.a.format", raised.exception.param)

    def test_how_a_schema_is_held_to(self):
        named = {"type": "json_schema", "json_schema": {"name": "city", "schema": SCHEMA}}
        cut = self.ask(named, max_tokens=4)
        done = self.ask(named, max_tokens=4, extra_body={"finish": 100})
        self.assertEqual((cut.choices[0].finish_reason, done.choices[0].finish_reason), ("length", "stop"))
        City.model_validate_json(done.choices[0].message.content)
        for field in ({"finish": 5}, {"lenient": True}, {"order": "free"}, {"whitespace": "any"}):
            with self.assertRaises(openai.BadRequestError) as raised:
                self.client.chat.completions.create(model="smol", messages=ASK, extra_body=field)
            self.assertEqual(raised.exception.param, *field)

    def test_structured_outputs_json(self):
        done = self.client.chat.completions.create(
            model="smol", messages=ASK, max_tokens=60, extra_body={"structured_outputs":
                                                                   {"json": SCHEMA}})
        City.model_validate_json(done.choices[0].message.content)

    def test_ollamas_format(self):
        options = {"temperature": 1, "seed": 2, "num_predict": 60}
        done = self.ollama.chat("smol", messages=ASK, format=SCHEMA, options=options)
        City.model_validate_json(done.message.content)
        done = self.ollama.generate("smol", prompt="A city", format=SCHEMA, options=options)
        City.model_validate_json(done.response)
        done = self.ollama.generate("smol", prompt="A city", format="json", options=options)
        self.assertTrue(done.response.startswith("{"))

    def test_what_cant_be_held_names_its_keyword(self):
        def named(schema):
            return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
        inside = "response_format.json_schema.schema"
        for response_format, param in (
                (named({"properties": {"a": {"type": 5}}}), f"{inside}/properties/a/type"),
                (named({"allOf": [{"type": "null"}, {"type": "string"}]}), inside),
                ({"type": "json_schema"}, "response_format.json_schema"),
                ({"type": "xml"}, "response_format.type")):
            with self.assertRaises(openai.BadRequestError) as raised:
                self.ask(response_format)
            self.assertEqual(raised.exception.body["param"].replace(".", "/"),
                             param.replace(".", "/"), raised.exception.body)
        with self.assertRaises(ollama.ResponseError) as raised:
            self.ollama.chat("smol", messages=ASK, format={"minLength": -1})
        self.assertEqual(raised.exception.status_code, 400)

    def test_a_bad_schema_disturbs_no_other(self):
        first = self.ask({"type": "json_object"}, temperature=0).choices[0].message.content
        with self.assertRaises(openai.BadRequestError):
            self.ask({"type": "json_schema", "json_schema": {"schema": {"type": 5}}})
        again = self.ask({"type": "json_object"}, temperature=0).choices[0].message.content
        self.assertEqual(first, again)


if __name__ == "__main__":
    unittest.main()
