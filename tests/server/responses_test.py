"""openai-python, as it comes from PyPI, against `ashlar serve`: responses, streamed, stored, continued,
in the background, and after kill -9."""
import json
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server

import openai
from openai.types.responses import Response

GREEDY = {"model": "smol", "temperature": 0, "max_output_tokens": 12}
QUESTION = "What is the capital of France?"
LOGPROBS = "message.output_text.logprobs"


def client_of(server):
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


def message(role, text):
    return {"role": role, "content": text}


class ResponsesTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol", "--max-model-len", "2048")
        cls.client = client_of(cls.server)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def create(self, **fields):
        return self.client.responses.create(**{"input": QUESTION, **GREEDY, **fields})

    def chat(self, *messages, **fields):
        answer = self.client.chat.completions.create(
            **{"model": "smol", "temperature": 0, "max_tokens": 12, "messages": messages, **fields})
        return answer.choices[0].message.content

    def wait_for(self, response):
        end = time.monotonic() + 60
        while response.status == "in_progress":
            self.assertLess(time.monotonic(), end, response)
            time.sleep(0.02)
            response = self.client.responses.retrieve(response.id)
        return response

    def tokens(self, **fields):
        return self.client.responses.input_tokens.count(model="smol", **fields).input_tokens


class Whole(ResponsesTest):
    def test_is_what_a_chat_answers(self):
        response = self.create()
        self.assertEqual(response.output_text, self.chat(message("user", QUESTION)))
        self.assertEqual((response.status, response.incomplete_details.reason),
                         ("incomplete", "max_output_tokens"))
        item, = response.output
        self.assertEqual((item.type, item.role, item.status), ("message", "assistant", "incomplete"))
        usage = response.usage
        self.assertEqual(usage.output_tokens, 12)
        self.assertEqual(usage.total_tokens, usage.input_tokens + usage.output_tokens)
        self.assertEqual(usage.input_tokens, self.tokens(input=QUESTION))

    def test_ends_by_itself(self):
        response = self.create(input="Say hi.", extra_body={"stop": ["!", ".", ","]},
                               max_output_tokens=200)
        self.assertEqual((response.status, response.error, response.incomplete_details),
                         ("completed", None, None))
        self.assertEqual(response.output[0].status, "completed")
        self.assertGreaterEqual(response.completed_at, response.created_at)

    def test_has_every_field_of_the_official_type(self):
        status, _, body = self.server.post("/v1/responses", {"input": "Hi", **GREEDY})
        self.assertEqual(status, 200)
        self.assertEqual(set(Response.model_fields) - set(body), set())
        Response.model_validate({key: body[key] for key in Response.model_fields}, strict=False)

    def test_repeats_what_was_asked(self):
        response = self.create(metadata={"a": "b"}, user="me", instructions="Be brief.", top_p=0.5,
                               safety_identifier="s", prompt_cache_key="k", truncation="auto")
        self.assertEqual((response.metadata, response.user, response.instructions, response.top_p),
                         ({"a": "b"}, "me", "Be brief.", 0.5))
        self.assertEqual((response.safety_identifier, response.prompt_cache_key,
                          response.truncation), ("s", "k", "auto"))
        self.assertEqual(sorted(response.model_extra["ashlar"]["ignored_fields"]),
                         ["prompt_cache_key", "safety_identifier", "user"])
        self.assertEqual(self.client.responses.retrieve(response.id), response)

    def test_items_of_every_form(self):
        turns = [message("system", "Be brief."), message("user", "Hello"),
                 message("assistant", "Hi!"), message("user", QUESTION)]
        expected = self.chat(*turns)
        self.assertEqual(self.create(input=turns).output_text, expected)
        parts = [{"type": "message", "role": "developer",
                  "content": [{"type": "input_text", "text": "Be "},
                              {"type": "input_text", "text": "brief."}]},
                 turns[1],
                 {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed",
                  "content": [{"type": "output_text", "text": "Hi!", "annotations": []}]},
                 turns[3]]
        self.assertEqual(self.create(input=parts).output_text, expected)
        self.assertEqual(self.create(instructions="Be brief.", input=turns[1:]).output_text,
                         expected)
        # An answer goes back in as it came.
        first = self.create()
        sent = [message("user", QUESTION), *first.output, message("user", "And Spain?")]
        self.assertEqual(self.create(input=sent).output_text,
                         self.chat(message("user", QUESTION),
                                   message("assistant", first.output_text),
                                   message("user", "And Spain?")))

    def test_logprobs(self):
        response = self.create(include=[LOGPROBS], top_logprobs=2)
        logprobs = response.output[0].content[0].logprobs
        self.assertEqual(len(logprobs), 12)
        spelled = b"".join(bytes(token.bytes) for token in logprobs).decode()
        self.assertTrue(spelled.startswith(response.output_text))
        for token in logprobs:
            self.assertEqual(len(token.top_logprobs), 2)
            self.assertEqual(token.logprob, token.top_logprobs[0].logprob)
        self.assertEqual(self.create(include=[LOGPROBS]).output[0].content[0].logprobs[0]
                         .top_logprobs, [])
        self.assertEqual(self.create().output[0].content[0].logprobs, [])


