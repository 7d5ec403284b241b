"""PyPI's jsonschema, which says whether texts are valid: the formats of the schema's draft asserted,
nothing fetched. A process that answers JSON lines on stdin.

    .venv-peers/structure/bin/python bench/peer_schema.py

    {"schema": TEXT, "instances": [TEXT, …]}  →  {"valid": [bool, …], "error": null or why it can't say}
"""
import json
import sys

import jsonschema
from jsonschema_specifications import REGISTRY


def judge(request: dict) -> dict:
    schema = json.loads(request["schema"])
    try:
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        validator = kind(schema, registry=REGISTRY, format_checker=kind.FORMAT_CHECKER)
        return {"valid": [validator.is_valid(json.loads(text)) for text in request["instances"]],
                "error": None}
    except Exception as wrong:  # of a pattern or a reference: many kinds
        return {"valid": [], "error": f"{type(wrong).__name__}: {wrong}"[:200]}


def main():
    sys.setrecursionlimit(20_000)
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
