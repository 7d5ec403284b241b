"""openai-python, as it comes from PyPI, against `ashlar serve`: files and batches, after kill -9 too."""
import http.client
import json
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server

import openai

CHATS, COMPLETIONS, RESPONSES = "/v1/chat/completions", "/v1/completions", "/v1/responses"


def client_of(server):
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


def line(custom_id, url=CHATS, **body):
    if not body:
        body = {"model": "smol", "messages": [{"role": "user", "content": f"Say {custom_id}."}],
                "temperature": 0, "max_tokens": 6}
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def lines_in(client, file_id):
    return [json.loads(each) for each in client.files.content(file_id).text.splitlines()]


class Served(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", "smol")
        cls.client = client_of(cls.server)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def refused(self, call, param, error=openai.BadRequestError, **fields):
        with self.assertRaises(error) as raised:
            call(**fields)
        self.assertEqual(raised.exception.body["param"], param, raised.exception.body)


class Files(Served):
    def upload(self, content=b"x\n", name="a.jsonl", purpose="user_data", **fields):
        return self.client.files.create(file=(name, content), purpose=purpose, **fields)

    def test_come_back_as_they_were(self):
        content = bytes(range(256)) * 100 + b"\r\n--x\r\n"
        name = 'é "quoted" ../x\\y.bin'
        file = self.upload(content, name)
        self.assertEqual((file.bytes, file.purpose, file.object), (len(content), "user_data", "file"))
        self.assertIn("../x", file.filename)  # a name, and no path to anything
        self.assertEqual(self.client.files.retrieve(file.id), file)
        self.assertEqual(self.client.files.content(file.id).read(), content)
        self.assertTrue(self.client.files.delete(file.id).deleted)
        for call in (self.client.files.retrieve, self.client.files.content,
                     self.client.files.delete):
            with self.assertRaises(openai.NotFoundError):
                call(file.id)

    def test_are_listed_in_pages(self):
        made = [self.upload(purpose="evals", name=f"{i}").id for i in range(5)]
        files = self.client.files
        self.assertEqual([file.id for file in files.list(purpose="evals")], made[::-1])
        self.assertEqual([file.id for file in files.list(purpose="evals", order="asc", limit=2)],
                         made)  # all pages
        page = files.list(purpose="evals", limit=2)
        self.assertEqual(([file.id for file in page.data], page.has_more), (made[:2:-1], True))
        page = files.list(purpose="evals", limit=3, after=made[3])
        self.assertEqual(([file.id for file in page.data], page.has_more), (made[2::-1], False))
        self.assertEqual(files.list(purpose="vision").data, [])
        self.refused(files.list, "after", openai.NotFoundError, after="file-none")
        self.refused(files.list, "limit", limit=0)

    def test_refusals(self):
        self.refused(self.upload, "purpose", purpose="fun")
        self.refused(self.upload, "file", content=b"")
        self.refused(self.upload, "file", name="n" * 1100)
        self.refused(self.upload, "expires_after[anchor]",
                     expires_after={"anchor": "created_at", "seconds": 3600})
        for content_type, body in (("application/json", b"{}"), ("multipart/form-data", b""),
                                   ("multipart/form-data; boundary=X", b"--X\r\n"),
                                   ("multipart/form-data; boundary=X", b"--X--"),
                                   ("multipart/form-data; boundary=X", b"\xff" * 100)):
            status, _, answer = self.server.post("/v1/files", body,
                                                 headers={"content-type": content_type})
            self.assertEqual((status, answer["error"]["type"]), (400, "invalid_request_error"), body)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest("POST", "/v1/files")
        connection.putheader("content-length", str(40 << 20))
        connection.endheaders()
        answer = connection.getresponse()
        self.assertEqual((answer.status, list(json.loads(answer.read())["error"])),
                         (413, ["message", "type", "param", "code"]))
        self.assertEqual(self.server.get("/v1/files/..%2f..%2fetc%2fpasswd/content")[0], 404)


class BatchesTest(Served):
    def file(self, lines):
        text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n"
                       for each in lines)
        return self.client.files.create(file=("in.jsonl", text.encode()), purpose="batch").id

    def create(self, lines, endpoint=CHATS, **fields):
        return self.client.batches.create(input_file_id=self.file(lines), endpoint=endpoint,
                                          completion_window="24h", **fields)

    def wait_for(self, batch, client=None):
        end = time.monotonic() + 120
        while batch.status in ("validating", "in_progress", "finalizing", "cancelling"):
            self.assertLess(time.monotonic(), end, batch)
            time.sleep(0.02)
            batch = (client or self.client).batches.retrieve(batch.id)
        return batch


