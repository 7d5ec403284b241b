"""`ashlar serve` for the length of a test, and plain requests to it. Standard library alone."""
import contextlib
import http.client
import json
import re
import signal
import subprocess
import tempfile
import threading

from support import verb


class Server:
    """url, port, process; what the server says on stderr gathers in `log`. Its data folder goes with
    it unless the arguments name one. `options` are Popen's."""

    def __init__(self, *arguments, env=None, **options):
        if "--data-dir" not in arguments:
            self.folder = tempfile.TemporaryDirectory()
            arguments = (*arguments, "--data-dir", self.folder.name)
        self.process = verb.start("serve", *arguments, "--port", "0", env=env, **options)
        self.log = []
        for line in self.process.stderr:
            self.log.append(line.decode())
            found = re.search(r"http://127\.0\.0\.1:(\d+)", self.log[-1])
            if found:
                break
        else:
            raise RuntimeError("the server ended: " + "".join(self.log))
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line.decode())

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body as JSON where it is JSON, else text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            is_json = fields.get("content-type", "").startswith("application/json")
            return answer.status, fields, json.loads(text) if is_json and text else text

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body, **options):
        return self.request("POST", path, body, **options)

    def stop(self, sign=signal.SIGTERM):
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.reader.join(timeout=5)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


@contextlib.contextmanager
def serving(*arguments, env=None):
    server = Server(*arguments, env=env)
    try:
        yield server
    finally:
        server.stop()
