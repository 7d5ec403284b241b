#!/usr/bin/env python3
"""What a long prompt does to a stream, and a stream to a long prompt, on this machine.

    bench/fairness.py [--rounds N] [--prompt N] [--json] [--record]
    --json prints the figures as one object; --record writes the table into docs/benchmarks.md

Runs `ashlar bench --fairness` of $ASHLAR_BINARY, by default the release build that `./ashlar` makes, a
process a round. One sequence decodes; alone first, then while another reads a prompt of 4,096 tokens.
Two ratios, whose upper quartiles must be at most 3:

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
FIGURES = {"gap": ("the stream's gap, p99", "quiet_ms", "gap_p99_ms"),
           "prompt": ("the prompt's first token", "prompt_alone_ms", "prompt_ms")}


def measure(prompt: int) -> dict:
    found = peer.ashlar_json("bench", "-m", places.model_path(), "--prompt=0", "--decode=0",
                             "--streams=0", "--rounds=1", f"--fairness={prompt}", "--json")
    return found["rounds"][0]["fairness"]


def entry(name: str, rounds: list[dict]) -> dict:
    _, alone, beside = FIGURES[name]
    ratio = turns.quartiles([r[name + "_ratio"] for r in rounds])
    return {"alone_ms": statistics.median(r[alone] for r in rounds),
            "beside_ms": statistics.median(r[beside] for r in rounds), "ratio": ratio, "need": MOST,
            "pass": ratio["q3"] <= MOST}


def section(found: dict, prompt: int, rounds: int) -> str:
    rows = "\n".join(
        f"| {FIGURES[name][0]} | {e['alone_ms']:.2f} | {e['beside_ms']:.2f} | {e['ratio']['q1']:.2f} "
        f"| {e['ratio']['median']:.2f} | {e['ratio']['q3']:.2f} | {e['need']:.0f} "
        f"| {'yes' if e['pass'] else 'no'} |" for name, e in found.items())
    return f"""
### A stream beside a prompt of {prompt:,} tokens ({peer.conditions()['kernels']})

| SmolLM2-135M Q4_1 | alone, ms | beside, ms | ratio, lower quartile | median | upper | at most | passes |
|---|---|---|---|---|---|---|---|
{rows}

{rounds} rounds, a process each. The stream's gap alone is its median while it writes its first 64 tokens; the
upper quartile must pass. {peer.conditions_line(peer.conditions())}. Made by `bench/fairness.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--prompt", type=int, default=4096)
    asked = turns.parse(arguments)
    rounds = []
    for number in range(1, asked.rounds + 1):
        rounds.append(measure(asked.prompt))
        print(f"round {number}/{asked.rounds}: {rounds[-1]}", file=sys.stderr, flush=True)
    found = {name: entry(name, rounds) for name in FIGURES}
    text = section(found, asked.prompt, asked.rounds)
    print(json.dumps({"prompt": asked.prompt, **found}) if asked.json else text.strip())
    if asked.record:
        peer.write_section(f"fairness-{peer.conditions()['kernels']}", text)
    return 0 if all(e["pass"] for e in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