class Batches(BatchesTest):
    def test_answers_are_those_of_requests(self):
        made = self.create([line("one"), line("two"), line("three")], metadata={"a": "b"})
        self.assertIn(made.status, ("validating", "in_progress"))
        batch = self.wait_for(made)
        self.assertEqual(batch.status, "completed")
        self.assertEqual((batch.metadata, batch.error_file_id), ({"a": "b"}, None))
        counts = batch.request_counts
        self.assertEqual((counts.total, counts.completed, counts.failed), (3, 3, 0))
        self.assertGreaterEqual(batch.completed_at, batch.created_at)
        answers = lines_in(self.client, batch.output_file_id)
        self.assertEqual([each["custom_id"] for each in answers], ["one", "two", "three"])
        self.assertEqual(len({each["id"] for each in answers}), 3)
        for each in answers:
            self.assertEqual((each["response"]["status_code"], each["error"]), (200, None))
            self.assertTrue(each["response"]["request_id"].startswith("req_"))
            alone = self.client.chat.completions.create(**line(each["custom_id"])["body"])
            self.assertEqual(each["response"]["body"]["choices"], alone.to_dict()["choices"])
        used = sum(each["response"]["body"]["usage"]["total_tokens"] for each in answers)
        self.assertEqual(batch.usage.total_tokens, used)
        output = self.client.files.retrieve(batch.output_file_id)
        self.assertEqual((output.purpose, output.filename), ("batch_output", f"{batch.id}_output.jsonl"))

    def test_every_endpoint(self):
        for endpoint, body in ((COMPLETIONS, {"prompt": "One, two,", "max_tokens": 3}),
                               (RESPONSES, {"input": "Hi", "max_output_tokens": 3})):
            batch = self.wait_for(self.create(
                [line("a", endpoint, model="smol", temperature=0, **body)], endpoint))
            answer, = lines_in(self.client, batch.output_file_id)
            self.assertEqual(answer["response"]["status_code"], 200, answer)
        stored = answer["response"]["body"]
        self.assertEqual(self.client.responses.retrieve(stored["id"]).id, stored["id"])

    def test_a_wrong_line_is_an_error_of_its_own(self):
        batch = self.wait_for(self.create(
            [line("fine"), line("hot", model="smol", temperature=-1, messages=[]),
             line("who", model="gpt-9", messages=[{"role": "user", "content": "x"}])]))
        self.assertEqual((batch.status, batch.request_counts.completed,
                          batch.request_counts.failed), ("completed", 1, 2))
        self.assertEqual([each["custom_id"] for each in lines_in(self.client, batch.output_file_id)],
                         ["fine"])
        errors = {each["custom_id"]: each["response"]
                  for each in lines_in(self.client, batch.error_file_id)}
        self.assertEqual({name: each["status_code"] for name, each in errors.items()},
                         {"hot": 400, "who": 404})
        self.assertEqual(errors["hot"]["body"]["error"]["param"], "temperature")

    def test_a_file_that_is_wrong_fails_the_batch(self):
        batch = self.wait_for(self.create(
            [line("a"), "{", "[]", line("a"), line("b", COMPLETIONS), line("c", stream=True), "",
             {**line("d"), "method": "GET"}, {**line("e"), "extra": 1}, {**line("f"), "body": []},
             {**line("g"), "custom_id": 5}, line("")]))
        self.assertEqual(batch.status, "failed")
        self.assertEqual((batch.output_file_id, batch.error_file_id), (None, None))
        self.assertEqual([(each.line, each.param) for each in batch.errors.data],
                         [(2, None), (3, None), (4, "custom_id"), (5, "url"), (6, "body.stream"),
                          (8, "method"), (9, "extra"), (10, "body"), (11, "custom_id"),
                          (12, "custom_id")])
        empty = self.wait_for(self.create(["  "]))
        self.assertEqual((empty.status, empty.errors.data[0].line), ("failed", None))

    def test_cancel(self):
        long = {"model": "smol", "messages": [{"role": "user", "content": "Tell me a story."}],
                "temperature": 0, "max_tokens": 400}
        first = self.create([line("quick")] + [line(str(i), **long) for i in range(60)])
        waiting = self.create([line("later")])
        while self.client.batches.retrieve(first.id).request_counts.completed == 0:
            time.sleep(0.02)
        self.assertEqual(self.client.batches.cancel(waiting.id).status, "cancelled")
        self.assertIn(self.client.batches.cancel(first.id).status, ("cancelling", "cancelled"))
        batch = self.wait_for(first)
        self.assertEqual(batch.status, "cancelled")
        done = lines_in(self.client, batch.output_file_id)
        undone = lines_in(self.client, batch.error_file_id)
        self.assertEqual(len(done) + len(undone), 61)
        self.assertEqual(len(done), batch.request_counts.completed)
        self.assertIn("quick", [each["custom_id"] for each in done])
        self.assertTrue(all(each["error"]["code"] == "batch_cancelled" for each in undone))
        for each in done:  # none that was cut short
            self.assertNotEqual(each["response"]["body"]["choices"][0]["finish_reason"], "cancelled")
        self.assertEqual(self.client.batches.cancel(first.id).status, "cancelled")
        finished = self.wait_for(self.create([line("x")]))
        self.refused(self.client.batches.cancel, "batch_id", batch_id=finished.id)

    def test_chats_go_first(self):
        batch = self.create([line(str(i)) for i in range(150)])
        self.client.chat.completions.create(**line("now")["body"])
        self.assertLess(self.client.batches.retrieve(batch.id).request_counts.completed, 150)
        self.wait_for(batch)

    def test_list(self):
        made = [self.wait_for(self.create([line("x")])).id for _ in range(3)]
        listed = [batch.id for batch in self.client.batches.list(limit=2)]
        self.assertEqual(listed[:3], made[::-1])
        page = self.client.batches.list(limit=1, after=made[2])
        self.assertEqual(([batch.id for batch in page.data], page.has_more), ([made[1]], True))

    def test_the_input_may_be_deleted_once_it_has_begun(self):
        batch = self.create([line(str(i)) for i in range(20)])
        while self.client.batches.retrieve(batch.id).status == "validating":
            time.sleep(0.01)
        self.client.files.delete(batch.input_file_id)
        self.assertEqual(self.wait_for(batch).request_counts.completed, 20)

    def test_refusals(self):
        file = self.file([line("a")])
        good = {"input_file_id": file, "endpoint": CHATS, "completion_window": "24h"}
        create = self.client.batches.create
        self.refused(create, "input_file_id", openai.NotFoundError,
                     **{**good, "input_file_id": "file-none"})
        other = self.client.files.create(file=("a", b"x"), purpose="user_data").id
        self.refused(create, "input_file_id", **{**good, "input_file_id": other})
        self.refused(create, "endpoint", **{**good, "endpoint": "/v1/embeddings"})
        self.refused(create, "completion_window", **{**good, "completion_window": "1h"})
        self.refused(create, "metadata.a", **good, metadata={"a": 5})
        self.refused(create, "output_expires_after", **good,
                     output_expires_after={"anchor": "created_at", "seconds": 3600})
        for body in ({}, {"input_file_id": 5}, {"input_file_id": file}, [], {"endpoint": []}):
            self.assertEqual(self.server.post("/v1/batches", body)[0], 400, body)
        for call in (self.client.batches.retrieve, self.client.batches.cancel):
            with self.assertRaises(openai.NotFoundError):
                call("batch_none")


