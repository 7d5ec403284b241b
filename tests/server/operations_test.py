"""What an operator touches: configuration, keys, limits, TLS, CORS, sockets, signals, logs; with real
processes."""
import concurrent.futures
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places, verb
from support.server import Server, serving

CHAT = {"messages": [{"role": "user", "content": "Say something."}], "temperature": 0}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def chat(tokens, **fields):
    return {**CHAT, "max_tokens": tokens, **fields}


def long(tokens, **fields):
    """An answer that doesn't end by itself."""
    return chat(tokens, logit_bias={"0": -100, "2": -100}, **fields)


def bearer(key):
    return {"authorization": f"Bearer {key}"}


class Operations(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = ["--data-dir", str(self.folder / "data")]

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def serve(self, *arguments, **options):
        server = self.enterContext(serving(verb.MODEL, "--served-model-name", "smol", *self.data,
                                           *map(str, arguments), **options))
        return server

    def enterContext(self, manager):  # as Python 3.12 has it
        value = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return value

    def add_key(self, name, *options):
        done = verb.run("keys", "add", name, *self.data, *options)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout.strip()

    def lines(self, server, wanted, seconds=10):
        """The log's JSON lines once there are `wanted` that speak of requests."""
        end = time.monotonic() + seconds
        while True:
            lines = [json.loads(line) for line in list(server.log) if line.startswith("{")]
            requests = [line for line in lines if "outcome" in line]
            if len(requests) >= wanted or time.monotonic() > end:
                return requests
            time.sleep(0.02)

    def wait_for(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "it took too long")
            time.sleep(0.02)


class Configuration(Operations):
    def test_print_config_says_where_each_value_is_from(self):
        path = self.file("serve.toml", 'port = 1\nhost = "::1"\nmax_queue = 5\napi_key = ["sesame-1"]\n')
        done = verb.run("serve", "--config", path, "--port", "3", "--print-config", "--json",
                        env={"ASHLAR_HOST": "127.0.0.2", "ASHLAR_MODELS": "a,b"})
        self.assertEqual(done.returncode, 0, done)
        fields = json.loads(done.stdout)
        self.assertEqual(fields["port"], {"value": 3, "from": "--port"})
        self.assertEqual(fields["host"], {"value": "127.0.0.2", "from": "ASHLAR_HOST"})
        self.assertEqual(fields["models"], {"value": ["a", "b"], "from": "ASHLAR_MODELS"})
        self.assertEqual(fields["max_queue"], {"value": 5, "from": f"{path}:3:13"})
        self.assertEqual(fields["precision"], {"value": "fast", "from": "default"})
        plain = verb.run("serve", "--print-config", env={"ASHLAR_CONFIG": str(path)}).stdout
        self.assertNotIn("sesame", done.stdout + plain)
        self.assertRegex(plain, rf'(?m)^max_queue += 5 +# {re.escape(str(path))}:3:13$')
        self.assertEqual(len(plain.splitlines()), len(fields))

    def test_check_says_all_that_is_wrong(self):
        path = self.file("serve.toml", 'models = ["/none.gguf"]\nssl_certfile = "/none.pem"\n')
        done = verb.run("serve", "--config", path, "--check", "--allowed-origins", "nonsense",
                        *self.data)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        for part in [f"{path}:1:10", "ssl_keyfile", "--allowed-origins"]:
            self.assertIn(part, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 3)
        fine = verb.run("serve", verb.MODEL, "--check", *self.data)
        self.assertEqual((fine.returncode, fine.stdout, fine.stderr), (0, "", ""))

    def test_mistakes_are_named(self):
        path = self.file("serve.toml", "port = 1\nmax_modle_len = 2\n")
        error = verb.run("serve", "--config", path, "--check").stderr
        self.assertIn(f"{path}:2:1", error)
        self.assertIn("max_model_len", error)
        error = verb.run("serve", "--check", env={"ASHLAR_SERVE_PORT": "1"})
        self.assertEqual(error.returncode, 2)
        self.assertIn("ASHLAR_PORT", error.stderr)
        for arguments in [["--port", "x"], ["--host", "example.org"], ["--precision", "slow"],
                          ["--config", "/none.toml"]]:
            done = verb.run("serve", "--check", *arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done)

    def test_a_public_address_needs_keys(self):
        done = verb.run("serve", verb.MODEL, "--host", "0.0.0.0", "--port", "0", *self.data)
        self.assertEqual(done.returncode, 2)
        self.assertIn("ashlar keys add", done.stderr)
        self.add_key("a")
        done = verb.run("serve", verb.MODEL, "--host", "0.0.0.0", "--check", *self.data)
        self.assertEqual(done.returncode, 0, done)

    def test_several_models_and_aliases(self):
        self.data += ["--max-model-len", "256", "--max-num-seqs", "2"]
        with serving(verb.MODEL, verb.MODEL, "--served-model-name", "one",
                     "--served-model-name", "two", *self.data) as server:
            ids = [entry["id"] for entry in server.get("/v1/models")[2]["data"]]
            self.assertEqual(ids, ["one", "two"])
            self.assertEqual(server.post("/v1/chat/completions", chat(2, model="two"))[0], 200)
        with serving(verb.MODEL, "--served-model-name", "one", "--served-model-name", "alias",
                     *self.data) as server:
            self.assertEqual(server.post("/v1/chat/completions", chat(2, model="alias"))[2]["model"],
                             "alias")
            status, _, body = server.post("/tokenize", {"prompt": "a"})
            self.assertEqual((status, body["max_model_len"]), (200, 256))


class Keys(Operations):
    def test_add_list_remove(self):
        key = self.add_key("alice", "--model", "smol", "--group", "text", "--expires", "30d",
                           "--max-requests", "2", "--tokens-per-minute", "100")
        self.assertRegex(key, r"^ash-[0-9a-f]{64}$")
        listed = json.loads(verb.run("keys", "list", "--json", *self.data).stdout)["keys"]
        entry, = listed
        self.assertEqual((entry["name"], entry["models"], entry["groups"], entry["max_requests"],
                          entry["tokens_per_minute"]), ("alice", ["smol"], ["text"], 2, 100))
        self.assertAlmostEqual(entry["expires"], time.time() + 30 * 86400, delta=60)
        kept = (self.folder / "data" / "keys.json")
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(key[4:], kept.read_text())
        self.assertIn("alice", verb.run("keys", "list", *self.data).stdout)
        for arguments in [["add", "alice"], ["add", "x", "--group", "all"], ["remove", "bob"],
                          ["add", "x", "--expires", "yesterday"], ["add", "x", "--expires", "1999-01-01"]]:
            done = verb.run("keys", *arguments, *self.data)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done)
        self.assertEqual(verb.run("keys", "remove", "alice", *self.data).returncode, 0)
        self.assertEqual(json.loads(verb.run("keys", "list", "--json", *self.data).stdout),
                         {"keys": []})

    def test_who_may_what(self):
        all_key = self.add_key("all")
        text_key = self.add_key("text", "--group", "text")
        other_key = self.add_key("other", "--model", "elsewhere")
        admin_key = self.add_key("admin", "--group", "admin", "--group", "metrics")
        server = self.serve()
        ask = lambda path, body=None, **headers: server.request(
            "POST" if body else "GET", path, body, headers)
        self.assertEqual(ask("/health")[0], 200)
        for path, body, error in [("/v1/chat/completions", chat(1), ("error", "type")),
                                  ("/v1/messages", chat(1), ("error", "type")),
                                  ("/api/chat", chat(1), ("error",)),
                                  ("/tokenize", {"prompt": "a"}, ("error", "kind"))]:
            status, headers, answer = ask(path, body)
            if status == 404:
                continue  # a dialect that isn't served yet
            self.assertEqual(status, 401, path)
            self.assertEqual(headers["www-authenticate"], "Bearer")
            for part in error:
                answer = answer[part]
            self.assertTrue(answer)
        status, _, answer = ask("/v1/chat/completions", chat(1), authorization="Bearer ash-wrong")
        self.assertEqual((status, answer["error"]["code"]), (401, "invalid_api_key"))
        self.assertEqual(ask("/v1/chat/completions", chat(1), **{"x-api-key": all_key})[0], 200)
        self.assertEqual(ask("/v1/models", **bearer(all_key))[0], 200)
        status, _, answer = ask("/v1/chat/completions", chat(1), **bearer(text_key))
        self.assertEqual(status, 403)
        self.assertIn("/v1/chat/completions", answer["error"]["message"])
        self.assertEqual(ask("/tokenize", {"prompt": "a"}, **bearer(text_key))[0], 200)
        for path, body in [("/v1/chat/completions", chat(1)), ("/tokenize", {"prompt": "a"}),
                           ("/v1/score", {"prompt": "a", "completion": "b"})]:
            status, _, answer = ask(path, body, **bearer(other_key))
            self.assertEqual(status, 403, path)
            self.assertIn("smol", answer["error"]["message"])
        self.assertEqual(ask("/v1/models", **bearer(other_key))[2]["data"], [])
        self.assertEqual(ask("/adapters", **bearer(all_key))[0], 403)
        self.assertEqual(ask("/adapters", **bearer(admin_key))[0], 200)
        self.assertEqual(ask("/metrics", **bearer(admin_key))[0], 200)

    def test_an_api_key_of_the_configuration(self):
        server = self.serve(env={**os.environ, "ASHLAR_API_KEY": "open-sesame"})
        self.assertEqual(server.get("/v1/models")[0], 401)
        self.assertEqual(server.get("/v1/models", headers=bearer("open-sesame"))[0], 200)

    def test_tokens_a_minute(self):
        key = self.add_key("k", "--tokens-per-minute", "30")
        server = self.serve()
        self.assertEqual(server.post("/v1/chat/completions", long(20), headers=bearer(key))[0], 200)
        status, headers, answer = server.post("/v1/chat/completions", chat(1), headers=bearer(key))
        self.assertEqual((status, answer["error"]["code"]), (429, "rate_limit_exceeded"))
        self.assertTrue(1 <= int(headers["retry-after"]) <= 61, headers)
        self.assertEqual(server.get("/v1/models", headers=bearer(key))[0], 200)

    def test_requests_at_once(self):
        key = self.add_key("k", "--max-requests", "1")
        server = self.serve()
        with open_stream(server, long(400), bearer(key)):
            status, headers, _ = server.post("/v1/chat/completions", chat(1), headers=bearer(key))
            self.assertEqual(status, 429)
            self.assertGreaterEqual(int(headers["retry-after"]), 1)
        self.wait_for(lambda: server.post("/v1/chat/completions", chat(1),
                                          headers=bearer(key))[0] == 200)