class Stream(ResponsesTest):
    def events(self, **fields):
        with self.create(stream=True, **fields) as stream:
            return list(stream)

    def test_the_order_of_events(self):
        events = self.events(metadata={"k": "v"})
        self.assertEqual([event.sequence_number for event in events], list(range(len(events))))
        kinds = [event.type for event in events]
        deltas = kinds.count("response.output_text.delta")
        self.assertGreater(deltas, 4)
        self.assertEqual(kinds, ["response.created", "response.in_progress",
                                 "response.output_item.added", "response.content_part.added",
                                 *["response.output_text.delta"] * deltas,
                                 "response.output_text.done", "response.content_part.done",
                                 "response.output_item.done", "response.incomplete"])
        created, progress, item, part = events[:4]
        self.assertEqual((created.response.status, created.response.output), ("in_progress", []))
        self.assertEqual(progress.response, created.response)
        self.assertEqual((item.item.status, item.item.content), ("in_progress", []))
        self.assertEqual(part.part.text, "")
        text = "".join(e.delta for e in events if e.type.endswith("text.delta"))
        final = events[-1].response
        self.assertEqual((final.output_text, events[-4].text, events[-3].part.text), (text,) * 3)
        self.assertEqual(events[-2].item, final.output[0])
        self.assertEqual({e.item_id for e in events if hasattr(e, "item_id")},
                         {final.output[0].id})
        self.assertEqual(created.response.id, final.id)
        self.assertEqual(self.client.responses.retrieve(final.id), final)

    def test_is_the_whole_in_pieces(self):
        fields = {"temperature": 1, "max_output_tokens": 30, "include": [LOGPROBS],
                  "top_logprobs": 2, "extra_body": {"seed": 3}}
        whole, events = self.create(**fields), self.events(**fields)
        self.assertEqual(events[-1].response.output_text, whole.output_text)
        part = whole.output[0].content[0]
        self.assertEqual(events[-1].response.output[0].content[0], part)
        logprobs = [token.to_dict() for e in events if e.type.endswith("text.delta")
                    for token in e.logprobs]
        self.assertEqual(logprobs, [token.to_dict() for token in part.logprobs])

    def test_the_helper_of_the_client(self):
        with self.client.responses.stream(input=QUESTION, **GREEDY) as stream:
            text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
        self.assertEqual(text, self.create().output_text)

    def test_events_are_named(self):
        status, headers, text = self.server.post("/v1/responses",
                                                 {"input": "Hi", "stream": True, **GREEDY})
        self.assertEqual(status, 200)
        self.assertTrue(headers["content-type"].startswith("text/event-stream"))
        for block in text.strip().split("\n\n"):
            if block == ":":
                continue
            event, data = block.split("\n")
            self.assertEqual(event.removeprefix("event: "),
                             json.loads(data.removeprefix("data: "))["type"])

    def test_an_error_before_the_first_event_is_an_answer(self):
        with self.assertRaises(openai.BadRequestError):
            self.events(input="word " * 5000)


