"""`ashlar schema validate` from outside: lines in and out, exit codes, and hostile input that must end
soon with an error that names what was too much."""
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest


class SchemaValidate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_verb(self, schema, lines, *options):
        path = self.folder / "schema.json"
        path.write_bytes(schema if isinstance(schema, bytes) else
                         (schema if isinstance(schema, str) else json.dumps(schema)).encode())
        text = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
        return subprocess.run([os.environ["ASHLAR_BINARY"], "schema", "validate", "--schema",
                               str(path), *options], input=text, capture_output=True, timeout=120)

    def answers(self, schema, lines, *options):
        return [json.loads(line) for line in
                self.run_verb(schema, lines, *options).stdout.decode().split("\n") if line]

    def refused(self, schema, word, *options):
        done = self.run_verb(schema, [], "--json", *options)
        self.assertEqual(done.returncode, 2, done.stdout)
        error = json.loads(done.stdout)["error"]
        self.assertIn(word, error["message"] + error["where"])
        return error

    def test_a_line_for_each_instance(self):
        done = self.run_verb({"items": {"type": "integer"}}, ["[1,2.5]", "", "[]", "[", "3"])
        self.assertEqual(done.returncode, 2)  # of the line that is no JSON
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual(answers[0], {"valid": False, "errors": [
            {"instance": "/1", "schema": "/items/type", "keyword": "type",
             "message": "2.5 is not of type integer"}]})
        self.assertEqual(answers[1], {"valid": True, "errors": []})
        self.assertIn("line 4", answers[2]["error"]["where"])
        self.assertTrue(answers[3]["valid"])

    def test_values_that_are_not_valid_are_no_failure(self):
        self.assertEqual(self.run_verb(False, ["1"]).returncode, 0)

    def test_a_bad_schema_names_its_keyword(self):
        done = self.run_verb({"properties": {"a": {"type": "text"}}}, [])
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"/properties/a/type", done.stderr)
        self.assertEqual(self.refused({"type": 1}, "type")["where"], "/type")

    def test_options(self):
        self.assertTrue(self.answers({"const": 1}, ["2"], "--draft", "4")[0]["valid"])
        self.assertFalse(self.answers({"format": "ipv4"}, ['"x"'], "--formats", "assert")[0]["valid"])
        self.assertTrue(self.answers({"format": "ipv4"}, ['"x"'])[0]["valid"])
        self.refused({}, "--draft", "--draft", "3")
        self.refused({"format": "idn-hostname"}, "idn-hostname", "--formats", "assert")
        self.refused({}, "--refs", "--refs", "nonsense")

    def test_documents_of_a_folder(self):
        (self.folder / "d").mkdir()
        (self.folder / "d" / "n.json").write_text('{"type": "number"}', encoding="utf-8")
        schema = {"$ref": "http://x/d/n.json"}
        answer = self.answers(schema, ['"a"'], "--refs", f"http://x/d={self.folder / 'd'}")[0]
        self.assertEqual(answer["errors"][0]["schema"], "http://x/d/n.json#/type")
        self.assertEqual(self.refused(schema, "n.json")["where"], "/$ref")

    def test_hostile_schemas(self):
        self.refused('{"not":' * 100_000, "limit of 256 levels")
        self.refused({"$ref": "#"}, "refers to itself")
        self.refused({"multipleOf": 10**30 + 1}, "limit of 18")
        self.refused('{"minimum":1e99999999999}', "limit of 1000000000")
        self.refused({"pattern": "(" * 10_000}, "groups")
        self.refused({"pattern": "a" * 100_000}, "limit of 65536 bytes")
        self.refused(b'{"const":"\xff"}', "UTF-8")
        self.refused(r'{"const":"\ud800"}', "surrogate")
        self.refused('{"allOf":[' + "{}," * 250_000 + "{}]}", "limit of 200000 subschemas")

    def test_long_names_are_no_long_work(self):
        name = "n" * 2_000_000
        refs = ",".join(['{"$ref":"#/$defs/a"}'] * 50_000)
        schema = f'{{"properties":{{"{name}":{{"allOf":[{refs}]}}}},"$defs":{{"a":{{}}}}}}'
        self.assertTrue(self.answers(schema, ["{}"])[0]["valid"])

    def test_hostile_work(self):
        levels = {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(60)}
        schema = {"$ref": "#/$defs/d0", "$defs": levels | {"d60": False}}
        self.assertIn("limit of 20000000 steps", self.answers(schema, ["1"])[0]["error"]["message"])
        many = json.dumps(["a" * 28 + "!"] * 10_000)
        answer = self.answers({"items": {"pattern": "^(a|a)*$"}}, [many])[0]
        self.assertIs(answer["valid"], False, "linear, whatever the pattern")
        letters = "".join(random.Random(3).choices("ab", k=2_000_000)) + "b" * 30
        answer = self.answers({"pattern": "^[ab]*a[ab]{20}$"}, [json.dumps(letters)])[0]
        self.assertIn("limit of 65536 KiB", answer["error"]["message"])

    def test_hostile_instances(self):
        answers = self.answers({"type": "array"}, [
            "[" * 100_000, r'["\udc00"]', "1e9999999999999", "[" + "1," * 1_000_000 + "1]",
            '{"a":1,"a":[]}'])
        for answer, word in zip(answers, ("256 levels", "surrogate", "exponent", "1000000 values")):
            self.assertIn(word, answer["error"]["message"])
        self.assertFalse(answers[4]["valid"])
        errors = self.answers({"additionalProperties": False},
                              [json.dumps({"x" * 100_000 + str(i): 1 for i in range(100)})])[0]
        self.assertLess(len(errors["errors"]), 20)


if __name__ == "__main__":
    unittest.main()
