"""A step of ./check --full that drives a client, as its registry has it, against `ashlar serve`: how
it gets into the client's environment, the server it talks to, and the line it ends with. A test of
a path that the server doesn't have yet is skipped, and with it the step. Standard library alone.
"""
import os
import re
import subprocess
import sys
import unittest
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]
import peer
from support import places, verb
from support.server import Server

NODE = Path(__file__).resolve().parent / "node"
MODEL = "smol"
HELLO = [{"role": "user", "content": "What is the capital of France?"}]
GREEDY = {"temperature": 0, "max_tokens": 24}


def enter(python: Path):
    """Goes on as a script of that interpreter's environment."""
    if Path(sys.prefix) != python.parents[1]:
        os.execv(python, [python, *sys.argv])
    # Clients are let out of the machine by no proxy, and read no key of the user's.
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "LANGSMITH_TRACING": "false"}
    os.environ.pop("OPENAI_API_KEY", None)


def enter_peer(name: str):
    try:
        enter(peer.python_of(name, f"environment '{name}'"))
    except peer.PeerMissing as error:
        print(error)
        sys.exit(1)


class ClientTest(unittest.TestCase):
    """`server` serves the model as MODEL while the class's tests run."""
    maxDiff = None
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(verb.MODEL, "--served-model-name", MODEL, *cls.arguments)
        cls.paths = cls.server.get("/openapi.json")[2]["paths"]

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, "".join(cls.server.log)

    def need(self, path):
        if path not in self.paths:
            self.skipTest(f"{path} is not served")

    def plain(self, **fields):
        """What the server says to a request that no client made: the text."""
        status, _, answer = self.server.post(
            "/v1/chat/completions", {"model": MODEL, "messages": HELLO, **GREEDY, **fields})
        self.assertEqual(status, 200, answer)
        return answer["choices"][0]["message"]["content"]


def conclude(ran: int, good: bool, skipped: set, who: str) -> int:
    """Prints the step's line; its exit code."""
    done = f"{ran} tests with {who}"
    if not good:
        print(f"{done}: failures above")
        return 1
    print(f"SKIP: {'; '.join(sorted(skipped))} ({done} passed)" if skipped else f"{done} passed")
    return 77 if skipped else 0


def main(*packages: str) -> int:
    """Runs the tests of the script itself."""
    places.need_model()
    result = unittest.main(exit=False, verbosity=2).result
    return conclude(result.testsRun - len(result.skipped), result.wasSuccessful(),
                    {reason for _, reason in result.skipped},
                    ", ".join(f"{name} {version(name)}" for name in packages))


def main_of_node(script: str, *packages: str) -> int:
    """Runs NODE/script, which is given the server's address, with Node's own test runner."""
    enter(ROOT / ".venv-tests" / "bin" / "python")
    from support import node
    places.need_model()
    node.need_modules(NODE)
    server = Server(verb.MODEL, "--served-model-name", MODEL)
    done = node.run("--test-reporter=tap", NODE / script, server.url, folder=NODE, text=True,
                    stdout=subprocess.PIPE, timeout=600)
    print(done.stdout)
    stopped = server.stop()
    passed = int(re.search(r"^# pass (\d+)$", done.stdout, re.M)[1])
    skipped = set(re.findall(r"# SKIP (.+)$", done.stdout, re.M))
    good = done.returncode == stopped == 0 and passed + len(skipped) > 0
    versions = {name: re.search(rf'"node_modules/{name}": {{\s+"version": "([^"]+)"',
                                (NODE / "package-lock.json").read_text())[1] for name in packages}
    return conclude(passed, good, skipped, ", ".join(f"{n} {v}" for n, v in versions.items()))