class Stored(ResponsesTest):
    def test_continues(self):
        first = self.create(instructions="Be brief.")
        second = self.create(input="And Spain?", previous_response_id=first.id)
        self.assertEqual(second.previous_response_id, first.id)
        # Instructions aren't carried over.
        history = [message("user", QUESTION), message("assistant", first.output_text)]
        self.assertEqual(second.output_text, self.chat(*history, message("user", "And Spain?")))
        third = self.create(input="And Italy?", previous_response_id=second.id, store=False)
        self.assertEqual(third.output_text,
                         self.chat(*history, message("user", "And Spain?"),
                                   message("assistant", second.output_text),
                                   message("user", "And Italy?")))
        self.assertEqual(third.usage.input_tokens,
                         self.tokens(input="And Italy?", previous_response_id=second.id))
        # The same answer again, from any place of the conversation.
        again = self.create(input="And Spain?", previous_response_id=first.id)
        self.assertEqual(again.output_text, second.output_text)

    def test_a_chain_with_a_hole(self):
        first = self.create()
        second = self.create(previous_response_id=first.id)
        self.client.responses.delete(first.id)
        with self.assertRaises(openai.NotFoundError) as raised:
            self.create(previous_response_id=second.id)
        self.assertIn(first.id, raised.exception.body["message"])
        self.assertEqual(raised.exception.body["param"], "previous_response_id")

    def test_unknown_ids(self):
        responses = self.client.responses
        for call in (responses.retrieve, responses.delete, responses.cancel,
                     responses.input_items.list):
            with self.assertRaises(openai.NotFoundError):
                call("resp_none")
        with self.assertRaises(openai.NotFoundError) as raised:
            self.create(previous_response_id="resp_none")
        self.assertIn("resp_none", raised.exception.body["message"])
        unstored = self.create(store=False)
        with self.assertRaises(openai.NotFoundError):
            responses.retrieve(unstored.id)

    def test_an_id_is_never_a_path(self):
        for evil in ("..%2f..%2fetc%2fpasswd", "%2e%2e", "resp_%25", "a%2fb", "'%20OR%201=1%20--",
                     "../../etc/passwd", "x" * 5000):
            self.assertEqual(self.server.get("/v1/responses/" + evil)[0], 404, evil)
            self.assertEqual(self.server.request("DELETE", "/v1/responses/" + evil)[0], 404, evil)
        self.assertEqual(self.server.get("/v1/responses/%00")[0], 400)

    def test_delete(self):
        response = self.create()
        self.client.responses.delete(response.id)
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve(response.id)
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.delete(response.id)

    def test_input_items_in_pages(self):
        turns = [message("user" if i % 2 == 0 else "assistant", f"turn {i}") for i in range(7)]
        response = self.create(input=turns)
        pages = self.client.responses.input_items
        texts = lambda page: [item.content[0].text for item in page]
        expected = [f"turn {i}" for i in range(7)]
        self.assertEqual(texts(pages.list(response.id, order="asc")), expected)
        self.assertEqual(texts(pages.list(response.id)), expected[::-1])
        first = pages.list(response.id, order="asc", limit=3)
        self.assertEqual((texts(first.data), first.has_more), (expected[:3], True))
        rest = pages.list(response.id, order="asc", limit=4, after=first.last_id)
        self.assertEqual((texts(rest.data), rest.has_more), (expected[3:], False))
        self.assertEqual(texts(pages.list(response.id, order="asc", limit=2)), expected)  # all pages
        self.assertEqual([item.content[0].type for item in rest.data],
                         ["output_text", "input_text"] * 2)
        path = f"/v1/responses/{response.id}/input_items?"
        for query, param in (("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"),
                             ("order=up", "order"), ("color=red", "color")):
            status, _, body = self.server.get(path + query)
            self.assertEqual((status, body["error"]["param"]), (400, param))
        self.assertEqual(self.server.get(path + "after=msg_none")[0], 404)

    def test_no_stream_of_a_stored_one(self):
        response = self.create()
        with self.assertRaises(openai.BadRequestError) as raised:
            self.client.responses.retrieve(response.id, stream=True)
        self.assertEqual(raised.exception.body["param"], "stream")