@contextlib.contextmanager
def open_stream(server, body, headers=None):
    """A stream whose first piece has come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("POST", "/v1/chat/completions", json.dumps({**body, "stream": True}),
                           headers or {})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.readline()
        yield answer


class Limits(Operations):
    def raw(self, server, data, end=True):
        """All that comes for some bytes."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            with contextlib.suppress(OSError):
                client.sendall(data)
            got = b""
            with contextlib.suppress(OSError):
                while piece := client.recv(65536):
                    got += piece
            return got.decode(errors="replace")

    def test_a_full_queue_is_503(self):
        server = self.serve("--max-num-seqs", "1", "--max-queue", "0")
        with open_stream(server, long(400)):
            status, headers, answer = server.post("/v1/chat/completions", chat(1))
            self.assertEqual((status, answer["error"]["type"]), (503, "server_error"))
            self.assertGreaterEqual(int(headers["retry-after"]), 1)
            status, _, answer = server.post("/v1/score", {"prompt": "The", "completion": " sky"})
            self.assertEqual(status, 503)
        self.wait_for(lambda: server.post("/v1/chat/completions", chat(1))[0] == 200)

    def test_bad_input_is_told_in_the_dialect(self):
        server = self.serve("--max-body-bytes", "100000", "--max-header-bytes", "4096",
                            "--max-json-depth", "32", "--request-time", "0.5",
                            "--idle-time", "5")
        deep = "[" * 40_000 + "]" * 40_000
        for depth in [deep, '{"messages":' + deep[:30000], '{"a":' * 33 + "1" + "}" * 33]:
            status, _, answer = server.post("/v1/chat/completions", depth)
            self.assertEqual((status, answer["error"]["type"]), (400, "invalid_request_error"))
        status, _, answer = server.post("/v1/chat/completions", "x" * 200_000)
        self.assertEqual((status, answer["error"]["type"]), (413, "invalid_request_error"))
        self.assertIn("max_body_bytes", answer["error"]["message"])
        status, _, answer = server.post("/tokenize", "x" * 200_000)
        self.assertEqual((status, answer["error"]["kind"]), (413, "too_large"))
        status, _, answer = server.get("/v1/models", headers={"x": "y" * 10_000})
        self.assertEqual((status, "error" in answer), (431, True))
        slow = self.raw(server, b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n"
                                b"Content-Length: 100\r\n\r\n{")
        self.assertTrue(slow.startswith("HTTP/1.1 408"), slow)
        self.assertIn('"type":"invalid_request_error"', slow)
        self.assertTrue(self.raw(server, b"GET / HTTP/1.1\r\nHost:").startswith("HTTP/1.1 408"))
        for bad in [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"G\0T / HTTP/1.1\r\n\r\n",
                    b"GET / HTTP/1.1\r\nA B: c\r\n\r\n", b"GET / HTTP/1.1\r\na: b\0c\r\n\r\n",
                    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                    b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    b"GET /v1/%ff HTTP/1.1\r\n\r\n"]:
            answer = self.raw(server, bad)
            self.assertTrue(answer.startswith("HTTP/1.1 400"), (bad, answer))
            self.assertIn('{"error":', answer)
        for body in ["", "null", "[]", "{", '{"messages": "x"}', "\xff", '{"model": {}}',
                     '{"messages": [], "max_tokens": 1e400}']:
            status, _, answer = server.post("/v1/chat/completions", body.encode("latin-1"))
            self.assertEqual((status, "error" in answer), (400, True), body)
        self.assertEqual(server.request("PATCH", "/v1/models")[0], 405)
        self.assertEqual(server.get("/v1/nothing")[2]["error"]["type"], "not_found_error")
        self.assertEqual(server.get("/health")[0], 200)

    def test_an_answer_has_its_time(self):
        server = self.serve("--answer-time", "0.3")
        number = iter(range(100))
        def long_text():  # seconds of work, and none of it cached
            return f"{next(number)} is a number. " * 900
        dialects = {
            "/v1/chat/completions": lambda: {"messages": [{"role": "user", "content": long_text()}]},
            "/v1/completions": lambda: {"prompt": long_text()},
            "/v1/responses": lambda: {"input": long_text()},
            "/v1/messages": lambda: {"model": "smol", "max_tokens": 5, "messages": [
                {"role": "user", "content": long_text()}]},
            "/api/chat": lambda: {"model": "smol", "messages": [{"role": "user", "content": long_text()}]},
            "/api/generate": lambda: {"model": "smol", "prompt": long_text()}}
        ends = {"/v1/responses": '"type":"response.failed"', "/v1/messages": "event: error"}
        for path, body in dialects.items():
            status, headers, answer = server.post(path, {**body(), "stream": False})
            self.assertEqual((status, headers["retry-after"]), (503, "1"), answer)
            self.assertIn("answer_time", json.dumps(answer["error"]))
            status, _, text = server.post(path, {**body(), "stream": True})
            self.assertEqual(status, 200)
            last = text.strip().rpartition("\n" if path.startswith("/api/") else "\n\n")[2]
            self.assertIn(ends.get(path, '{"error":'), last, text)
            self.assertIn("longer than 0.3 s", last)
        status, _, answer = server.post("/v1/score", {"prompt": long_text(), "completion": " so"})
        self.assertEqual((status, answer["error"]["kind"]), (503, "exhausted"))
        status, _, _ = server.post("/v1/completions", {"prompt": "a", "max_tokens": 1})
        self.assertEqual(status, 200)

    def test_nothing_of_a_request_becomes_a_header(self):
        server = self.serve()
        answer = self.raw(server, b"GET /health HTTP/1.1\r\nHost: a\r\nOrigin: x%0d%0aset-cookie: a\r\n"
                                  b"traceparent: 00-%0d%0a\r\nConnection: close\r\n\r\n")
        self.assertNotIn("set-cookie", answer.split("\r\n\r\n")[0].lower())
        status, headers, _ = server.get("/v1/models/a%0d%0aset-cookie:%20b")
        self.assertEqual((status, "set-cookie" in headers), (404, False))

    def test_more_connections_than_may_be(self):
        server = self.serve("--max-connections", "2")
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2)]
        self.wait_for(lambda: server.get("/health")[0] == 503)
        status, headers, answer = server.get("/v1/models")
        self.assertEqual((status, headers["retry-after"]), (503, "1"))
        self.assertIn("connections", answer["error"]["message"])
        for each in held:
            each.close()
        self.wait_for(lambda: server.get("/health")[0] == 200)


