"""anthropic, as it comes from PyPI, against `ashlar serve`: messages, streams, token counts."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server

import anthropic

HELLO = [{"role": "user", "content": "What is the capital of France?"}]
GREEDY = {"temperature": 0, "max_tokens": 12}
SAMPLING = ("temperature", "top_p", "top_k", "seed")
LONG = "All work and no play makes Jack a dull boy. " * 20


class Anthropic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol", "--max-model-len", "2048")
        cls.client = anthropic.Anthropic(base_url=cls.server.url, api_key="none", max_retries=0)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def message(self, **fields):
        """The client's own parameters by name; what it no longer names goes into the body."""
        fields = {"model": "smol", "messages": HELLO, **GREEDY, **fields}
        body = fields.pop("extra_body", {})
        sampling = {name: fields.pop(name) for name in SAMPLING if name in fields}
        return self.client.messages.create(**fields, extra_body={**sampling, **body})

    def text(self, **fields):
        block, = self.message(**fields).content
        self.assertEqual(block.type, "text")
        return block.text

    def events(self, body):
        """[(name, data)] of a stream, as the wire has them."""
        body = {"model": "smol", "messages": HELLO, **GREEDY, "stream": True, **body}
        status, headers, text = self.server.post("/v1/messages", body)
        self.assertEqual((status, headers["content-type"]),
                         (200, "text/event-stream; charset=utf-8"), text)
        events = []
        for piece in text.split("\n\n"):
            if not piece or piece.startswith(":"):
                continue
            name, data = piece.split("\n")
            self.assertTrue(name.startswith("event: ") and data.startswith("data: "), piece)
            events.append((name[7:], json.loads(data[6:])))
            self.assertEqual(events[-1][0], events[-1][1]["type"])
        return events

    def refused(self, field, call=None, error=anthropic.BadRequestError, **fields):
        with self.assertRaises(error) as raised:
            (call or self.message)(**fields)
        body = raised.exception.body
        self.assertEqual(body["type"], "error")
        self.assertTrue(body["error"]["message"].startswith(field + ":"), body)
        self.assertEqual(raised.exception.request_id, body["request_id"])
        return body["error"]

    def test_a_message_is_what_generate_gives(self):
        answer = self.message()
        done = verb.run("generate", "-m", verb.MODEL, "--jsonl",
                        stdin=verb.jsonl([{"messages": HELLO, **GREEDY}]))
        line, = verb.lines_of(done)
        self.assertEqual([(b.type, b.text) for b in answer.content], [("text", line["text"])])
        self.assertEqual((answer.role, answer.type, answer.model, answer.stop_sequence),
                         ("assistant", "message", "smol", None))
        usage = answer.usage
        self.assertEqual(usage.input_tokens + usage.cache_read_input_tokens,
                         line["usage"]["prompt_tokens"])
        self.assertEqual(usage.output_tokens, line["usage"]["completion_tokens"])
        self.assertTrue(answer.id.startswith("msg_"))
        self.assertTrue(answer._request_id.startswith("req_"))
        self.assertEqual(answer.model_extra["ashlar"]["sampler"]["temperature"], 0)

    def test_a_stream_is_the_whole_in_pieces(self):
        fields = {"model": "smol", "messages": HELLO, "max_tokens": 20, "extra_body": {"seed": 7}}
        whole = self.client.messages.create(**fields)
        with self.client.messages.stream(**fields) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
        self.assertEqual(text, whole.content[0].text)
        self.assertEqual([block.text for block in final.content], [text])
        self.assertEqual((final.stop_reason, final.usage.output_tokens),
                         (whole.stop_reason, whole.usage.output_tokens))

    def test_the_order_of_a_stream(self):
        self.message(messages=[{"role": "user", "content": LONG}], max_tokens=1)
        events = self.events({"messages": [{"role": "user", "content": LONG}]})
        names = [name for name, _ in events]
        deltas = [n for n in names if n == "content_block_delta"]
        self.assertEqual(names, ["message_start", "content_block_start", "ping", *deltas,
                                 "content_block_stop", "message_delta", "message_stop"])
        start, end = events[0][1]["message"], events[-2][1]
        self.assertEqual((start["content"], start["stop_reason"]), ([], None))
        self.assertGreater(start["usage"]["cache_read_input_tokens"], 100)
        self.assertEqual({**start["usage"], "output_tokens": GREEDY["max_tokens"]}, end["usage"])
        self.assertEqual(end["delta"], {"stop_reason": "max_tokens", "stop_sequence": None})
        self.assertEqual(end["ashlar"]["unknown_fields"], [])
        self.assertEqual(events[1][1]["content_block"], {"type": "text", "text": ""})

    def test_stop_reasons(self):
        full = self.text()
        word = full.split()[2]
        cut = self.message(stop_sequences=["nowhere", word])
        self.assertEqual((cut.content[0].text, cut.stop_reason, cut.stop_sequence),
                         (full.split(word)[0], "stop_sequence", word))
        streamed = self.events({"stop_sequences": ["nowhere", word]})[-2][1]["delta"]
        self.assertEqual(streamed, {"stop_reason": "stop_sequence", "stop_sequence": word})
        ended = self.message(messages=[{"role": "user", "content": "Say hi."}], max_tokens=200)
        self.assertEqual((ended.stop_reason, ended.stop_sequence), ("end_turn", None))
        self.assertEqual(self.message().stop_reason, "max_tokens")
        nothing = self.message(max_tokens=0)
        self.assertEqual((nothing.stop_reason, nothing.usage.output_tokens), ("max_tokens", 0))

    def test_the_context_may_end_first(self):
        words = [{"role": "user", "content": "word " * 2000}]
        room = 2048 - self.client.messages.count_tokens(model="smol", messages=words).input_tokens
        answer = self.message(messages=words, max_tokens=1000)
        self.assertEqual((answer.stop_reason, answer.usage.output_tokens),
                         ("model_context_window_exceeded", room))

    def test_blocks_and_system(self):
        one = self.text(system="Answer in French.")
        blocks = [{"type": "text", "text": "What is the capital "},
                  {"type": "text", "text": "of France?", "cache_control": {"type": "ephemeral"}}]
        two = self.text(system=[{"type": "text", "text": "Answer in French."}],
                        messages=[{"role": "user", "content": blocks}])
        self.assertEqual(one, two)
        self.assertNotEqual(one, self.text())
        chat = self.server.post("/v1/chat/completions", {"model": "smol", **GREEDY, "messages": [
            {"role": "system", "content": "Answer in French."}, *HELLO]})[2]
        self.assertEqual(one, chat["choices"][0]["message"]["content"])

    def test_turns_of_one_role_are_one(self):
        parts = self.message(messages=[{"role": "user", "content": "One."},
                                       {"role": "user", "content": "Two."}])
        whole = self.message(messages=[{"role": "user", "content": "One.\n\nTwo."}])
        self.assertEqual(parts.content, whole.content)

    def test_the_assistants_last_message_is_gone_on_from(self):
        full = self.text(max_tokens=16)
        words = full.split(" ")
        start = " ".join(words[:4])
        self.assertTrue(full.startswith(start))
        rest = self.text(messages=[*HELLO, {"role": "assistant", "content": start}])
        self.assertTrue((start + rest).startswith(full[:len(start) + 8]), (full, start, rest))
        self.refused("messages", messages=[*HELLO, {"role": "assistant", "content": "The "}])
        self.refused("messages", messages=[{"role": "assistant", "content": "The"}])

    def test_a_repeated_prompt_is_read_from_the_cache(self):
        ask = [{"role": "user", "content": [{"type": "text", "text": LONG + "Why?",
                                             "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}]
        first, second = self.message(messages=ask), self.message(messages=ask)
        count = self.client.messages.count_tokens(model="smol", messages=ask).input_tokens
        for answer in (first, second):
            usage = answer.usage
            self.assertEqual(usage.input_tokens + usage.cache_read_input_tokens
                             + usage.cache_creation_input_tokens, count)
        self.assertGreater(second.usage.cache_read_input_tokens, 100)
        self.assertEqual(second.model_extra["ashlar"]["ignored_fields"], ["cache_control.ttl"])
        self.assertEqual(first.content, second.content)

    def test_cache_control_says_what_is_to_be_kept(self):
        def usage(**fields):
            told = self.message(max_tokens=1, **fields).usage
            return (told.input_tokens, told.cache_creation_input_tokens,
                    told.cache_read_input_tokens)
        system = [{"type": "text", "text": "Answer shortly. " * 60,
                   "cache_control": {"type": "ephemeral"}}]
        ask = [{"role": "user", "content": "What is slate?"}]
        kept = self.client.messages.count_tokens(model="smol", system=system, messages=ask)
        unmarked, creation, read = usage(system=system, messages=ask)
        self.assertEqual(unmarked + creation + read, kept.input_tokens)
        self.assertTrue(5 <= unmarked < 20 and creation > 100, (unmarked, creation, read))
        again = usage(system=system, messages=[{"role": "user", "content": "And what is marble?"}])
        self.assertLess(again[1], 64, "the cache keeps whole blocks")
        self.assertGreater(again[2], 100)
        self.assertEqual(usage(messages=ask)[1], 0)

    def test_counts_tokens(self):
        count = self.client.messages.count_tokens(model="smol", messages=HELLO).input_tokens
        usage = self.message().usage
        self.assertEqual(count, usage.input_tokens + usage.cache_read_input_tokens)
        more = self.client.messages.count_tokens(
            model="smol", messages=[*HELLO, {"role": "assistant", "content": "The"}])
        self.assertEqual(more.input_tokens, count + 1)
        status, _, body = self.server.post("/v1/messages/count_tokens", {
            "model": "smol", "messages": HELLO, "max_tokens": 5})
        self.assertEqual((status, body), (200, {"input_tokens": count}))

    def test_what_is_refused_is_named(self):
        picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                               "data": ""}}
        def content(*blocks):
            return {"messages": [{"role": "user", "content": list(blocks)}]}
        text = {"type": "text", "text": "a"}
        self.refused("messages.0.content.1", **content(text, picture))
        self.refused("messages.0.content.0.is_error", **content(
            {"type": "tool_result", "tool_use_id": "t", "is_error": 1}))
        self.refused("messages.0.content.0", **content({"type": "cat"}))
        self.refused("messages.0.content.0.text", **content({"type": "text"}))
        self.refused("messages.0.content.0.cache_control",
                     **content({**text, "cache_control": {"type": "forever"}}))
        self.refused("messages.1.role", messages=[*HELLO, {"role": "cat", "content": "x"}])
        self.refused("system.0", system=[picture])
        self.refused("tools.0.type", tools=[{"type": "web_search_20250305", "name": "web_search"}])
        self.refused("tool_choice", tool_choice={"type": "any"})
        self.refused("thinking", thinking={"type": "enabled", "budget_tokens": 1024})
        self.refused("temperature", temperature=1.5)
        self.refused("top_p", top_p=2)
        self.refused("stop_sequences.1", stop_sequences=["a", ""])
        self.refused("model", error=anthropic.NotFoundError, model="claude")
        self.refused("model", call=self.client.messages.count_tokens, messages=HELLO,
                     error=anthropic.NotFoundError, model="claude")
        self.assertIsNotNone(self.message(tools=[], thinking={"type": "disabled"}))
        long = self.server.post("/v1/messages", {"model": "smol", "max_tokens": 1, "messages": [
            {"role": "user", "content": "word " * 5000}]})
        self.assertEqual((long[0], long[2]["error"]["type"]), (400, "invalid_request_error"))
        self.assertRegex(long[2]["error"]["message"], r"\d{4,} tokens.*2048")

    def test_says_what_it_made_of_the_fields(self):
        told = self.message(metadata={"user_id": "me"}, service_tier="auto",
                            extra_body={"strange": 1}).model_extra["ashlar"]
        self.assertEqual((told["ignored_fields"], told["unknown_fields"]),
                         (["metadata", "service_tier"], ["strange"]))

    def test_bad_bodies_are_never_a_500(self):
        good = {"model": "smol", "messages": HELLO, "max_tokens": 1}
        odd = [None, 1, -1, 1e99, "x", [], {}, [None], [[]], {"type": 1}, True]
        bodies = [b"", b"{", b"[]", b"\xff", b"null", b"{}", "[" * 5000, b'{"model":"smol"}']
        bodies += [json.dumps({**good, field: value}) for value in odd for field in
                   ("model", "messages", "max_tokens", "system", "stop_sequences", "temperature",
                    "top_k", "stream", "tools", "thinking", "cache_control", "strict")]
        bodies += [json.dumps({**good, "messages": [message]}) for value in odd for message in
                   (value, {"role": value}, {"role": "user", "content": value},
                    {"role": value, "content": "x"}, {"role": "user", "content": [value]},
                    {"role": "user", "content": [{"type": "text", "text": value}]},
                    {"role": "user", "content": [{"type": value, "text": "x"}]})]
        bodies += [json.dumps({k: v for k, v in good.items() if k != left}) for left in good]
        for body in bodies:
            status, headers, answer = self.server.post("/v1/messages", body)
            self.assertIn(status, (200, 400, 404), (body, answer))
            if status != 200:
                self.assertEqual((answer["type"], answer["request_id"]),
                                 ("error", headers["request-id"]))
                self.assertTrue(answer["error"]["message"], body)
            counted = self.server.post("/v1/messages/count_tokens", body)
            self.assertIn(counted[0], (200, 400, 404), (body, counted))
        self.assertEqual(self.server.get("/v1/messages")[0], 405)


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