class Truncation(ResponsesTest):
    LONG = [message("user", f"{i}: " + "word " * 300) for i in range(12)]

    def test_disabled_names_both_counts(self):
        count = self.tokens(input=self.LONG)
        with self.assertRaises(openai.BadRequestError) as raised:
            self.create(input=self.LONG)
        body = raised.exception.body
        self.assertEqual((body["param"], body["code"]), ("input", "context_length_exceeded"))
        self.assertRegex(body["message"], rf"\b{count} tokens.*\b\d{{4}}\b")

    def test_auto_leaves_out_the_oldest_and_says_so(self):
        response = self.create(input=self.LONG, truncation="auto", instructions="Be brief.")
        told = response.model_extra["ashlar"]["truncation"]
        dropped = told["dropped_items"]
        self.assertGreater(dropped, 0)
        self.assertEqual(told["whole_input_tokens"],
                         self.tokens(input=self.LONG, instructions="Be brief."))
        self.assertEqual(response.usage.input_tokens,
                         self.tokens(input=self.LONG[dropped:], instructions="Be brief."))
        less = self.tokens(input=self.LONG[dropped - 1:], instructions="Be brief.")
        self.assertGreater(less + GREEDY["max_output_tokens"], 2048)
        fits = self.create(truncation="auto").model_extra["ashlar"]["truncation"]
        self.assertEqual(fits["dropped_items"], 0)
        with self.assertRaises(openai.BadRequestError):
            self.create(input=[message("user", "hi"), message("user", "word " * 5000)], truncation="auto")


class Background(ResponsesTest):
    def test_runs_on_and_is_polled(self):
        begun = self.create(background=True)
        self.assertEqual((begun.status, begun.background, begun.output), ("in_progress", True, []))
        done = self.wait_for(begun)
        self.assertEqual((done.status, done.output_text), ("incomplete", self.create().output_text))
        with self.assertRaises(openai.BadRequestError):
            self.client.responses.cancel(done.id)
        self.assertEqual(self.create(input="x", previous_response_id=done.id).previous_response_id,
                         done.id)

    def test_cancel(self):
        begun = self.create(background=True, max_output_tokens=1500)
        with self.assertRaises(openai.BadRequestError):
            self.create(previous_response_id=begun.id)  # still in progress
        for _ in range(2):
            self.assertEqual(self.client.responses.cancel(begun.id).status, "cancelled")
        time.sleep(0.3)  # the end of the work changes nothing
        self.assertEqual(self.client.responses.retrieve(begun.id).status, "cancelled")

    def test_delete_ends_it(self):
        begun = self.create(background=True, max_output_tokens=1500)
        self.client.responses.delete(begun.id)
        time.sleep(0.3)
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve(begun.id)

    def test_only_a_background_one_can_be_cancelled(self):
        with self.assertRaises(openai.BadRequestError):
            self.client.responses.cancel(self.create().id)


