#!/usr/bin/env python3
"""Answers held to 2,000 real schemas (jsonschemabench of the shared data).

    bench/schemas.py [--only NAME]... [--json] [--record]

    coverage    which compile, admit each valid instance and stop each invalid one, with SmolLM2's and
                llama3's vocabulary: 92 % of all and of those with instances; no invalid one admitted
                (unless PyPI's jsonschema calls it valid); compiling p99 20 ms
    masks       on the way through the valid instances: p50 10 us, p99 500 us, none over 10 ms in the
                best of 3 replays; beside llguidance and XGrammar on the same tokens
    generation  SmolLM2 at temperature 1, the first 500 that compile: answers that finish within 512
                tokens validate (jsonschema), and 70 % finish, all with `finish`

Needs bench/peers.sh structure, and 15 minutes.
"""
import argparse
import sys

import peer
import schema_coverage
import schema_generation
import schema_masks
import turns  # sets $ASHLAR_BINARY

PARTS = {"coverage": (schema_coverage.coverage, schema_coverage),
         "masks": (schema_masks.masks, schema_masks),
         "generation": (schema_generation.generation, schema_generation)}


def section(found: dict) -> str:
    kernels = peer.conditions()["kernels"]
    rows = peer.rows_of_parts(found, lambda name, e: PARTS[name][1].line_of(e))
    details = "\n\n".join(PARTS[name][1].details(e) for name, e in found.items())
    return f"""
### Answers held to 2,000 real schemas ({kernels})

| part | found | passes |
|---|---|---|
{rows}

{details}

{peer.conditions_line(peer.conditions())}. Made by `bench/schemas.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", action="append", choices=PARTS)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    found = {}
    for name in asked.only or PARTS:
        measure, lines = PARTS[name]
        found[name] = measure()
        print(f"{name}: {'passes' if found[name]['pass'] else 'FAILS'}: {lines.line_of(found[name])}",
              file=sys.stderr, flush=True)
    text = section(found)
    peer.publish("schemas", found, text, asked)
    return 0 if all(e["pass"] for e in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
