"""What BFCL's benchmark asks, what it reads as a call, and its test of paired answers."""
import json
import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import peer  # finds places

with mock.patch.object(peer.places, "use_release"):  # nothing here runs the binary
    import bfcl
import bfcl_set

F = {"name": "math.area", "description": "Area.",
     "parameters": {"type": "dict", "required": ["base"],
                    "properties": {"base": {"type": "integer"}, "unit": {"type": "string"},
                                   "scale": {"type": "float", "optional": True}}}}


def call(name, **arguments):
    return {"name": name, "arguments": arguments}


class Requests(unittest.TestCase):
    ENTRY = {"question": [[{"role": "user", "content": "q"}]], "function": [F]}

    def test_a_signature_becomes_a_schema(self):
        self.assertEqual(bfcl_set.tools_of("simple_python", self.ENTRY)[0]["function"], {
            "name": "math_area", "description": "Area.",
            "parameters": {"type": "object", "required": ["base"], "additionalProperties": False,
                           "properties": {"base": {"type": "integer"}, "unit": {"type": "string"},
                                          "scale": {"type": "number"}}}})

    def test_values_of_other_languages_are_strings(self):
        tool, = bfcl_set.tools_of("simple_java", self.ENTRY)
        self.assertEqual(tool["function"]["parameters"]["properties"]["base"],
                         {"type": "string", "description": "As Java code in a string, of type integer."})

    def test_the_free_prompt_says_what_the_tools_are(self):
        messages = bfcl_set.request("simple_python", self.ENTRY, "free")["messages"]
        self.assertEqual([each["role"] for each in messages], ["system", "user"])
        self.assertIn('\n{"type":"function","function":{"name":"math_area",', messages[0]["content"])
        behind = bfcl_set.announced([{"role": "system", "content": "s"}], [])[0]["content"]
        self.assertTrue(behind.startswith("s\n\nYou can call"))

    def test_calls_are_found_in_tags_in_fences_and_bare(self):
        one = json.dumps(call("f", a={"name": "x"}))
        for text in (one, f"<tool_call>\n{one}\n</tool_call>", f"So:\n```json\n[{one}]\n```"):
            self.assertEqual(bfcl_set.calls_in(text), [call("f", a={"name": "x"})])
        self.assertEqual(len(bfcl_set.calls_in(f"{{ {one} {one}")), 2)
        text = '{"name": "f", "arguments": "x"}'
        self.assertEqual(bfcl_set.calls_in(text), [{"name": "f", "arguments": None}])
        self.assertEqual(bfcl_set.calls_in('{"name": "f", "parameters": {}} {"a": 1}, {'), [])


class Figures(unittest.TestCase):
    def items(self, *rights):
        return [bfcl.Item("c", {}, right=dict(zip(("auto", "free"), each))) for each in rights]

    def test_paired(self):
        same = self.items((True, True), (False, False))
        self.assertEqual(bfcl.paired(same, "auto")["p"], 1.0)
        lost = bfcl.paired(self.items(*[(False, True)] * 5), "auto")
        self.assertEqual((lost["lost"], lost["p"], lost["pass"]), (5, 1 / 32, False))
        mixed = bfcl.paired(self.items((False, True), (True, False), (True, False)), "auto")
        self.assertEqual((mixed["won"], mixed["p"], mixed["pass"]), (2, 7 / 8, True))

    def test_a_call_that_the_tokens_left_unfinished_is_cut(self):
        answer = {"finish_reason": "length", "text": "", "tool_calls": [
            {"function": {"name": "f", "arguments": each}} for each in ("{}", '{"a": ')]}
        calls = bfcl.calls_of(answer, "auto")
        self.assertEqual([each["arguments"] for each in calls], [{}, None])
        self.assertTrue(bfcl.is_cut(answer, "auto", calls))
        self.assertFalse(bfcl.is_cut(answer | {"finish_reason": "stop"}, "auto", calls))


if __name__ == "__main__":
    unittest.main()
