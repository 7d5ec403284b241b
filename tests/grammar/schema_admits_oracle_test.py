"""`ashlar schema admits` against PyPI's jsonschema, on the random schemas and instances of
schema_oracle_test.py: what the masks let through, token by token, is what is valid; schemas that are
refused say why, and are few. Seeded; SCHEMA_ORACLE_ROUNDS sets how many schemas."""
import json
import os
import subprocess
import sys
from pathlib import Path

from schema_oracle_test import DRAFTS, INSTANCES, ROUNDS, Maker

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL

MOST_REFUSED = 0.1  # beside those that contradict themselves


def ours(draft, cases):
    lines = "".join(json.dumps({"schema": schema, "instances": [json.dumps(i) for i in instances]})
                    + "\n" for schema, instances in cases)
    done = subprocess.run([os.environ["ASHLAR_BINARY"], "schema", "admits", "--jsonl", "--tokenizer",
                           MODEL, "--draft", draft, "--order", "free", "--whitespace", "any"],
                          input=lines, capture_output=True, text=True, encoding="utf-8", timeout=900)
    assert done.returncode == 0, done.stderr + done.stdout[-300:]
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def judge(draft, seed, schema, instances, answer, peer):
    """What is told wrong, and whether the schema was refused though values meet it."""
    valid = [peer.is_valid(instance) for instance in instances]
    if not answer["compiled"]:
        empty = "contradicts" in answer["error"]["message"]
        wrong = [f"draft {draft} seed {seed}: {json.dumps(schema)} is called empty: "
                 f"{json.dumps(instances[valid.index(True)])}"] if empty and any(valid) else []
        return wrong, not empty
    return [f"draft {draft} seed {seed}: {json.dumps(schema)} on {json.dumps(i)}: {mine}, not {its}"
            for i, mine, its in zip(instances, answer["admits"], valid) if mine is not its], False


def main():
    failed = False
    for draft, validator in DRAFTS.items():
        makers = [Maker(draft, seed) for seed in range(ROUNDS)]
        cases = [(maker.root(), [maker.value(3) for _ in range(INSTANCES)]) for maker in makers]
        wrong, refused = [], []
        for seed, ((schema, instances), answer) in enumerate(zip(cases, ours(draft, cases))):
            found, unheld = judge(draft, seed, schema, instances, answer, validator(schema))
            wrong += found
            refused += [answer["error"]] * unheld
        print(f"draft {draft}: {ROUNDS} schemas, {len(refused)} refused, {len(wrong)} told wrong")
        print("".join(f"  {each}\n" for each in wrong[:20]), end="")
        print("".join(f"  {each}\n" for each in refused[:5]), end="")
        failed |= bool(wrong) or len(refused) > MOST_REFUSED * ROUNDS
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
