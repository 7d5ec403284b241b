"""Calls of tools through the clients that people have: OpenAI's chats and responses, Anthropic's
messages, Ollama's chats. Every call's arguments are checked with Python's jsonschema."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import verb
from support.server import Server

import anthropic
import jsonschema
import ollama
import openai
import pydantic

SCHEMA = {"type": "object", "additionalProperties": False, "required": ["city"],
          "properties": {"city": {"type": "string", "maxLength": 12},
                         "unit": {"enum": ["celsius", "kelvin"]}}}
WEATHER = {"name": "get_weather", "description": "The weather of a city"}
CHAT_TOOLS = [{"type": "function", "function": {**WEATHER, "parameters": SCHEMA}},
              {"type": "function", "function": {"name": "get_time"}}]
FLAT_TOOLS = [{"type": "function", "strict": True, **tool["function"]} for tool in CHAT_TOOLS]
BLOCK_TOOLS = [{**WEATHER, "input_schema": SCHEMA}]
ASK = [{"role": "user", "content": "What is the weather in Paris?"}]
NAMED = {"type": "function", "function": {"name": "get_weather"}}


def check(arguments):
    jsonschema.validate(arguments, SCHEMA)


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol")
        cls.openai = openai.OpenAI(base_url=cls.server.url + "/v1", api_key="none", max_retries=0)
        cls.anthropic = anthropic.Anthropic(base_url=cls.server.url, api_key="none", max_retries=0)
        cls.ollama = ollama.Client(cls.server.url)

    @classmethod
    def tearDownClass(cls):
        cls.openai.close()
        cls.anthropic.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def chat(self, **fields):
        return self.openai.chat.completions.create(**{
            "model": "smol", "messages": ASK, "max_tokens": 120, "temperature": 0,
            "tools": CHAT_TOOLS, "tool_choice": NAMED, **fields})

    def message(self, **fields):
        return self.anthropic.messages.create(**{
            "model": "smol", "messages": ASK, "max_tokens": 120, "tools": BLOCK_TOOLS,
            "tool_choice": {"type": "tool", "name": "get_weather"},
            "extra_body": {"temperature": 0}, **fields})

    def respond(self, **fields):
        return self.openai.responses.create(**{
            "model": "smol", "input": ASK, "max_output_tokens": 120, "temperature": 0,
            "tools": FLAT_TOOLS, "tool_choice": {"type": "function", "name": "get_weather"},
            **fields})

    def test_a_chat_calls_and_hears_the_result(self):
        done = self.chat()
        choice = done.choices[0]
        self.assertEqual((choice.finish_reason, choice.message.content), ("tool_calls", None))
        [call] = choice.message.tool_calls
        self.assertEqual(call.function.name, "get_weather")
        check(json.loads(call.function.arguments))
        self.assertEqual(done.model_extra["ashlar"]["tools"],
                         {"syntax": "generic", "shown_by": "text"})
        result = {"role": "tool", "tool_call_id": call.id, "content": "mild"}
        after = self.chat(messages=[*ASK, choice.message, result], tool_choice="none")
        self.assertIsNone(after.choices[0].message.tool_calls)
        self.assertGreater(after.usage.prompt_tokens, len(ASK[0]["content"].split()))

    def test_a_stream_gives_the_call_in_pieces(self):
        whole = self.chat(logprobs=True).choices[0]
        chunks = [chunk.choices[0] for chunk in self.chat(stream=True, logprobs=True)]
        pieces = [call for chunk in chunks for call in chunk.delta.tool_calls or []]
        self.assertEqual([piece.function.name for piece in pieces if piece.id], ["get_weather"])
        self.assertEqual({piece.index for piece in pieces}, {0})
        self.assertEqual("".join(piece.function.arguments or "" for piece in pieces),
                         whole.message.tool_calls[0].function.arguments)
        self.assertGreater(len(pieces), 3)
        self.assertEqual(chunks[-1].finish_reason, "tool_calls")
        streamed = [token.token for chunk in chunks if chunk.logprobs
                    for token in chunk.logprobs.content]
        self.assertEqual(streamed, [token.token for token in whole.logprobs.content])

    def test_every_choice_keeps_to_the_schemas(self):
        for choice in self.chat(n=6, temperature=1, seed=4, tool_choice="required").choices:
            if choice.finish_reason != "tool_calls":
                self.assertEqual(choice.finish_reason, "length")
                continue
            for call in choice.message.tool_calls:
                arguments = json.loads(call.function.arguments)
                if call.function.name == "get_weather":
                    check(arguments)
                else:
                    self.assertEqual((call.function.name, type(arguments)), ("get_time", dict))

    def test_one_call_where_several_are_not_wanted(self):
        asked = {"tool_choice": "required", "n": 16, "temperature": 1.2, "seed": 2}
        several = [choice.message.tool_calls or [] for choice in self.chat(**asked).choices]
        self.assertGreater(max(map(len, several)), 1)
        for calls in several:
            self.assertEqual(len({call.id for call in calls}), len(calls))
        for choice in self.chat(parallel_tool_calls=False, **asked).choices:
            self.assertEqual(choice.finish_reason == "tool_calls", bool(choice.message.tool_calls))
            self.assertLessEqual(len(choice.message.tool_calls or []), 1)

    def test_openai_parses_into_pydantic(self):
        class GetWeather(pydantic.BaseModel):
            """The weather of a city"""
            city: str = pydantic.Field(max_length=12)
        tool = openai.pydantic_function_tool(GetWeather)
        done = self.openai.chat.completions.parse(model="smol", messages=ASK, max_tokens=120,
                                                  tools=[tool], tool_choice="required", temperature=0)
        for call in done.choices[0].message.tool_calls:
            self.assertIsInstance(call.function.parsed_arguments, GetWeather)

    def test_a_syntax_can_be_forced(self):
        for syntax in ("hermes", "llama3", "mistral", "mistral-tekken", "mistral-args"):
            done = self.chat(extra_body={"tool_syntax": syntax})
            self.assertEqual(done.model_extra["ashlar"]["tools"]["syntax"], syntax)
            check(json.loads(done.choices[0].message.tool_calls[0].function.arguments))

    def test_a_response_has_calls_as_items(self):
        done = self.respond()
        [call] = done.output
        self.assertEqual((call.type, call.name, call.status), ("function_call", "get_weather",
                                                               "completed"))
        check(json.loads(call.arguments))
        self.assertEqual((done.tools[0].name, done.status), ("get_weather", "completed"))
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "mild"}
        sent = self.respond(input=[*ASK, call, result], tool_choice="none")
        chained = self.respond(previous_response_id=done.id, input=[result], tool_choice="none")
        self.assertEqual(sent.output_text, chained.output_text)
        self.assertEqual(sent.usage.input_tokens, chained.usage.input_tokens)

    def test_a_response_streams_a_call(self):
        events = list(self.respond(stream=True))
        self.assertEqual([e.sequence_number for e in events], list(range(len(events))))
        deltas = [e for e in events if e.type == "response.function_call_arguments.delta"]
        names = [e.type.removeprefix("response.") for e in events if e not in deltas]
        self.assertEqual(names, ["created", "in_progress", "output_item.added",
                                 "function_call_arguments.done", "output_item.done", "completed"])
        arguments = "".join(delta.delta for delta in deltas)
        check(json.loads(arguments))
        self.assertEqual(events[-1].response.output[0].arguments, arguments)
        self.assertEqual({delta.item_id for delta in deltas}, {events[-1].response.output[0].id})

    def test_a_message_has_calls_as_blocks(self):
        done = self.message()
        [block] = done.content
        self.assertEqual((block.type, block.name, done.stop_reason),
                         ("tool_use", "get_weather", "tool_use"))
        check(block.input)
        result = {"type": "tool_result", "tool_use_id": block.id, "is_error": True,
                  "content": [{"type": "text", "text": "no such city"}]}
        after = self.message(messages=[*ASK, {"role": "assistant", "content": done.content},
                                       {"role": "user", "content": [result]}],
                             tool_choice={"type": "none"})
        self.assertEqual(after.content[0].type, "text")
        count = self.anthropic.messages.count_tokens
        bare = count(model="smol", messages=ASK).input_tokens
        self.assertGreater(count(model="smol", messages=ASK, tools=BLOCK_TOOLS).input_tokens, bare)

    def test_a_message_streams_a_call(self):
        with self.anthropic.messages.stream(
                model="smol", messages=ASK, max_tokens=120, tools=BLOCK_TOOLS,
                tool_choice={"type": "any", "disable_parallel_tool_use": True}) as stream:
            kinds = [event.type for event in stream if event.type != "input_json"]
            [block] = stream.get_final_message().content
        check(block.input)
        self.assertEqual(kinds[:2] + kinds[-3:], ["message_start", "content_block_start",
                                                  "content_block_stop", "message_delta",
                                                  "message_stop"])

    def test_ollama_gives_whole_calls(self):
        options = {"temperature": 0, "num_predict": 120}
        asked = {"model": "smol", "messages": ASK, "options": options, "tools": CHAT_TOOLS[:1]}
        status, _, body = self.server.post("/api/chat", {**asked, "tool_choice": NAMED,
                                                         "stream": False})
        self.assertEqual((status, body["done_reason"]), (200, "stop"))
        for call in body["message"]["tool_calls"]:
            check(call["function"]["arguments"])
        told = [{"role": "assistant", "tool_calls": body["message"]["tool_calls"][:1]},
                {"role": "tool", "tool_name": "get_weather", "content": "mild"}]
        pieces = list(self.ollama.chat(stream=True, **{**asked, "messages": [*ASK, *told, *ASK]}))
        self.assertTrue(pieces[-1].done)
        for piece in pieces:
            for call in piece.message.tool_calls or []:
                check(dict(call.function.arguments))

    def test_text_may_come_first(self):
        prose = self.chat(messages=[{"role": "user", "content": "Say hello."}], tool_choice="auto",
                          max_tokens=8).choices[0]
        self.assertIsNone(prose.message.tool_calls)
        self.assertTrue(prose.message.content)

    def test_what_is_wrong_is_pointed_at(self):
        def refused(param, call, error=openai.BadRequestError, **fields):
            with self.assertRaises(error) as raised:
                call(**fields)
            message = raised.exception.body
            found = message.get("param") or message["error"]["message"]
            self.assertIn(param, found, fields)
        bad = [{"type": "function", "function": {"name": "f", "parameters": {
            "type": "object", "properties": {"a": {"type": "string", "format": "idn-hostname"}}}}}]
        refused("tools[0].function.parameters.properties.a.format", self.chat, tools=bad,
                tool_choice="auto")
        refused("tools[0].function.name", self.chat, tools=[{"type": "function", "function": {}}])
        refused("tool_choice", self.chat, tool_choice="get_cat")
        refused("tool_syntax", self.chat, extra_body={"tool_syntax": "morse"})
        refused("tools", self.chat, response_format={"type": "json_object"})
        refused("messages[1].tool_calls[0].function.arguments", self.chat, messages=[*ASK, {
            "role": "assistant", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{"}}]}])
        refused("tools[0].name", self.respond, tools=[{"type": "function", "name": "a b"}])
        refused("input[0].arguments", self.respond, input=[
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "1"}])
        refused("tools.0.input_schema", self.message, anthropic.BadRequestError,
                tools=[{"name": "f", "input_schema": []}])
        refused("messages.1.content.0.input", self.message, anthropic.BadRequestError,
                messages=[*ASK, {"role": "assistant", "content": [
                    {"type": "tool_use", "id": "a", "name": "f"}]}])


if __name__ == "__main__":
    unittest.main()
