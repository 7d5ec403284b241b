"""`ashlar schema validate` against PyPI's jsonschema, on random schemas and instances of drafts 4, 6
and 2019-09: the same verdict on every pair. Seeded; SCHEMA_ORACLE_ROUNDS sets how many schemas."""
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

DRAFTS = {"4": jsonschema.Draft4Validator, "6": jsonschema.Draft6Validator,
          "2019-09": jsonschema.Draft201909Validator}
ROUNDS = int(os.environ.get("SCHEMA_ORACLE_ROUNDS", "400"))
INSTANCES = 12
NAMES = ["a", "b", "ab", "c", "é", "", "a/b", "~"]
STRINGS = ["", "a", "ab", "abc", "é", "😀😀", "1", "a1", "x y"]
NUMBERS = [0, 1, -1, 2, 3, 10, 1.0, 2.5, -0.5, 0.5, 10**20, 2**53 + 1, 1e3]
PATTERNS = ["^a", "b$", "^[a-c]+$", "[0-9]", "é", "^.{2}$", "a|x", "\\d", "\\s"]
TYPES = ["null", "boolean", "object", "array", "number", "string", "integer"]


class Maker:
    def __init__(self, draft, seed):
        self.draft, self.random = draft, random.Random(f"{draft}/{seed}")
        self.modern, self.newest = draft != "4", draft == "2019-09"

    def value(self, depth=2):
        kind = self.random.randrange(8 if depth else 5)
        if kind == 0:
            return self.random.choice([None, True, False])
        if kind <= 2:
            return self.random.choice(NUMBERS)
        if kind <= 4:
            return self.random.choice(STRINGS)
        if kind == 5:
            return [self.value(depth - 1) for _ in range(self.random.randrange(5))]
        return {name: self.value(depth - 1)
                for name in self.random.sample(NAMES, self.random.randrange(5))}

    def schema(self, depth):
        if self.modern and self.random.random() < 0.1:
            return self.random.random() < 0.6
        if depth == 0 and self.random.random() < 0.5:
            return {"$ref": self.random.choice(["#/definitions/x", "#/definitions/y", "#z", "w.json",
                                                "http://x/d/w.json#/definitions/v"])}
        if depth == 0:
            return self.random.choice([self.simple, self.numeric, self.text])(0)
        schema = {}
        for _ in range(self.random.randint(1, 3)):
            schema.update(self.random.choice(self.kinds())(depth - 1))
        # jsonschema 4.26 takes the keywords of additionalProperties' schema for evaluated names.
        if '"additionalProperties": {' in json.dumps(schema):
            schema.pop("unevaluatedProperties", None)
        return schema

    def root(self):
        schema = self.schema(3)
        if not isinstance(schema, dict) or "$ref" in schema:
            schema = {"allOf": [schema]}
        identifier = "id" if self.draft == "4" else "$id"
        schema[identifier] = "http://x/d/root.json"
        anchor = {"$anchor": "z"} if self.newest else {identifier: "#z"}
        schema["definitions"] = {"z": {"type": "integer", **anchor},
                                 "w": {identifier: "w.json", "minLength": 1,
                                       "items": {"$ref": "#/definitions/v"},
                                       "definitions": {"v": {"type": ["string", "null"]}}},
                                 "x": {"type": self.random.choice(TYPES)},
                                 "y": {"maxLength": 2, "minimum": 1,
                                       "properties": {"a": {"$ref": "#/definitions/y"}}}}
        return schema

    def kinds(self):
        kinds = [self.simple, self.numeric, self.text, self.array, self.object, self.combined]
        return kinds + [self.newer] if self.newest else kinds

    def count(self):
        return self.random.randrange(4)

    def schemas(self, depth):
        return [self.schema(depth) for _ in range(self.random.randint(1, 3))]

    def named(self, depth, names):
        return {name: self.schema(depth)
                for name in self.random.sample(names, self.random.randint(1, 3))}

    def simple(self, _):
        choices = [{"type": self.random.choice(TYPES)}, {"type": self.random.sample(TYPES, 2)},
                   {"enum": [self.value() for _ in range(4)]}]
        return self.random.choice(choices + [{"const": self.value()}] * self.modern)

    def numeric(self, _):
        bound = self.random.choice([0, 1, 2.5, -1, 10, 1.0])
        side = self.random.choice(["inimum", "aximum"])
        if self.draft == "4":
            exclusive = {f"exclusiveM{side}": self.random.random() < 0.5}
            return {f"m{side}": bound, **(exclusive if self.random.random() < 0.5 else {})}
        return self.random.choice([{f"m{side}": bound}, {f"exclusiveM{side}": bound},
                                   {"multipleOf": self.random.choice([1, 2, 0.5, 3])}])

    def text(self, _):
        return self.random.choice([{"minLength": self.count()}, {"maxLength": self.count()},
                                   {"pattern": self.random.choice(PATTERNS)}])

    def array(self, depth):
        choices = [{"items": self.schema(depth)}, {"minItems": self.count()},
                   {"maxItems": self.count()}, {"uniqueItems": self.random.random() < 0.8},
                   {"items": self.schemas(depth), "additionalItems": self.schema(depth)},
                   {"items": self.schemas(depth)}]
        return self.random.choice(choices + [{"contains": self.schema(depth)}] * self.modern)

    def object(self, depth):
        choices = [{"properties": self.named(depth, NAMES)},
                   {"patternProperties": self.named(depth, PATTERNS)},
                   {"properties": self.named(depth, NAMES),
                    "additionalProperties": self.schema(depth)},
                   {"required": self.random.sample(NAMES, 2)},
                   {"minProperties": self.count()}, {"maxProperties": self.count()}]
        if not self.newest:
            choices.append({"dependencies": self.named(depth, NAMES)})
            choices.append({"dependencies": {"a": self.random.sample(NAMES, 1)}})
        return self.random.choice(choices + [{"propertyNames": self.schema(depth)}] * self.modern)

    def combined(self, depth):
        return self.random.choice([{"allOf": self.schemas(depth)}, {"anyOf": self.schemas(depth)},
                                   {"oneOf": self.schemas(depth)}, {"not": self.schema(depth)}])

    def newer(self, depth):
        return self.random.choice([
            {"dependentRequired": {"a": self.random.sample(NAMES, 1)}},
            {"dependentSchemas": self.named(depth, NAMES)},
            {"if": self.schema(depth), "then": self.schema(depth), "else": self.schema(depth)},
            {"contains": self.schema(depth), "minContains": self.count(),
             "maxContains": self.count()},
            {"properties": {"a": {"$recursiveRef": "#"}}},
            {"items": self.schemas(depth), "unevaluatedItems": self.schema(depth)},
            {"properties": self.named(depth, NAMES), "unevaluatedProperties": False}])


