"""The chat page: its plain functions (page_units.mjs); then in Chromium, which page_test.mjs drives
against a server that answers as the test needs it (fake_api.py), and against `ashlar serve` with the model.
"""
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from server import fake_api  # noqa: E402
from support import node, places, server, verb  # noqa: E402

SCRIPT = places.SOURCE_DIR / "tests" / "server" / "page_test.mjs"
UNITS = SCRIPT.with_name("page_units.mjs")
SOURCES = SCRIPT.with_name("page_sources.mjs")


class Page(unittest.TestCase):
    def drive(self, what, address):
        node.need_modules()
        pictures = places.build_dir() / "page"
        pictures.mkdir(parents=True, exist_ok=True)
        done = node.run(SCRIPT, what, address, pictures, timeout=300)
        self.assertEqual(done.returncode, 0)

    def test_plain_functions(self):
        node.need_modules()
        self.assertEqual(node.run("--import", SOURCES, UNITS).returncode, 0)

    def test_against_scripted_answers(self):
        fake = fake_api.start()
        self.addCleanup(fake.server_close)
        self.addCleanup(fake.shutdown)
        threading.Thread(target=fake.serve_forever, daemon=True).start()
        self.drive("scripted", f"http://127.0.0.1:{fake.server_address[1]}")

    @unittest.skipUnless(places.model_path().exists(), "without the model: said at the end")
    def test_against_ashlar(self):
        with server.serving(verb.MODEL) as ashlar:
            self.drive("real", ashlar.url)


if __name__ == "__main__":
    if not unittest.main(exit=False).result.wasSuccessful():
        sys.exit(1)
    places.need_model()