class Killed(BatchesTest):
    """kill -9 in the midst of a batch, several times: it goes on, and each line is answered once."""
    LINES = 120

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.arguments = (verb.MODEL, "--served-model-name", "smol", "--data-dir", cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_goes_on_where_it_was(self):
        server = Server(*self.arguments)
        ends = [signal.SIGKILL] * 4 + [signal.SIGTERM]
        with client_of(server) as self.client:
            batch = self.create([line(str(i)) for i in range(self.LINES)])
        done = 0
        for end in ends:
            with client_of(server) as client:
                target = min(done + 8, self.LINES - 1)
                while True:
                    counts = client.batches.retrieve(batch.id).request_counts
                    self.assertGreaterEqual(counts.completed, done)
                    if counts.completed >= target:
                        break
                    time.sleep(0.005)
                done = counts.completed
            server.stop(end)
            server = Server(*self.arguments)
        with client_of(server) as client:
            batch = self.wait_for(batch, client)
            self.assertEqual((batch.status, batch.error_file_id), ("completed", None))
            self.assertEqual(batch.request_counts.completed, self.LINES)
            answers = lines_in(client, batch.output_file_id)
            self.assertEqual([each["custom_id"] for each in answers],
                             [str(i) for i in range(self.LINES)])
            for each in answers[::17]:
                alone = client.chat.completions.create(**line(each["custom_id"])["body"])
                self.assertEqual(each["response"]["body"]["choices"], alone.to_dict()["choices"])
        self.assertEqual(server.stop(), 0)


class Expiry(unittest.TestCase):
    def test_what_is_old_is_forgotten(self):
        with tempfile.TemporaryDirectory() as folder:
            def serve(*arguments):
                server = Server(verb.MODEL, "--served-model-name", "smol", "--data-dir", folder, *arguments)
                return server, client_of(server)
            server, client = serve()
            file = client.files.create(file=("a.jsonl", json.dumps(line("a"))), purpose="batch")
            self.assertEqual(file.expires_at, file.created_at + 30 * 86400)
            response = client.responses.create(model="smol", input="Hi", max_output_tokens=1)
            batch = client.batches.create(input_file_id=file.id, endpoint=CHATS, completion_window="24h")
            while client.batches.retrieve(batch.id).status != "completed":
                time.sleep(0.02)
            client.close()
            self.assertEqual(server.stop(), 0)
            for days, kept in (("0", True), ("1", True), ("0.00001", False)):
                while not kept and time.time() < response.created_at + 2:
                    time.sleep(0.1)
                server, client = serve("--retention-days", days)
                for get, one in ((client.files.retrieve, file), (client.batches.retrieve, batch),
                                 (client.responses.retrieve, response)):
                    if kept:
                        self.assertEqual(get(one.id).id, one.id)
                    else:
                        self.assertRaises(openai.NotFoundError, get, one.id)
                if days == "0":
                    self.assertIsNone(client.files.retrieve(file.id).expires_at)
                client.close()
                self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
