"""Java's and JavaScript's literals as values of Python's. In BFCL's questions about those languages every
argument is a string, which holds the value as that language writes it; a text that isn't a literal of its
type stays what it is: the name of a variable, an expression.

Not read: arrays of arrays in Java, Set, Queue, Stack and Hashtable, escapes inside of quotes, and the
values of a map that are expressions with a comma or parenthesis. Standard library alone.
"""
import re

FRACTION = r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
SCALARS = {
    "java": {"byte": (r"(-?\d+)", int), "short": (r"(-?\d+)", int), "integer": (r"(-?\d+)", int),
             "long": (r"(-?\d+)[lL]", int), "float": (FRACTION + "[fF]", float),
             "double": (FRACTION, float), "boolean": ("(true|false)", "true".__eq__)},
    "javascript": {"integer": (r"(-?\d+)", int), "float": (r"(-?\d+(?:\.\d+)?)", float),
                   "Bigint": (r"(-?\d+)n", int), "Boolean": ("(true|false)", "true".__eq__),
                   "String": (r"(?s)[\"'](.*)[\"']", str)}}
ANY = [(r"(true|false)", "true".__eq__), (r"(-?\d+)[lLn]?", int), (FRACTION + "[fF]?", float),
       (r"(?s)[\"'](.*)[\"']", str)]

# What a list of elements stands in, elements that are added one by one, the same for maps.
LISTS = {"java": (r"new\s+\w+\s*\[\]\s*\{(.*)\}", r"new\s+ArrayList<[^>]*>\(Arrays\.asList\((.*)\)\)",
                  r"new\s+ArrayList<[^>]*>\(()\)"),
         "javascript": (r"\[(.*)\]", r"new\s+Array\((.*)\)")}
ADDED = r"new\s+ArrayList<[^>]*>\(\)\s*\{\s*\{(.*)\}\s*\}"
MAP = r"new\s+HashMap<.*?>\s*\(\)(?:\s*\{(.*)\})?"
OPENS, CLOSES, QUOTES = "([{", ")]}", "\"'"


def parts(text: str, separator: str = ",") -> list[str]:
    """The text between separators that are neither in quotes nor in brackets."""
    found, depth, quote = [""], 0, ""
    for c in text:
        if quote or c in QUOTES:
            quote = "" if c == quote else quote or c
        depth += (c in OPENS and not quote) - (c in CLOSES and not quote)
        if c == separator and not depth and not quote:
            found.append("")
        else:
            found[-1] += c
    return [part.strip() for part in found if part.strip()]


def scalar(text: str, rows) -> object:
    for pattern, convert in rows:
        if match := re.fullmatch(pattern, text):
            return convert(match[1])
    return text


def element(text: str, kind: str | None, language: str):
    """One of a list, or of a map's values: of this kind, or of what it looks like."""
    if re.fullmatch(r"(?s)\".*\"|'.*'", text):
        return text[1:-1]
    if kind in (None, "any", "array", "Array", "dict"):
        nested = {"[": "array", "{": "dict"}.get(text[:1])
        return value_of(text, {"type": nested}, language) if nested else scalar(text, ANY)
    return value_of(text, {"type": kind}, language)


def list_of(text: str, kind: str | None, language: str):
    if language == "java" and (match := re.fullmatch(ADDED, text, re.DOTALL)):
        words = re.findall(r"add\((.*?)\)\s*;", match[1], re.DOTALL)
    else:
        matches = (re.fullmatch(pattern, text, re.DOTALL) for pattern in LISTS[language])
        match = next(filter(None, matches), None)
        words = parts(match[1]) if match else None
    return text if words is None else [element(word, kind, language) for word in words]


def map_of(text: str, language: str):
    if language == "java":
        match = re.fullmatch(MAP, text, re.DOTALL)
        pairs = re.findall(r'put\("(.*?)",\s*(.*?)\)', match[1] or "") if match else []
    else:
        match = re.fullmatch(r"\{(.*)\}", text, re.DOTALL)
        pairs = [pair.partition(":")[::2] for pair in parts(match[1])] if match else []
    if not match:
        return text
    return {key.strip().strip(QUOTES): element(value.strip(), None, language) for key, value in pairs}


def value_of(text: str, described: dict, language: str):
    """The value that `text` writes in `language`, if it is one of the type that BFCL's signature
    describes; else the text."""
    kind = described["type"]
    if kind in ("Array", "ArrayList", "array"):
        return list_of(text.strip(), described.get("items", {}).get("type"), language)
    if kind in ("HashMap", "dict"):
        return map_of(text.strip(), language)
    row = SCALARS[language].get(kind)
    return scalar(text, [row]) if row else text