class Web(Operations):
    def certificate(self, name):
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                        "-days", "2", "-subj", f"/CN={name}", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        return cert, key

    def serve_tls(self, cert, key, *arguments):
        process = verb.start("serve", verb.MODEL, *self.data, "--port", "0", "--ssl-certfile", cert,
                             "--ssl-keyfile", key, *arguments)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if found := re.search(rb"https://127\.0\.0\.1:(\d+)", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return process, int(found[1])
        self.fail("the server ended")

    def test_tls(self):
        cert, key = self.certificate("first")
        process, port = self.serve_tls(cert, key)
        context = ssl.create_default_context(cafile=cert)
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
        for _ in range(2):  # on one connection
            connection.request("POST", "/v1/chat/completions", json.dumps(chat(3)))
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            self.assertTrue(json.loads(answer.read())["choices"][0]["message"]["content"])
        connection.request("POST", "/v1/chat/completions", json.dumps(chat(3, stream=True)))
        self.assertTrue(connection.getresponse().read().endswith(b"data: [DONE]\n\n"))
        connection.close()
        with self.assertRaises((OSError, http.client.HTTPException)):
            plain = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            plain.request("GET", "/health")
            plain.getresponse()
        plain.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with self.assertWarns(DeprecationWarning):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, OSError)):
            with socket.create_connection(("127.0.0.1", port)) as raw, old.wrap_socket(raw):
                pass
        second, second_key = self.certificate("second")
        os.replace(second, cert)
        os.replace(second_key, key)
        process.send_signal(signal.SIGHUP)
        context = ssl.create_default_context(cafile=cert)

        def renewed():
            try:
                with socket.create_connection(("127.0.0.1", port)) as raw:
                    context.wrap_socket(raw, server_hostname="127.0.0.1").close()
                return True
            except ssl.SSLError:
                return False
        self.wait_for(renewed)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)

    def test_a_client_of_tls_that_goes_is_noticed(self):
        cert, key = self.certificate("c")
        log = self.folder / "log"
        _, port = self.serve_tls(cert, key, "--log-file", log)
        context = ssl.create_default_context(cafile=cert)
        for stream in [True, False]:
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
            connection.request("POST", "/v1/chat/completions",
                               json.dumps(long(4000, stream=stream)))
            if stream:
                connection.getresponse().readline()
            time.sleep(0.2)
            connection.close()
        self.wait_for(lambda: log.read_text().count('"outcome":"cancelled"') == 2)

    def test_a_key_of_another_certificate(self):
        cert, _ = self.certificate("a")
        _, key = self.certificate("b")
        done = verb.run("serve", verb.MODEL, "--check", *self.data, "--ssl-certfile", cert,
                        "--ssl-keyfile", key)
        self.assertEqual(done.returncode, 2)
        self.assertIn("not the certificate's", done.stderr)

    def test_cors(self):
        server = self.serve("--allowed-origins", "https://a.example")
        asks = {"origin": "https://a.example", "access-control-request-method": "POST",
                "access-control-request-headers": "authorization"}
        status, headers, _ = server.request("OPTIONS", "/v1/chat/completions", headers=asks)
        self.assertEqual((status, headers["access-control-allow-origin"], headers["vary"]),
                         (204, "https://a.example", "Origin"))
        self.assertEqual(headers["access-control-allow-headers"], "authorization")
        self.assertIn("POST", headers["access-control-allow-methods"])
        status, headers, body = server.request("OPTIONS", "/v1/chat/completions",
                                               headers={**asks, "origin": "https://b.example"})
        self.assertEqual((status, "access-control-allow-origin" in headers), (403, False))
        self.assertEqual(body["error"]["type"], "permission_error")
        for body in [chat(1), chat(1, stream=True)]:
            status, headers, _ = server.post("/v1/chat/completions", body,
                                             headers={"origin": "https://a.example"})
            self.assertEqual((status, headers["access-control-allow-origin"]),
                             (200, "https://a.example"))
        status, headers, _ = server.post("/v1/chat/completions", chat(1),
                                         headers={"origin": "https://b.example"})
        self.assertEqual((status, "access-control-allow-origin" in headers), (403, False))

    def test_ipv6(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        process = verb.start("serve", verb.MODEL, "--host", "::1", "--port", "0", *self.data)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stderr.readline().decode()
        if "can't listen" in line:
            self.skipTest("no IPv6: " + line)
        port = int(re.search(r"http://\[::1\]:(\d+)", line)[1])
        connection = http.client.HTTPConnection("::1", port, timeout=30)
        connection.request("GET", "/health")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()


class Process(Operations):
    def test_socket_activation_and_readiness(self):
        listener = socket.create_server(("127.0.0.1", 0))
        heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        heard.bind(str(self.folder / "notify"))
        heard.settimeout(60)
        with listener, heard:
            code = ("import os, sys; os.dup2(int(sys.argv[1]), 3); os.set_inheritable(3, True); "
                    "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
                    "os.execv(sys.argv[2], sys.argv[2:])")
            process = subprocess.Popen(
                [sys.executable, "-c", code, str(listener.fileno()), str(places.binary()), "serve",
                 verb.MODEL, *self.data], pass_fds=[listener.fileno()], stderr=subprocess.PIPE,
                env={**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify")})
            self.addCleanup(process.stderr.close)
            self.addCleanup(process.kill)
            self.assertEqual(heard.recv(100), b"READY=1")
            port = listener.getsockname()[1]
            self.assertIn(f"http://127.0.0.1:{port}".encode(), process.stderr.readline())
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/health")
            self.assertEqual(connection.getresponse().read(), b'{"status":"ok"}')
            connection.close()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(heard.recv(100), b"STOPPING=1")
            self.assertEqual(process.wait(30), 0)

    def reload_twice(self, server, config, key):
        def logged(*parts):
            return any(all(part in line for part in parts) for line in list(server.log))

        with open_stream(server, long(100), bearer(key)) as stream:
            second = self.add_key("second")
            self.assertEqual(server.get("/v1/models", headers=bearer(second))[0], 401)
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(lambda: server.get("/v1/models", headers=bearer(second))[0] == 200)
            # A broken file changes nothing, and is told of.
            config.write_text("max_num_seqs = 4\nlog_prompts = 3\n")
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(lambda: logged("not reloaded"))
            self.assertTrue(logged(f"{config}:2:15"), server.log)
            self.assertEqual(server.get("/v1/models", headers=bearer(second))[0], 200)
            config.write_text('max_num_seqs = 5\nlog_prompts = true\nallowed_origins = ["*"]\n')
            server.process.send_signal(signal.SIGHUP)
            self.wait_for(lambda: "access-control-allow-origin" in server.get(
                "/health", headers={"origin": "http://x"})[1])
            self.wait_for(lambda: logged("restart", "max_num_seqs"))
            self.assertTrue(stream.read().endswith(b"data: [DONE]\n\n"))

    def test_reload_under_load(self):
        key = self.add_key("first")
        config = self.file("serve.toml", 'log_level = "info"\nmax_num_seqs = 4\n')
        server = self.serve("--config", config)
        stop, bad = threading.Event(), []

        def ask():
            while not stop.is_set():
                status, _, body = server.post("/v1/chat/completions", chat(3), headers=bearer(key))
                if status != 200:
                    bad.append((status, body))
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            try:
                self.reload_twice(server, config, key)
            finally:
                stop.set()
            for each in asking:
                each.result()
        self.assertEqual(bad, [])

    def test_a_term_finishes_what_is_under_way(self):
        server = self.serve()
        with open_stream(server, long(60)) as stream:
            server.process.send_signal(signal.SIGTERM)
            self.wait_for(lambda: any("stopping" in line for line in server.log))
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", server.port), timeout=2)
            self.assertTrue(stream.read().endswith(b"data: [DONE]\n\n"))
        self.assertEqual(server.process.wait(30), 0)

    def test_a_drain_has_an_end(self):
        server = self.serve("--drain-time", "0.3")
        with open_stream(server, long(4000)) as stream:
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(30), 0)
            with contextlib.suppress(http.client.IncompleteRead, OSError):
                self.assertNotIn(b"[DONE]", stream.read())
        self.wait_for(lambda: any('"outcome":"dropped"' in line for line in server.log))

    def test_a_second_term_cuts(self):
        server = self.serve("--drain-time", "600")
        with open_stream(server, long(4000)):
            server.process.send_signal(signal.SIGTERM)
            self.wait_for(lambda: any("stopping" in line for line in server.log))
            self.assertIsNone(server.process.poll())
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(30), 0)

    def test_the_descriptor_limit_is_raised(self):
        server = self.serve()
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        soft, hard = re.search(r"Max open files +(\S+) +(\S+)", limits).groups()
        self.assertEqual(soft, hard)


class Logs(Operations):
    def test_a_line_for_each_request(self):
        key = self.add_key("alice")
        server = self.serve()
        head = {**bearer(key), "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        _, headers, answer = server.post("/v1/chat/completions", chat(5), headers=head)
        self.assertRegex(headers["traceparent"], rf"^00-{TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{{16}}-01$")
        server.post("/v1/chat/completions", chat(1, model="none"), headers=bearer(key))
        server.get("/v1/models")
        with open_stream(server, long(4000), bearer(key)):
            pass
        first, missing, unknown, gone = self.lines(server, 4)
        self.assertEqual(
            {name: first[name] for name in ["level", "method", "path", "status", "key", "model",
                                            "outcome", "trace_id", "id", "prompt_tokens",
                                            "completion_tokens"]},
            {"level": "info", "method": "POST", "path": "/v1/chat/completions", "status": 200,
             "key": "alice", "model": "smol", "outcome": "answered", "trace_id": TRACE,
             "id": headers["x-request-id"], "prompt_tokens": answer["usage"]["prompt_tokens"],
             "completion_tokens": answer["usage"]["completion_tokens"]})
        self.assertRegex(first["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertTrue(0 < first["ttft_ms"] <= first["duration_ms"], first)
        self.assertNotIn("body", first)
        self.assertEqual((missing["status"], missing["outcome"]), (404, "refused"))
        self.assertEqual((unknown["status"], unknown["key"], unknown["outcome"]),
                         (401, None, "refused"))
        self.assertEqual((gone["status"], gone["outcome"]), (200, "cancelled"))
        self.assertEqual(len({line["id"] for line in (first, missing, unknown, gone)}), 4)

    def test_an_invalid_trace_begins_anew(self):
        server = self.serve()
        for header in ["x", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{TRACE}-00f067aa0ba902b7-01"]:
            answer = server.get("/health", headers={"traceparent": header})[1]["traceparent"]
            self.assertRegex(answer, r"^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")
            self.assertNotIn(TRACE, answer)

    def test_to_a_file_that_is_moved_away(self):
        log = self.folder / "serve.log"
        server = self.serve("--log-file", log, "--log-prompts")
        server.post("/v1/chat/completions", chat(1))
        self.wait_for(lambda: "outcome" in log.read_text())
        line = next(line for line in map(json.loads, log.read_text().splitlines()) if "id" in line)
        self.assertIn("Say something.", line["body"])
        log.rename(self.folder / "old.log")
        server.process.send_signal(signal.SIGHUP)
        self.wait_for(log.exists)
        server.get("/health")
        self.wait_for(lambda: "/health" in log.read_text())

    def test_a_reader_that_is_stuck_holds_nothing_up(self):
        process = verb.start("serve", verb.MODEL, "--port", "0", *self.data)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        port = int(re.search(rb":(\d+)$", process.stderr.readline())[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(500):  # more than a pipe holds
            connection.request("GET", "/health")
            self.assertEqual(connection.getresponse().read(), b'{"status":"ok"}')
        connection.close()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 0)

    def test_the_least_level(self):
        server = self.serve("--log-level", "warning")
        server.get("/health")
        server.get("/nothing")
        line, = self.lines(server, 1)
        self.assertEqual((line["path"], line["level"]), ("/nothing", "warning"))


if __name__ == "__main__":
    places.need_model()
    unittest.main(verbosity=2)
