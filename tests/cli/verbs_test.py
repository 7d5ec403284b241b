"""What every verb has in common: --help, the list, unknown names, exit codes; and what none does."""
import json
import os
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import VerbTest, run, start


def listed_verbs():
    return [line.split()[0] for line in run("--help").stdout.splitlines() if line[:2] == "  "]


class Verbs(VerbTest):
    def test_the_list_names_them(self):
        self.assertLessEqual({"run", "generate", "score"}, set(listed_verbs()))
        self.assertEqual(run("help").stdout, run("--help").stdout)

    def test_none_serves_the_default_model_and_the_page(self):
        import urllib.request
        places_of = {"ASHLAR_PORT": "0", "ASHLAR_DATA_DIR": self.folder}
        server = start(env={**os.environ, **places_of})
        try:
            told = next(line for line in map(bytes.decode, server.stderr) if "serving" in line)
            name, address = re.search(r"serving (\S+) at (http://127\.0\.0\.1:\d+)$", told).groups()
            self.assertEqual(name, "smollm2")
            with urllib.request.urlopen(address + "/") as page:
                self.assertIn(b"<!doctype html>", page.read(100).lower())
            with urllib.request.urlopen(address + "/v1/models") as models:
                self.assertEqual(json.load(models)["data"][0]["id"], "smollm2")
        finally:
            server.terminate()
            _, rest = server.communicate(timeout=30)
        self.assertEqual(server.returncode, 0, rest)

    def test_each_has_help(self):
        for verb in listed_verbs():
            done = run(verb, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), verb)
            self.assertIn(f"ashlar {verb}", done.stdout)
            self.assertIn("--help", done.stdout)

    def test_each_refuses_an_unknown_option(self):
        for verb in listed_verbs():
            done = run(verb, "--no-such-option")
            self.assertEqual(done.returncode, 2, verb)
            self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), (verb, done))

    def test_unknown_verb(self):
        self.refused("no-such-verb", where="command line", message="no-such-verb")

    def test_version(self):
        self.assertRegex(run("--version").stdout, r"^ashlar \d+\.\d+\.\d+\n$")

    def test_a_full_disk_is_a_failure(self):
        if not Path("/dev/full").exists():
            self.skipTest("needs-device: no /dev/full")
        import subprocess
        from support import places
        with open("/dev/full", "w") as full:
            done = subprocess.run([places.binary(), "--help"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)


if __name__ == "__main__":
    unittest.main()
