"""What the description can't say of good requests: names, ids and paths that exist, and how much work
there may be. Bad requests go out as they were made up.
"""
import os

import schemathesis

MODEL, ADAPTER, VOCABULARY = "smol", os.environ["ASHLAR_TEST_ADAPTER"], 49152
PARTS_OF_PATHS = {"/v1/models/{name}": MODEL, "/page/{name}": "app.js"}
GENERATES = ("/v1/chat/completions", "/v1/completions", "/v1/messages", "/api/generate", "/api/chat")
OF_STRUCTURES = ("order", "whitespace", "lenient", "finish")  # nothing without one
OF_NAMES = ("expected_generation", "source", "adapter")  # of what isn't there


def known(value):
    """Ids that there are; texts with a character that has a token."""
    if isinstance(value, list):
        return [known(each) for each in value]
    if isinstance(value, str):
        return "a" + value
    return int(value) % VOCABULARY if isinstance(value, (int, float)) else value


def held(structure):
    """A grammar is one; a schema doesn't contradict itself; and the vocabulary has tokens for the bytes
    that a regular expression asks for."""
    regex = structure.get("regex")
    if regex is not None and not regex.isascii():
        return {**structure, "regex": "[a-z]+"}
    if structure.get("grammar") is not None:
        return {**structure, "grammar": 'root ::= "a"+'}
    if structure.get("json") is not None:
        return {**structure, "json": {"type": "integer"}}
    return structure


def with_one_tool(body):
    """Names that differ, schemas that don't contradict themselves, and no structure beside them."""
    tool = body["tools"][0]
    holder = tool.get("function", tool)
    for name in {"parameters", "input_schema"} & holder.keys():
        holder[name] = {"type": "object"}
    return {**body, "tools": [tool], "response_format": None, "structured_outputs": None, "format": None,
            "text": None, "tool_syntax": "generic"}


def with_what_exists(body, path):
    body = {name: value for name, value in body.items() if name not in OF_NAMES}
    if path == "/adapters":
        return {**body, "model": None, "path": ADAPTER}
    if path == "/aliases":
        body["alias"] = "alias " + body["alias"]  # no adapter's name
    if path == "/v1/score":
        body["completion"] = " " + body["completion"]  # at least a token more
    if isinstance(body.get("model"), str):
        body["model"] = MODEL
    if body.get("structured_outputs"):
        body["structured_outputs"] = held(body["structured_outputs"])
    if (body.get("response_format") or {}).get("type") == "json_schema":
        body["response_format"]["json_schema"]["schema"] = {"type": "integer"}
    body = {name: value for name, value in body.items() if name not in OF_STRUCTURES}
    if body.get("tools"):
        body = with_one_tool(body)
    ids = ("stop_token_ids", "tokens", "prompt")
    return body | {name: known(body[name]) for name in ids if name in body}


def with_little_work(body, path):
    if path.startswith("/api/"):
        return {**body, "options": {"num_predict": 4}, "keep_alive": None}
    if path == "/v1/messages":
        return {**body, "max_tokens": 4}
    body = {name: value for name, value in body.items() if name != "max_completion_tokens"}
    n = min(body.get("n") or 1, 3)
    if body.get("best_of"):
        body["best_of"] = 3
    if body.get("logit_bias"):
        body["logit_bias"] = {"7": -1.5}
    if body.get("top_logprobs") is not None:
        body["logprobs"] = True
    return {**body, "max_tokens": 4, "n": n}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    path = case.operation.path
    if path in PARTS_OF_PATHS:
        case.path_parameters["name"] = PARTS_OF_PATHS[path]
    if isinstance(case.body, dict):
        case.body = with_what_exists(case.body, path)
        if path in GENERATES:
            case.body = with_little_work(case.body, path)
