"""The chat page in a browser: page_test.mjs drives Chromium against a server that answers as the test
needs it (fake_api.py), then against `ashlar serve` with the model.
"""
import re
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from server import fake_api  # noqa: E402
from support import node, places, verb  # noqa: E402

SCRIPT = places.SOURCE_DIR / "tests" / "server" / "page_test.mjs"
START_LIMIT_LINES = 200


class Page(unittest.TestCase):
    def drive(self, what, address):
        node.need_modules()
        pictures = places.build_dir() / "page"
        pictures.mkdir(parents=True, exist_ok=True)
        done = node.run(SCRIPT, what, address, pictures, timeout=300)
        self.assertEqual(done.returncode, 0)

    def test_against_scripted_answers(self):
        server = fake_api.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.drive("scripted", f"http://127.0.0.1:{server.server_address[1]}")

    @unittest.skipUnless(places.model_path().exists(), "without the model: said at the end")
    def test_against_ashlar(self):
        server = subprocess.Popen([str(places.binary()), "serve", verb.MODEL, "--port", "0"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        address = self.address_of(server)
        # Nobody reads on else, and a full pipe would stop it.
        threading.Thread(target=server.stdout.read, daemon=True).start()
        self.drive("real", address)

    def address_of(self, server):
        said = []
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                return found.group()
            if len(said) > START_LIMIT_LINES:
                break
        self.fail(f"no address in: {''.join(said)}")


if __name__ == "__main__":
    if not unittest.main(exit=False).result.wasSuccessful():
        sys.exit(1)
    places.need_model()
