#!/usr/bin/env python3
"""What a long prompt does to a stream, and a stream to a long prompt, on this machine.

    bench/fairness.py [--rounds N] [--prompt N] [--json]

Runs `ashlar bench --fairness` of $ASHLAR_BINARY, by default the release build, a process a round.
One sequence decodes; alone first, then while another reads a prompt of 4,096 tokens. Two ratios,
each of which must be at most 3 in the median round:

    gap      the stream's 99th percentile of the time between tokens while the prompt is read, to its
             median alone
    prompt   the prompt's time to its first token beside the stream, to its time alone
"""
import argparse
import json
import statistics
import sys

import peer
import places
import turns  # sets $ASHLAR_BINARY

MOST = 3.0


def measure(prompt: int) -> dict:
    found = peer.ashlar_json("bench", "-m", places.model_path(), "--prompt=0", "--decode=0",
                             "--streams=0", "--rounds=1", f"--fairness={prompt}", "--json")
    return found["rounds"][0]["fairness"]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--prompt", type=int, default=4096)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    rounds = []
    for number in range(1, asked.rounds + 1):
        rounds.append(measure(asked.prompt))
        print(f"round {number}/{asked.rounds}: {rounds[-1]}", file=sys.stderr, flush=True)
    ratios = {name: statistics.median(r[name + "_ratio"] for r in rounds)
              for name in ("gap", "prompt")}
    passed = all(ratio <= MOST for ratio in ratios.values())
    if asked.json:
        print(json.dumps({"bar": "fairness", "prompt": asked.prompt, "ratio": ratios, "need": MOST,
                          "rounds": rounds, "pass": passed}))
    else:
        for name, ratio in ratios.items():
            print(f"{name}: {ratio:.2f}, at most {MOST:.0f}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
