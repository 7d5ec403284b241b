"""BFCL's questions (shared data) as requests to `ashlar generate --jsonl`, its signatures as tools, and
calls read off answers that nothing constrained. Standard library alone.
"""
import json

import places
from bfcl_match import LANGUAGES, tool_name

# JSON Schema's names of the types that Python signatures spell otherwise; BFCL gives models "any" as
# text.
JSON_TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
KEPT = ("description", "default", "enum", "required", "minItems", "maxItems")
SPELLED = {"java": "Java", "javascript": "JavaScript"}
TOKENS = 512

BEGIN, END = "<tool_call>", "</tool_call>"


def categories() -> dict[str, list[dict]]:
    suffix = ".even.jsonl"
    return {path.name.removesuffix(suffix): [json.loads(line) for line in path.open(encoding="utf-8")]
            for path in sorted((places.data_path() / "bfcl").glob("*" + suffix))}


def schema_of(described: dict) -> dict:
    """An object whose properties are named takes no others, as a function takes no others than its
    signature's."""
    schema = {"type": JSON_TYPES.get(described["type"], described["type"])}
    schema |= {key: described[key] for key in KEPT if key in described}
    if "items" in described:
        schema["items"] = schema_of(described["items"])
    if "properties" in described:
        schema["properties"] = {name: schema_of(each) for name, each in described["properties"].items()}
        schema["additionalProperties"] = False
    return schema


def text_schema(described: dict, language: str) -> dict:
    """A value of another language than Python stands in a string, as that language writes it."""
    of = f" of {described['items']['type']}" if "items" in described else ""
    note = f"As {language} code in a string, of type {described['type']}{of}."
    return {"type": "string", "description": f"{described.get('description', '')} {note}".strip()}


def tool_of(function: dict, language: str | None) -> dict:
    parameters = schema_of(function["parameters"])
    if language:
        parameters["properties"] = {name: text_schema(each, SPELLED[language])
                                    for name, each in function["parameters"]["properties"].items()}
    return {"type": "function", "function": {"name": tool_name(function["name"]),
                                             "description": function["description"],
                                             "parameters": parameters}}


def tools_of(category: str, entry: dict) -> list[dict]:
    return [tool_of(each, LANGUAGES.get(category)) for each in entry["function"]]


def announced(messages: list[dict], tools: list[dict]) -> list[dict]:
    """The messages that a model whose template knows no tools is given (chat/tool_messages.h); the
    runner holds the prompts' lengths against each other."""
    lines = [json.dumps(tool, ensure_ascii=False, separators=(",", ":")) for tool in tools]
    text = "\n".join(["You can call these functions, each described by a line of JSON:", *lines,
                      "To call a function, write its name and its arguments, as a JSON object, like this:",
                      BEGIN, '{"name": "NAME", "arguments": {"ARGUMENT": VALUE}}', END])
    if messages[0]["role"] != "system":
        return [{"role": "system", "content": text}, *messages]
    return [{"role": "system", "content": f"{messages[0]['content']}\n\n{text}"}, *messages[1:]]


def request(category: str, entry: dict, arm: str) -> dict:
    """`arm` is a choice of tools, or "free": the same prompt and no constraint."""
    messages, tools = entry["question"][0], tools_of(category, entry)
    asked = {"temperature": 0, "max_tokens": TOKENS}
    if arm == "free":
        return asked | {"messages": announced(messages, tools)}
    return asked | {"messages": messages, "tools": tools, "tool_choice": arm, "tool_syntax": "generic"}


def call_of(value) -> dict | None:
    """A call, if the JSON value is one."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or "arguments" not in value:
        return None
    arguments = value["arguments"]
    return {"name": value["name"], "arguments": arguments if isinstance(arguments, dict) else None}


def calls_in(text: str) -> list[dict]:
    """The calls of an answer that nothing constrained: every JSON object that has a name and arguments,
    wherever it stands."""
    found, at, decoder = [], text.find("{"), json.JSONDecoder()
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            value, end = None, at + 1
        call = call_of(value)
        found += [call] if call else []
        at = text.find("{", end if call else at + 1)
    return found
