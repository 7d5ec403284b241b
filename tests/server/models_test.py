"""Models, adapters and aliases that come and go while `ashlar serve` runs."""
import http.client
import json
import re
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import adapters, places, verb
from support.server import Server, serving

PROMPT = {"prompt": "The sky is", "temperature": 0, "max_tokens": 8}


class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.adapters = [Path(cls.folder.name) / kind for kind in ("every", "rslora")]
        for path in cls.adapters:
            adapters.write_peft(path.name, path)
        cls.server = Server(verb.MODEL, "--served-model-name", "smol")

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, "".join(cls.server.log)
        cls.folder.cleanup()

    def post(self, path, body, status=200):
        got, _, answer = self.server.post(path, body)
        self.assertEqual(got, status, answer)
        return answer

    def get(self, path):
        status, _, answer = self.server.get(path)
        self.assertEqual(status, 200, answer)
        return answer

    def delete(self, path, status=200):
        got, _, answer = self.server.request("DELETE", path)
        self.assertEqual(got, status, answer)
        return answer

    def text(self, model, **fields):
        return self.post("/v1/completions", {"model": model, **PROMPT, **fields})["choices"][0]["text"]

    def stream(self, model, tokens, **fields):
        """(connection, answer) of a stream whose head has come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("POST", "/v1/completions", json.dumps(
            {**PROMPT, "model": model, "max_tokens": tokens, "stream": True, **fields}))
        return connection, connection.getresponse()

    def scores(self, model, **fields):
        """Log-probabilities: adapters change them sooner than the text."""
        answer = self.post("/v1/completions", {"model": model, **PROMPT, "logprobs": 0, **fields})
        return answer["choices"][0]["logprobs"]["token_logprobs"]

    def test_a_generation_of_an_adapter_never_changes(self):
        first = self.post("/adapters", {"name": "a", "path": str(self.adapters[0])})
        self.assertEqual(first["model"], "smol")
        wanted = self.scores("a", max_tokens=200)
        self.assertNotEqual(wanted, self.scores("smol", max_tokens=200))
        connection, answer = self.stream("a", 200, logprobs=0)
        second = self.post("/adapters", {"name": "a", "path": str(self.adapters[1]),
                                         "expected_generation": first["generation"]})
        self.assertGreater(second["generation"], first["generation"])
        other = self.scores("a", max_tokens=200)
        self.assertNotEqual(other, wanted)
        streamed = []
        for line in answer.read().decode().splitlines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    streamed += (choice["logprobs"] or {}).get("token_logprobs", [])
        connection.close()
        self.assertEqual(streamed, wanted)
        self.post("/adapters", {"name": "a", "path": str(self.adapters[0]),
                                "expected_generation": first["generation"]}, status=409)
        self.delete("/adapters/a?expected_generation=0", status=409)
        self.assertEqual(self.scores("a", max_tokens=200), other)
        told = self.post("/v1/completions", {"model": "a", **PROMPT})["ashlar"]["adapter"]
        self.assertEqual(told, {"name": "a", "generation": second["generation"]})
        self.assertIn({"id": "a", "parent": "smol"},
                      [{k: m.get(k) for k in ("id", "parent")} for m in self.get("/v1/models")["data"]])
        self.delete("/adapters/a")
        self.post("/v1/completions", {"model": "a", **PROMPT}, status=404)
        self.assertEqual(self.get("/adapters"), {"adapters": []})

    def test_an_alias_is_swapped_without_a_dropped_stream(self):
        self.post("/models/load", {"model": "second", "source": verb.MODEL})
        alias = self.post("/aliases", {"alias": "prod", "model": "smol"})
        wanted = self.text("prod", max_tokens=150)
        connection, answer = self.stream("prod", 150)
        self.post("/aliases", {"alias": "prod", "model": "second",
                               "expected_generation": alias["generation"]})
        self.post("/models/unload", {"model": "smol"})  # when the stream has ended
        streamed = answer.read().decode()
        connection.close()
        self.assertIn("data: [DONE]", streamed)
        text = "".join(re.findall(r'"text":"((?:[^"\\]|\\.)*)"', streamed))
        self.assertEqual(json.loads(f'"{text}"'), wanted)
        self.assertEqual(self.text("prod", max_tokens=150), wanted)
        self.post("/aliases", {"alias": "prod", "model": "smol", "expected_generation": 1},
                  status=409)
        self.delete("/aliases/prod")
        self.post("/models/unload", {"model": "second"})

    def test_a_closed_model_is_opened_when_asked_for(self):
        self.post("/models/unload", {"model": "smol"})
        for _ in range(100):
            if not self.get("/models")["models"][0]["open"]:
                break
        self.assertFalse(self.get("/models")["models"][0]["open"])
        texts = []
        askers = [threading.Thread(target=lambda: texts.append(self.text("smol")))
                  for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        self.assertEqual(len(set(texts)), 1)
        self.assertTrue(self.get("/models")["models"][0]["open"])

    def test_errors_name_what_is_wrong(self):
        def refused(path, body, where, status=400):
            error = self.post(path, body, status)["error"]
            self.assertEqual(error["where"], where, error)
        refused("/adapters", {"name": "x"}, "/path")
        refused("/adapters", {"name": "smol", "path": "/none"}, "/name", 409)
        refused("/adapters", {"name": "x", "path": "/none", "model": "none"}, "/model", 404)
        refused("/adapters", {"name": "x", "path": 1}, "/path")
        refused("/adapters", {"name": "x", "path": "/none", "odd": 1}, "/odd")
        refused("/aliases", {"alias": "x", "model": "none"}, "/model", 404)
        refused("/models/unload", {"model": "none"}, "/model", 404)
        refused("/models/load", {"model": "none"}, "/model", 404)
        refused("/aliases", {"alias": "smol", "model": "smol"}, "/alias", 409)
        refused("/aliases", {"alias": "a\0b", "model": "smol"}, "/alias")  # no path could say it
        refused("/models/load", {"model": "smol", "source": verb.MODEL}, "/model", 409)
        refused("/tokenize", {"prompt": "a", "messages": [{"role": "user", "content": "b"}]}, "/prompt")
        self.delete("/adapters/none", status=404)
        self.delete("/aliases/none?expected_generation=x", status=400)

    def test_takes_the_options_of_how_a_model_computes(self):
        pair = {"prompt": "The sky is", "completion": " blue because of the"}
        wanted = json.loads(verb.run("score", "-m", verb.MODEL, "--precision", "exact", "--jsonl",
                                     stdin=verb.jsonl([pair])).stdout)
        with serving(verb.MODEL, "--precision", "exact", "--threads", "1") as exact:
            self.assertEqual(exact.post("/v1/score", pair)[2]["logprob"], wanted["logprob"])
        self.assertNotEqual(self.post("/v1/score", pair)["logprob"], wanted["logprob"])

    def test_a_file_that_is_no_model_is_no_fault_of_the_server(self):
        file = Path(self.folder.name) / "text"
        file.write_text("no model")
        for path, body in (("/adapters", {"name": "x", "path": str(file)}),
                           ("/models/load", {"model": "x", "source": str(file)})):
            self.assertEqual(self.post(path, body, status=400)["error"]["kind"], "corrupt")
        self.assertNotIn("x", [model["id"] for model in self.get("/v1/models")["data"]])

    def test_null_stands_for_a_field_that_was_left_out(self):
        alias = self.post("/aliases", {"alias": "n", "model": "smol", "expected_generation": None})
        self.assertEqual(alias["model"], "smol")
        self.delete("/aliases/n")
        pair = {"prompt": "The sky is", "completion": " blue"}
        self.assertEqual(self.post("/v1/score", {**pair, "model": None, "adapter": None}),
                         self.post("/v1/score", pair))

    def test_a_score_may_name_a_model_and_its_adapter(self):
        pair = {"prompt": "The sky is", "completion": " blue because of the"}
        self.post("/adapters", {"name": "mine", "path": str(self.adapters[0])})
        wanted = self.post("/v1/score", {**pair, "adapter": "mine"})
        for model in ("smol", "mine"):
            self.assertEqual(self.post("/v1/score", {**pair, "model": model, "adapter": "mine"}), wanted)
        self.assertNotEqual(wanted["logprob"], self.post("/v1/score", pair)["logprob"])
        error = self.post("/v1/score", {**pair, "model": "mine", "adapter": "smol"}, 400)["error"]
        self.assertEqual(error["where"], "/adapter")
        self.delete("/adapters/mine")

    def test_a_whole_number_may_have_a_point(self):
        body = {"model": "smol", "prompt": [7.0, 12], "seed": 3.0, "max_tokens": 5.0, "top_k": 1e1}
        answer = self.post("/v1/completions", body)
        same = self.post("/v1/completions",
                         {"model": "smol", "prompt": [7, 12], "seed": 3, "max_tokens": 5, "top_k": 10})
        self.assertEqual(answer["choices"], same["choices"])
        for name, value in (("max_tokens", 5.5), ("seed", -1.0), ("top_k", 2.0 ** 32), ("seed", 2.0 ** 64)):
            error = self.post("/v1/completions", {**body, name: value}, 400)["error"]
            self.assertEqual(error["param"], name)

    def test_one_token_is_text_too(self):
        self.assertEqual(self.post("/detokenize", {"tokens": 28}),
                         self.post("/detokenize", {"tokens": [28]}))

    def test_a_method_that_is_not_taken(self):
        for method, path, allow in (("PUT", "/adapters", "GET, HEAD, POST"),
                                    ("GET", "/v1/completions", "POST")):
            status, headers, _ = self.server.request(method, path)
            self.assertEqual((status, headers["allow"]), (405, allow))

    def test_metrics_count(self):
        self.text("smol")
        page = self.get("/metrics")
        for name in ("ashlar_time_to_first_token_seconds_count",
                     "ashlar_time_per_output_token_seconds_count", "ashlar_queue_seconds_count",
                     "ashlar_prefill_seconds_count", "ashlar_completion_tokens_total",
                     "ashlar_prompt_tokens_total",
                     'ashlar_requests_total{route="/v1/completions",status="200"}',
                     'ashlar_batch_size_count{model="smol"}'):
            value = re.search(rf"^{re.escape(name)} (\S+)$", page, re.M)
            self.assertTrue(value and float(value[1]) > 0, name)
        self.assertEqual(self.get("/ready"), {"status": "ready"})

    def test_the_description_is_of_what_is_served(self):
        paths = self.get("/openapi.json")["paths"]
        for path, operations in paths.items():
            for method in operations:
                status, _, _ = self.server.request(method.upper(), path.replace("{name}", "x"))
                self.assertNotIn(status, (405, 500), (method, path))
        chat = paths["/v1/chat/completions"]["post"]
        body = chat["requestBody"]["content"]["application/json"]["schema"]
        self.assertEqual(body["required"], ["messages"])
        self.assertIn("max_completion_tokens", body["properties"])
        self.assertEqual(list(chat["responses"]["200"]["content"]), ["application/json", "text/event-stream"])
        kept = paths["/api/chat"]["post"]["responses"]["200"]["content"]
        self.assertEqual(list(kept), ["application/json", "application/x-ndjson"])
        self.assertEqual([status for status in paths["/adapters"]["post"]["responses"]],
                         ["200", "400", "401", "403", "404", "409", "413", "429", "5XX"])


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
