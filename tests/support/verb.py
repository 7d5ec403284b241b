"""Runs `ashlar` verbs as a user does, and reads what they print. Standard library alone."""
import json
import os
import subprocess
import tempfile
import unittest

from support import places

MODEL = str(places.model_path())


def run(*arguments, stdin=b"", env=None, timeout=120):
    """stdin as bytes or text; stdout and stderr come back as text. No stdin: /dev/null."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    done = subprocess.run([str(places.binary()), *map(os.fspath, arguments)], capture_output=True,
                          env={**os.environ, **(env or {})}, timeout=timeout, **given)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def start(*arguments, **options):
    return subprocess.Popen([str(places.binary()), *map(os.fspath, arguments)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def jsonl(requests):
    return "".join(json.dumps(request) + "\n" for request in requests)


class VerbTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def answer(self, *arguments, **options):
        """The one JSON object of a run that went well."""
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, 0, done)
        return json.loads(done.stdout)

    def error_in(self, line, code_kind=None):
        error = (json.loads(line) if isinstance(line, str) else line)["error"]
        self.assertEqual(list(error), ["kind", "message", "where", "mend"])
        self.assertTrue(error["message"] and error["mend"], error)
        if code_kind:
            self.assertEqual(error["kind"], code_kind, error)
        return error

    def refused(self, *arguments, where="", message="", kind="bad_input", **options):
        """Exit 2 twice: the error as JSON on stdout, and as one line on stderr."""
        done = run(*arguments, "--json", **options)
        self.assertEqual(done.returncode, 2, done)
        error = self.error_in(done.stdout, kind)
        self.assertIn(where, error["where"])
        self.assertIn(message, error["message"])
        plain = run(*arguments, **options)
        self.assertEqual((plain.returncode, plain.stdout), (2, ""), plain)
        self.assertEqual(plain.stderr.count("\n"), 1, plain.stderr)
        self.assertIn(error["message"], plain.stderr)
        return error