class Faults(unittest.TestCase):
    """What isn't stored is never told to be whole, and what is broken is said."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # Of a file that grows too large the writer is told, not killed.
        self.server = Server(verb.MODEL, "--served-model-name", "smol", "--packed-weights", "off",
                             "--data-dir", folder.name, restore_signals=False)
        self.addCleanup(self.server.stop)
        self.client = client_of(self.server)
        self.addCleanup(self.client.close)

    def create(self, **fields):
        return self.client.responses.create(**{"input": QUESTION, **GREEDY, **fields})

    def refused(self, status, **fields):
        with self.assertRaises(openai.InternalServerError) as raised:
            self.create(**fields)
        self.assertEqual(raised.exception.status_code, status)
        self.assertIn("database", raised.exception.body["message"])

    def last_event(self):
        with self.create(stream=True) as stream:
            *_, last = stream
        return last

    def test_a_disk_that_takes_no_more(self):
        kept = self.create()
        largest = max(path.stat().st_size for path in self.folder.iterdir())
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (largest, unlimited))
        self.refused(500)
        self.refused(500, background=True)
        last = self.last_event()
        self.assertEqual((last.type, last.response.status, last.response.error.code),
                         ("response.failed", "failed", "server_error"))
        self.assertEqual(self.create(store=False).output_text, kept.output_text)
        self.assertEqual(self.client.responses.retrieve(kept.id), kept)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
        again = self.create()
        self.assertEqual(self.client.responses.retrieve(again.id), again)

    def test_another_writer_is_waited_for(self):
        other = sqlite3.connect(self.folder / "runs.db", isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        answers = []
        asker = threading.Thread(target=lambda: answers.append(self.create()))
        asker.start()
        time.sleep(1)
        self.assertEqual(answers, [])  # not stored, so not told
        other.execute("ROLLBACK")
        asker.join()
        self.assertEqual(self.client.responses.retrieve(answers[0].id), answers[0])
        other.execute("BEGIN IMMEDIATE")
        self.refused(503)
        self.assertEqual(self.last_event().type, "response.failed")
        other.execute("ROLLBACK")

    def test_a_client_that_leaves(self):
        with self.create(stream=True, max_output_tokens=1500) as stream:
            events = [event for event, _ in zip(stream, range(10))]
        id = events[0].response.id
        end = time.monotonic() + 20
        while True:
            try:
                found = self.client.responses.retrieve(id)
                break
            except openai.NotFoundError:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.02)
        self.assertEqual(found.status, "cancelled")
        read = "".join(event.delta for event in events if event.type.endswith("text.delta"))
        self.assertTrue(found.output_text.startswith(read))
        self.assertLess(found.usage.output_tokens, 1500)


class Keys(unittest.TestCase):
    """What is stored is of the key that asked; a batch's lines may do what its key may."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        data = ["--data-dir", folder.name]
        keys = {}
        for name, options in (("ann", []), ("bob", []), ("guest", ["--model", "other"])):
            done = verb.run("keys", "add", name, *data, *options)
            self.assertEqual(done.returncode, 0, done)
            keys[name] = done.stdout.strip()
        self.server = Server(verb.MODEL, "--served-model-name", "smol", *data)
        self.addCleanup(self.server.stop)
        self.clients = {name: openai.OpenAI(base_url=self.server.url + "/v1", api_key=key,
                                            max_retries=0) for name, key in keys.items()}
        for client in self.clients.values():
            self.addCleanup(client.close)

    def batch(self, name):
        client = self.clients[name]
        line = {"custom_id": "a", "method": "POST", "url": "/v1/responses",
                "body": {"input": "Hi", **GREEDY}}
        file = client.files.create(file=("in", json.dumps(line).encode()), purpose="batch").id
        batch = client.batches.create(input_file_id=file, endpoint="/v1/responses",
                                      completion_window="24h")
        while client.batches.retrieve(batch.id).status != "completed":
            time.sleep(0.02)
        return client.batches.retrieve(batch.id)

    def test_others_find_nothing(self):
        ann, bob = self.clients["ann"], self.clients["bob"]
        response = ann.responses.create(input="Hi", **GREEDY)
        batch = self.batch("ann")
        for call in (bob.responses.retrieve, bob.responses.delete, bob.responses.cancel,
                     bob.responses.input_items.list):
            with self.assertRaises(openai.NotFoundError):
                call(response.id)
        with self.assertRaises(openai.NotFoundError):
            bob.responses.create(input="x", previous_response_id=response.id, **GREEDY)
        for id in (batch.input_file_id, batch.output_file_id):
            for call in (bob.files.retrieve, bob.files.content, bob.files.delete):
                with self.assertRaises(openai.NotFoundError):
                    call(id)
        with self.assertRaises(openai.NotFoundError):
            bob.batches.create(input_file_id=batch.input_file_id, endpoint="/v1/responses",
                               completion_window="24h")
        for call in (bob.batches.retrieve, bob.batches.cancel):
            with self.assertRaises(openai.NotFoundError):
                call(batch.id)
        self.assertEqual((bob.files.list().data, bob.batches.list().data), ([], []))
        self.assertEqual(len(ann.files.list().data), 2)
        answer = json.loads(ann.files.content(batch.output_file_id).text)["response"]["body"]
        self.assertEqual(ann.responses.retrieve(answer["id"]).id, answer["id"])
        with self.assertRaises(openai.NotFoundError):
            bob.responses.retrieve(answer["id"])

    def test_a_batch_is_no_way_round_a_keys_models(self):
        batch = self.batch("guest")
        error = json.loads(self.clients["guest"].files.content(batch.error_file_id).text)
        self.assertEqual(error["response"]["status_code"], 403)


