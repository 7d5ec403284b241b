"""Which calls BFCL's benchmark counts as right, and what it reads in literals of Java and JavaScript."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import bfcl_match
import bfcl_values

F = {"name": "math.area", "description": "Area.",
     "parameters": {"type": "dict", "required": ["base"],
                    "properties": {"base": {"type": "integer"}, "unit": {"type": "string"},
                                   "scale": {"type": "float", "optional": True}}}}
G = {"name": "g", "description": "", "parameters": {"type": "dict", "properties": {}}}


def call(name, **arguments):
    return {"name": name, "arguments": arguments}


def fits(value, described, *accepted, language=None):
    return bfcl_match.value_fits(value, described, list(accepted), language)


class Values(unittest.TestCase):
    def test_strings_are_compared_without_case_blanks_and_punctuation(self):
        self.assertTrue(fits("April 1, 2024", {"type": "string"}, "april 1 2024"))
        self.assertTrue(fits("it's", {"type": "string"}, 'it"s'))
        self.assertFalse(fits("April 2", {"type": "string"}, "April 1", ""))

    def test_numbers(self):
        self.assertTrue(fits(5, {"type": "float"}, 5.0))
        self.assertTrue(fits(5.0, {"type": "float"}, 5))
        self.assertFalse(fits(5.0, {"type": "integer"}, 5))
        self.assertFalse(fits(True, {"type": "integer"}, 1))
        self.assertFalse(fits("5", {"type": "integer"}, 5))

    def test_a_variable_is_spelled_exactly(self):
        self.assertTrue(fits("Limit.MAX", {"type": "integer"}, "Limit.MAX"))
        self.assertFalse(fits("limit max", {"type": "integer"}, "Limit.MAX"))

    def test_lists(self):
        strings, dicts = ({"type": "array", "items": {"type": kind}} for kind in ("string", "dict"))
        self.assertTrue(fits(["A b", "c"], strings, ["x"], ["ab", "C"]))
        self.assertFalse(fits(["c", "A b"], strings, ["ab", "C"]))
        self.assertTrue(fits([1, 2], {"type": "array", "items": {"type": "float"}}, [1.0, 2.0]))
        self.assertTrue(fits([{"a": 1}], dicts, [{"a": [1, 2]}]))
        self.assertFalse(fits([{"a": 1}, {"a": 1}], dicts, [{"a": [1, 2]}]))

    def test_dicts(self):
        accepted = {"a": [1, 2], "b": ["x", ""]}
        self.assertTrue(fits({"a": 2}, {"type": "dict"}, accepted))
        self.assertTrue(fits({"a": 2, "b": "X"}, {"type": "dict"}, "", accepted))
        for value in ({"b": "x"}, {"a": 3}, {"a": 1, "c": 1}):
            self.assertFalse(fits(value, {"type": "dict"}, accepted))


class Calls(unittest.TestCase):
    WANTED = {"math.area": {"base": [10], "unit": ["cm", ""], "scale": [1.0, ""]}}

    def right(self, *calls, category="simple_python", wanted=None):
        entry = {"function": [F, G], "ground_truth": wanted or [self.WANTED]}
        return bfcl_match.is_right(category, entry, list(calls))

    def test_optional_arguments_may_be_absent_and_required_ones_not(self):
        self.assertTrue(self.right(call("math_area", base=10)))
        self.assertTrue(self.right(call("math_area", base=10, unit="CM", scale=1)))
        self.assertFalse(self.right(call("math_area", unit="cm")))
        needed = [{"math.area": {"base": [10], "unit": ["cm"]}}]
        self.assertFalse(self.right(call("math_area", base=10), wanted=needed))

    def test_other_names_and_arguments_are_wrong(self):
        self.assertFalse(self.right(call("g", base=10)))
        self.assertFalse(self.right(call("math.area", base=10)))
        self.assertFalse(self.right(call("math_area", base=10, more=1)))
        self.assertFalse(self.right({"name": "math_area", "arguments": None}))

    def test_one_call_too_many_or_few_is_wrong(self):
        self.assertFalse(self.right())
        self.assertFalse(self.right(call("math_area", base=10), call("math_area", base=10)))

    def test_several_calls_come_in_any_order(self):
        both = [self.WANTED, {"g": {}}]
        self.assertTrue(self.right(call("g"), call("math_area", base=10), category="parallel", wanted=both))
        self.assertFalse(self.right(call("g"), call("g"), category="parallel", wanted=both))

    def test_relevance(self):
        entry = {"function": [F]}
        for category, right in (("irrelevance", False), ("live_relevance", True)):
            self.assertEqual(bfcl_match.is_right(category, entry, [call("math_area")]), right)
            self.assertEqual(bfcl_match.is_right(category, entry, []), not right)


class Literals(unittest.TestCase):
    def read(self, language, *cases):
        for kind, text, value in cases:
            outer, _, inner = kind.partition(" of ")
            described = {"type": outer, **({"items": {"type": inner}} if inner else {})}
            self.assertEqual(bfcl_values.value_of(text, described, language), value)

    def test_java(self):
        put = 'new HashMap<String, Object>() {{ put("a", "b"); put("c", 1); }}'
        self.read("java", ("integer", "-5", -5), ("integer", "A.B", "A.B"), ("long", "5L", 5),
                  ("long", "5", "5"), ("boolean", "true", True), ("String", "a", "a"),
                  ("HashMap", put, {"a": "b", "c": 1}), ("HashMap", "new HashMap<>()", {}),
                  ("HashMap", "fields", "fields"), ("Array of char", "buffer", "buffer"),
                  ("Array of String", 'new String[]{"-v", "a,b"}', ["-v", "a,b"]),
                  ("ArrayList of long", "new ArrayList<>(Arrays.asList(1L, 2L))", [1, 2]),
                  ("ArrayList of integer", "new ArrayList<Integer>() {{ add(1); }}", [1]),
                  ("ArrayList of any", 'new ArrayList<>(Arrays.asList("a", 4, true))', ["a", 4, True]))

    def test_javascript(self):
        self.read("javascript", ("String", "'a'", "a"), ("float", "5", 5.0), ("Boolean", "false", False),
                  ("any", "f", "f"), ("dict", "{}", {}), ("dict", "f", "f"),
                  ("dict", "{'a': [1, 'x'], b: {c: true}}", {"a": [1, "x"], "b": {"c": True}}),
                  ("array of float", "[1, 2.5]", [1.0, 2.5]), ("array of String", "queue", "queue"))

    def test_what_is_cut_off_or_empty_stays_text(self):
        self.read("java", ("ArrayList of any", "new ArrayList<>() {{ add(); }}", [""]),
                  ("Array of String", 'new String[]{"a', 'new String[]{"a'))
        self.read("javascript", ("dict", "{a: }", {"a": ""}), ("array of String", "[,]", []))

    def test_arguments_of_these_languages_are_text(self):
        self.assertTrue(fits("true", {"type": "boolean"}, True, language="java"))
        self.assertFalse(fits(True, {"type": "boolean"}, True, language="java"))


if __name__ == "__main__":
    unittest.main()
