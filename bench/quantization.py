#!/usr/bin/env python3
"""What quantization saves: bytes of the file, memory and speed of each type of a model, in turns.

    bench/quantization.py [--family F]... [--rounds N] [--json] [--record]

Families: smollm2 (f32, q8_0, q4_1; its source is Q4_1, so that f32 has no more to say than that), and
random weights of the dimensions of llama-3.2-1b and qwen3-4b (f16, q8_0, q4_1). A family whose widest
file and as much again wouldn't fit in memory is left out, saying so. Without --family the first two.
Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes.

--json: [{"model", "type", "bytes", "rss", "prefill", "decode", "ratio": {"bytes", "rss", "prefill",
"decode"}}], medians; a ratio is to the family's widest type in the same round, over 1 when the type is
smaller or faster.
"""
import argparse
import os
import statistics
import sys

import models
import peer
import sides
import turns
from sides import Task, say

FAMILIES = {"smollm2": ("f32", "q8_0", "q4_1"),
            "llama-3.2-1b": ("f16", "q8_0", "q4_1"),
            "qwen3-4b": ("f16", "q8_0", "q4_1")}
USUAL = ["smollm2", "llama-3.2-1b"]
PREFILL, DECODE = Task(256, 1), Task(16, 64)
FIGURES = ("bytes", "rss", "prefill", "decode")
SMALLER = ("bytes", "rss")  # less is better


def fits(widest: int, memory: int) -> bool:
    """Twice: the page cache keeps the file while a packed copy may be made of it."""
    return 2 * widest <= memory


def measure(side: sides.Ours) -> dict:
    decode = side.measure(DECODE)
    return {"bytes": side.model.stat().st_size, "rss": decode["rss"], "decode": decode["decode"],
            "prefill": side.measure(PREFILL)["prefill"]}


def ratio(figure: str, widest: float, value: float) -> float:
    return widest / value if figure in SMALLER else value / widest


def entries(family: str, types: tuple, rounds: list[dict]) -> list[dict]:
    """rounds: type → figure → value. The first type is the widest."""
    found = []
    for kind in types:
        line = {"model": family, "type": kind, "ratio": {}}
        for figure in FIGURES:
            line[figure] = statistics.median(r[kind][figure] for r in rounds)
            line["ratio"][figure] = turns.quartiles([
                ratio(figure, r[types[0]][figure], r[kind][figure]) for r in rounds])
        found.append(line)
    return found


def run(family: str, rounds: int) -> list[dict]:
    types = FAMILIES[family]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    widest = models.path_of(f"{family}-{types[0]}")
    if not fits(widest.stat().st_size, memory):
        say(f"{family}: left out, {types[0]} has {widest.stat().st_size / 1e9:.1f} GB")
        return []
    ours = {kind: sides.Ours(models.path_of(f"{family}-{kind}")) for kind in types}
    for side in ours.values():
        side.measure(Task(16, 2))  # what is made at the first start only
    measured = []
    for number in range(1, rounds + 1):
        measured.append({kind: measure(side) for kind, side in ours.items()})
        say(f"{family}: round {number} of {rounds}")
    return entries(family, types, measured)


def row(line: dict) -> str:
    def cell(figure, shown):
        return f"{shown} ({line['ratio'][figure]['median']:.2f}×)"
    cells = [line["model"], line["type"], cell("bytes", f"{line['bytes'] / 1e6:.1f}"),
             cell("rss", f"{line['rss'] / 1e6:.1f}"), cell("prefill", f"{line['prefill']:.1f}"),
             cell("decode", f"{line['decode']:.1f}"),
             f"{line['ratio']['decode']['q1']:.2f} to {line['ratio']['decode']['q3']:.2f}"]
    return "| " + " | ".join(cells) + " |"


def section(found: list[dict], rounds: int) -> str:
    where = peer.conditions()
    lines = "\n".join(map(row, found))
    return f"""
### What quantization saves ({where['kernels']})

| model | type | file, MB | peak memory, MB | prefill of {PREFILL.prompt}, tok/s | decode of {DECODE.tokens}, tok/s | quartiles of decode's ratio |
|---|---|---|---|---|---|---|
{lines}

In brackets how many times smaller or faster than the family's first type. SmolLM2's source is Q4_1:
its f32 and q8_0 are made from that. The others have random weights and the named model's dimensions;
the embedding stays at 8 bits in q4_1. Medians of {rounds} rounds in turns. {peer.conditions_line(where)}.
Made by `bench/quantization.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--family", action="append", choices=FAMILIES)
    asked = turns.parse(arguments)
    found = [line for family in asked.family or USUAL for line in run(family, asked.rounds)]
    text = section(found, asked.rounds)
    peer.publish("quantization", found, text, asked)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peer.PeerMissing as missing:
        print(missing, file=sys.stderr)
        sys.exit(1)
