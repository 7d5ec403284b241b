"""A model that another server answers for: a second `ashlar serve`, and one that fails on demand."""
import http.server
import json
import socket
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server, serving

import anthropic
import ollama
import openai

CHAT = {"messages": [{"role": "user", "content": "Hello"}], "temperature": 0, "max_tokens": 8}
ANTHROPIC = {"messages": CHAT["messages"], "max_tokens": 8, "extra_body": {"temperature": 0}}


class Flaky(http.server.BaseHTTPRequestHandler):
    """Answers with the statuses of `script` in turn; then 200. `hold`: never answers."""
    script, seen, hold, gone, answer = [], [], False, threading.Event(), None

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Flaky.seen.append((self.path, body, dict(self.headers)))
        if Flaky.hold:
            self.connection.settimeout(20)
            if self.connection.recv(1) == b"":
                Flaky.gone.set()
            return
        status = Flaky.script.pop(0) if Flaky.script else 200
        if status == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                             b"Transfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        text = json.dumps(Flaky.answer or {"fine": status == 200, "choices": []}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Upstream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.flaky = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
        threading.Thread(target=cls.flaky.serve_forever, daemon=True).start()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = free.getsockname()[1]
        cls.other = Server(verb.MODEL, "--served-model-name", "far")
        cls.server = Server(verb.MODEL, "--served-model-name", "near",
                            "--upstreams", f"far={cls.other.url}/v1",
                            "--upstreams", f"flaky=http://127.0.0.1:{cls.flaky.server_port}/v1",
                            "--upstreams", f"nobody=http://127.0.0.1:{nobody}/v1")

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, "".join(cls.server.log)
        cls.other.stop()
        cls.flaky.shutdown()
        cls.flaky.server_close()

    def setUp(self):
        Flaky.script, Flaky.seen, Flaky.hold, Flaky.answer = [], [], False, None

    def chat(self, model, **fields):
        return self.server.post("/v1/chat/completions", {"model": model, **CHAT, **fields})

    def test_answers_are_the_other_servers(self):
        client = openai.OpenAI(base_url=self.server.url + "/v1", api_key="none", max_retries=0)
        self.assertEqual({model.id for model in client.models.list()},
                         {"near", "far", "flaky", "nobody"})
        near = client.chat.completions.create(model="near", **CHAT).choices[0].message.content
        far = client.chat.completions.create(model="far", **CHAT)
        self.assertEqual((far.choices[0].message.content, far.model), (near, "far"))
        pieces = [chunk.choices[0].delta.content or "" for chunk in
                  client.chat.completions.create(model="far", stream=True, **CHAT)]
        self.assertEqual("".join(pieces), near)
        self.assertGreater(len(pieces), 4)
        with self.assertRaises(openai.BadRequestError) as raised:
            client.chat.completions.create(model="far", **{**CHAT, "temperature": -1})
        self.assertEqual(raised.exception.body["param"], "temperature")
        self.server.post("/aliases", {"alias": "else", "model": "far"})
        self.assertEqual(client.completions.create(model="else", prompt="a", max_tokens=1).model, "far")
        client.close()

    def test_its_tokens_are_in_the_account(self):
        def accounts():
            lines = [json.loads(line) for line in self.server.log if line.startswith("{")]
            return [line for line in lines if line.get("model") == "far" and "completion_tokens" in line]
        for stream in (False, True):
            before = len(accounts())
            status, _, _ = self.chat("far", stream=stream, logit_bias={"0": -100, "2": -100})
            self.assertEqual(status, 200)
            deadline = time.monotonic() + 10
            while len(accounts()) == before and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual([a["completion_tokens"] for a in accounts()[before:]],
                             [CHAT["max_tokens"]], stream)

    def test_anthropics_dialect(self):
        client = anthropic.Anthropic(base_url=self.server.url, api_key="none", max_retries=0)
        self.addCleanup(client.close)
        near, far = (client.messages.create(model=model, system="Be brief.", **ANTHROPIC) for model in ("near", "far"))
        self.assertEqual((far.content[0].text, far.model, far.stop_reason, far.usage.output_tokens),
                         (near.content[0].text, "far", near.stop_reason, near.usage.output_tokens))
        self.assertEqual(far.usage.input_tokens + far.usage.cache_read_input_tokens,
                         near.usage.input_tokens + near.usage.cache_read_input_tokens)
        with client.messages.stream(model="far", system="Be brief.", **ANTHROPIC) as stream:
            pieces = list(stream.text_stream)
            whole = stream.get_final_message()
        self.assertEqual("".join(pieces), near.content[0].text)
        self.assertGreater(len(pieces), 4)
        self.assertEqual((whole.stop_reason, whole.usage.output_tokens), (far.stop_reason, far.usage.output_tokens))
        word = near.content[0].text.split()[1]
        cut = client.messages.create(model="far", system="Be brief.", stop_sequences=[word], **ANTHROPIC)
        self.assertEqual(cut.content[0].text, near.content[0].text.split(word)[0])
        with self.assertRaisesRegex(anthropic.BadRequestError, "messages: another server"):
            client.messages.create(**{**ANTHROPIC, "model": "far", "messages": [
                *CHAT["messages"], {"role": "assistant", "content": "Well"}]})
        Flaky.script = [418]
        Flaky.answer = {"error": {"message": "too hot", "type": "tea"}}
        with self.assertRaisesRegex(anthropic.APIStatusError, "too hot") as raised:
            client.messages.create(model="flaky", **{**ANTHROPIC, "extra_body": {"temperature": 0, "top_k": 3}})
        self.assertEqual((raised.exception.status_code, raised.exception.body["type"]), (418, "error"))
        self.assertEqual(Flaky.seen[0][1], {"max_tokens": 8, "temperature": 0, "top_k": 3, "model": "flaky",
                                            "messages": CHAT["messages"]})
        Flaky.answer = {"choices": [{"message": {"content": "So"}, "finish_reason": "stop", "stop_reason": "#"}]}
        with client.messages.stream(model="flaky", **ANTHROPIC) as stream:  # one that doesn't stream
            whole = stream.get_final_message()
        self.assertEqual((whole.content[0].text, whole.stop_reason, whole.stop_sequence),
                         ("So", "stop_sequence", "#"))
        self.assertTrue(Flaky.seen[1][1]["stream"])

    def test_ollamas_dialect(self):
        client = ollama.Client(host=self.server.url)
        self.addCleanup(client.close)
        fields = {"messages": CHAT["messages"], "options": {"temperature": 0, "num_predict": 8}}
        near, far = (client.chat(model=model, **fields) for model in ("near", "far"))
        for name in ("message", "eval_count", "prompt_eval_count", "done_reason"):
            self.assertEqual(getattr(far, name), getattr(near, name), name)
        self.assertEqual((far.model, client.chat(model="far:latest", **fields).model), ("far", "far:latest"))
        chunks = list(client.chat(model="far", stream=True, **fields))
        self.assertEqual("".join(c.message.content for c in chunks), near.message.content)
        self.assertEqual((chunks[-1].done, chunks[-1].eval_count), (True, near.eval_count))
        self.assertGreater(len(chunks), 4)
        spoken = {"prompt": "Hello", "system": "Be brief.", "options": fields["options"]}
        self.assertEqual(client.generate(model="far", **spoken).response,
                         client.generate(model="near", **spoken).response)
        raw = {"prompt": "The sky is", "raw": True, "options": fields["options"]}
        self.assertEqual(client.generate(model="far", **raw).response,
                         client.generate(model="near", **raw).response)
        told = [client.chat(model=model, logprobs=True, top_logprobs=1, **fields).logprobs
                for model in ("near", "far")]
        self.assertEqual(told[0], told[1])
        self.assertEqual(client.generate(model="far", prompt="").done_reason, "load")
        schema = {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"],
                  "additionalProperties": False}
        near, far = (json.loads(client.chat(model=model, format=schema, messages=CHAT["messages"],
                                            options={"temperature": 0}).message.content)
                     for model in ("near", "far"))
        self.assertEqual((list(far), far), (["a"], near))
        Flaky.answer = {"error": "no"}
        Flaky.script = [400]
        with self.assertRaisesRegex(ollama.ResponseError, "no") as raised:
            client.chat(model="flaky", **fields)
        self.assertEqual(raised.exception.status_code, 400)
        ignored = self.server.post("/api/chat", {
            "model": "far", "stream": False, **fields, "keep_alive": 5,
            "options": {**fields["options"], "num_ctx": 512, "num_gpu": 1}})[2]["ashlar"]["ignored_fields"]
        self.assertEqual(ignored, ["options.num_gpu", "options.num_ctx", "keep_alive"])

    def test_a_stream_that_breaks_off_is_an_error_in_each_dialect(self):
        for path, end in (("/v1/messages", "event: error"), ("/api/chat", '{"error":')):
            Flaky.script = ["cut"]
            status, _, text = self.server.post(path, {"model": "flaky", **CHAT, "stream": True})
            self.assertEqual(status, 200)
            self.assertIn(end, text)

    def test_a_failure_that_may_pass_is_tried_again(self):
        Flaky.script = [503, 502]
        status, _, answer = self.chat("flaky")
        self.assertEqual((status, answer["fine"], len(Flaky.seen)), (200, True, 3))
        path, body, headers = Flaky.seen[0]
        self.assertEqual((path, body["model"]), ("/v1/chat/completions", "flaky"))
        self.assertIn("req_", headers["x-request-id"])

    def test_one_that_is_no_passing_failure_is_not(self):
        Flaky.script = [400]
        status, _, _ = self.chat("flaky")
        self.assertEqual((status, len(Flaky.seen)), (400, 1))

    def test_who_is_not_there_is_an_error_in_words_and_then_left_alone(self):
        for _ in range(3):
            status, headers, answer = self.chat("nobody")
            self.assertIn(status, (502, 503))
            self.assertTrue(answer["error"]["message"])
        self.assertEqual(status, 503)  # after a row of failures
        self.assertIn("retry-after", headers)

    def test_a_stream_that_breaks_off_has_no_end(self):
        Flaky.script = ["cut"]
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        body = json.dumps({"model": "flaky", **CHAT, "stream": True}).encode()
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n"
                           b"\r\n%s" % (len(body), body))
        got = b""
        while piece := connection.recv(4096):
            got += piece
        connection.close()
        self.assertFalse(got.endswith(b"0\r\n\r\n"), got)
        self.assertIn(b'"error"', got)

    def test_a_caller_that_goes_ends_the_work_there(self):
        Flaky.hold = True
        Flaky.gone.clear()
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        body = json.dumps({"model": "flaky", **CHAT}).encode()
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n"
                           b"\r\n%s" % (len(body), body))
        while not Flaky.seen:
            time.sleep(0.01)
        connection.close()
        self.assertTrue(Flaky.gone.wait(10))

    def test_an_answer_has_its_time(self):
        Flaky.hold = True
        Flaky.gone.clear()
        with serving(verb.MODEL, "--answer-time", "0.2", "--upstreams",
                     f"flaky=http://127.0.0.1:{self.flaky.server_port}/v1") as server:
            status, _, answer = server.post("/v1/chat/completions", {"model": "flaky", **CHAT})
        self.assertEqual((status, len(Flaky.seen)), (503, 1))
        self.assertIn("answer_time", answer["error"]["message"])
        self.assertTrue(Flaky.gone.wait(10))

    def test_other_routes_say_where_it_answers(self):
        status, _, answer = self.server.post("/tokenize", {"model": "far", "prompt": "a"})
        self.assertEqual((status, answer["error"]["where"]), (400, "/model"))


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