class Refusals(ResponsesTest):
    def refused(self, param, **fields):
        status, _, body = self.server.post("/v1/responses", {"input": "Hi", **GREEDY, **fields})
        self.assertEqual(status, 400, (fields, body))
        self.assertEqual(list(body["error"]), ["message", "type", "param", "code"])
        self.assertEqual(body["error"]["param"], param, body)
        return body["error"]["message"]

    def test_what_is_not_supported_is_named(self):
        self.refused("tools[0].type", tools=[{"type": "web_search"}])
        self.refused("tool_choice", tool_choice="required")
        self.refused("text.format.type", text={"format": {"type": "xml"}})
        self.refused("text.format.schema", text={"format": {"type": "json_schema", "name": "x"}})
        self.refused("text.verbosity", text={"verbosity": "low"})
        self.refused("reasoning", reasoning={"effort": "high"})
        self.refused("conversation", conversation="conv_1")
        self.refused("prompt", prompt={"id": "p"})
        self.refused("stream", background=True, stream=True)
        self.refused("store", background=True, store=False)
        self.refused("input[1].content[1].type", input=[
            message("user", "a"),
            {"role": "user", "content": [{"type": "input_text", "text": "a"},
                                         {"type": "input_image", "image_url": "data:"}]}])
        self.refused("input[0].content[0].type", input=[
            {"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}])
        self.refused("input[0].type", input=[{"type": "item_reference", "id": "msg_1"}])
        self.refused("input[0].call_id", input=[{"type": "function_call_output", "output": "x"}])
        self.refused("strange", strange=1, strict=True)
        fine = self.create(tools=[], tool_choice="none", text={"format": {"type": "text"}},
                           reasoning=None, extra_body={"strange": 1})
        self.assertEqual(fine.model_extra["ashlar"]["unknown_fields"], ["strange"])

    def test_wrong_values(self):
        for fields, param in (
                ({"input": None}, "input"), ({"input": 5}, "input"), ({"input": []}, "input"),
                ({"input": {}}, "input"), ({"input": [5]}, "input[0]"),
                ({"input": [{}]}, "input[0].role"), ({"input": [{"role": 5}]}, "input[0].role"),
                ({"input": [message("cat", "x")]}, "input[0].role"),
                ({"input": [message("user", 5)]}, "input[0].content"),
                ({"input": [message("user", [5])]}, "input[0].content[0]"),
                ({"input": [message("user", [{}])]}, "input[0].content[0].type"),
                ({"input": [message("user", [{"type": "input_text", "text": 5}])]},
                 "input[0].content[0].text"),
                ({"input": [{"role": "user", "content": "x", "color": 1}]}, "input[0].color"),
                ({"input": [{"role": "user", "content": "x", "id": 5}]}, "input[0].id"),
                ({"instructions": 5}, "instructions"), ({"store": "yes"}, "store"),
                ({"stream": 1}, "stream"), ({"background": "x"}, "background"),
                ({"temperature": "hot"}, "temperature"), ({"temperature": -1}, "temperature"),
                ({"top_p": 2}, "top_p"), ({"max_output_tokens": -1}, "max_output_tokens"),
                ({"max_output_tokens": 1.5}, "max_output_tokens"),
                ({"top_logprobs": 2}, "top_logprobs"),
                ({"top_logprobs": 21, "include": [LOGPROBS]}, "top_logprobs"),
                ({"include": "x"}, "include[0]"), ({"include": 5}, "include"),
                ({"include": [5]}, "include"), ({"truncation": "x"}, "truncation"),
                ({"truncation": 5}, "truncation"), ({"metadata": []}, "metadata"),
                ({"metadata": {"a": 5}}, "metadata.a"),
                ({"metadata": {"a": "x" * 513}}, "metadata.a"),
                ({"metadata": {str(i): "" for i in range(17)}}, "metadata"),
                ({"previous_response_id": 5}, "previous_response_id"),
                ({"text": "x"}, "text"), ({"text": {"format": 5}}, "text.format"),
                ({"model": 5}, "model"), ({"stream_options": 5}, "stream_options")):
            with self.subTest(**fields):
                self.refused(param, **fields)

    def test_bodies_that_are_no_object(self):
        for body in (b"", b"[]", b"5", b"{", b"null", b'{"input": "\xff"}', b"[" * 5000):
            for path in ("/v1/responses", "/v1/responses/input_tokens"):
                status, _, answer = self.server.post(path, body)
                self.assertEqual((status, answer["error"]["type"]),
                                 (400, "invalid_request_error"), body)

    def test_other_methods(self):
        for method, path in (("PUT", "/v1/responses"), ("POST", "/v1/responses/x/input_items"),
                             ("GET", "/v1/responses")):
            self.assertEqual(self.server.request(method, path)[0], 405, path)
        self.assertEqual(self.server.get("/v1/responses/a/b/cancel")[0], 404)

    def test_an_unknown_model(self):
        with self.assertRaises(openai.NotFoundError):
            self.create(model="gpt-9")


class Killed(unittest.TestCase):
    """kill -9 at random moments: every response that a client was told is whole is there after it."""
    ROUNDS = 8

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.arguments = (verb.MODEL, "--served-model-name", "smol", "--data-dir", folder.name)
        self.told = {}  # id → the response object as it was told
        self.begun = set()  # in the background

    def send(self, client, seed):
        kinds = random.Random(seed)
        while True:
            fields = {"input": f"Say {kinds.random()}", **GREEDY,
                      "max_output_tokens": kinds.randint(1, 6)}
            kind = kinds.choice(("whole", "stream", "background"))
            try:
                if kind == "background":
                    self.begun.add(client.responses.create(**fields, background=True).id)
                elif kind == "whole":
                    response = client.responses.create(**fields)
                    self.told[response.id] = response
                else:
                    for event in client.responses.create(**fields, stream=True):
                        if event.type in ("response.completed", "response.incomplete"):
                            self.told[event.response.id] = event.response
            except (openai.APIConnectionError, OSError):
                return
            except Exception as error:  # a cut stream
                if type(error).__module__.startswith("httpx"):
                    return
                raise

    def check(self, server):
        with client_of(server) as client:
            for id, response in self.told.items():
                self.assertEqual(client.responses.retrieve(id), response)
            for id in self.begun:
                response = client.responses.retrieve(id)
                self.assertIn(response.status, ("completed", "incomplete", "failed", "in_progress"))
                if response.status == "failed":
                    self.assertIn("ended before", response.error.message)

    def test_loses_nothing_that_was_told(self):
        moments = random.Random(7)
        for round in range(self.ROUNDS):
            server = Server(*self.arguments)
            self.check(server)
            with client_of(server) as client:
                senders = [threading.Thread(target=self.send, args=(client, 10 * round + i))
                           for i in range(3)]
                for sender in senders:
                    sender.start()
                wanted = len(self.told) + 2  # however slow the server is
                while len(self.told) < wanted and all(sender.is_alive() for sender in senders):
                    time.sleep(0.01)
                time.sleep(moments.uniform(0, 1))
                server.stop(signal.SIGKILL)
                for sender in senders:
                    sender.join()
        server = Server(*self.arguments)
        self.check(server)
        with client_of(server) as client:
            for id in self.begun:
                self.assertNotEqual(client.responses.retrieve(id).status, "in_progress")
        self.assertGreater(len(self.told), self.ROUNDS)
        self.assertEqual(server.stop(), 0)

    def test_what_ran_in_the_background_has_failed(self):
        server = Server(*self.arguments)
        with client_of(server) as client:
            long = {"input": QUESTION, **GREEDY, "max_output_tokens": 1500}
            killed = client.responses.create(**long, background=True)
        server.stop(signal.SIGKILL)
        server = Server(*self.arguments)
        with client_of(server) as client:
            found = client.responses.retrieve(killed.id)
            self.assertEqual((found.status, found.error.code), ("failed", "server_error"))
            stopped = client.responses.create(**long, background=True)
        self.assertEqual(server.stop(), 0)  # doesn't wait for it
        server = Server(*self.arguments)
        with client_of(server) as client:
            self.assertEqual(client.responses.retrieve(stopped.id).status, "failed")
        self.assertEqual(server.stop(), 0)

    def test_one_server_a_folder(self):
        server = Server(*self.arguments)
        second = verb.run("serve", *self.arguments, "--port", "0")
        self.assertEqual(second.returncode, 1, second)
        self.assertIn("--data-dir", second.stderr)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