def ours(draft, schema, instances):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "schema.json"
        path.write_text(json.dumps(schema), encoding="utf-8")
        done = subprocess.run([os.environ["ASHLAR_BINARY"], "schema", "validate", "--schema",
                               str(path), "--draft", draft],
                              input="".join(json.dumps(i) + "\n" for i in instances),
                              capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, f"{json.dumps(schema)}: {done.stderr} {done.stdout[-300:]}"
    return [json.loads(line)["valid"] for line in done.stdout.split("\n") if line]


def run(task):
    draft, seed = task
    maker = Maker(draft, seed)
    schema, instances = maker.root(), [maker.value(3) for _ in range(INSTANCES)]
    peer = DRAFTS[draft](schema)
    pairs = zip(instances, ours(draft, schema, instances), map(peer.is_valid, instances))
    return [f"draft {draft} seed {seed}: {json.dumps(schema)} on {json.dumps(i)}: {mine}, not {its}"
            for i, mine, its in pairs if mine is not its], sum(map(peer.is_valid, instances))


def main():
    failed = False
    for draft in DRAFTS:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(run, [(draft, seed) for seed in range(ROUNDS)]))
        failures = [failure for failures, _ in results for failure in failures]
        total = ROUNDS * INSTANCES
        print(f"draft {draft}: {total - len(failures)} of {total} agree "
              f"({sum(valid for _, valid in results)} valid)")
        print("".join(f"  {failure}\n" for failure in failures[:20]), end="")
        failed |= bool(failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
