#!/usr/bin/env python3
"""What LoRA adapters cost on this machine: STREAMS streams, each with an adapter of its own, against the
same streams without, in turns.

    bench/adapters.py [--rounds N] [--json] [--record]
    --json prints the figures as one object; --record writes the table into docs/benchmarks.md

Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes. Rank 8 on q and v must keep 0.80
of the base speed in the lower quartile; rank 16 on every linear is reported beside its roofline: the
bytes of eight adapters are nearly those of the model, and their products are f32 where its are int8.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import peer
import places
import rooflines
import turns
sys.path.insert(0, str(places.SOURCE_DIR / "tests"))
from support import adapters

STREAMS, DECODE, TILE = 8, 128, 16  # TILE: ranks are filled up to it in memory
WORDS = "one two three four five six seven eight nine ten"
CASES = {"rank 8 on q and v": ("plain", 0.80), "rank 16 on every linear": ("every", None)}


def speed(loaded: dict) -> float:
    """Tokens a second over all streams; without adapters when there are none."""
    options = [option for name, path in loaded.items() for option in ("--lora", f"{name}={path}")]
    names = list(loaded) or [""] * STREAMS
    lines = [json.dumps({"prompt": f"{i}, {WORDS}", "adapter": name, "temperature": 0,
                         "max_tokens": DECODE, "logit_bias": {"0": -100, "2": -100}})
             for i, name in enumerate(names)]
    done = subprocess.run([places.binary(), "generate", "-m", places.model_path(), "--jsonl",
                           "--ctx", "512", *options],
                          input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [len(answer["ids"]) for answer in answers] == [DECODE] * STREAMS
    took = max(answer["timings"]["prefill_ms"] + answer["timings"]["decode_ms"] for answer in answers)
    return 1000 * STREAMS * DECODE / took


def roofline(kind: str, work, limits) -> float:
    """What of the base's roofline is left with the adapters read and multiplied too."""
    ranks = [(adapters.KINDS[kind][1](layer, linear), sum(shape))
             for layer in range(adapters.LAYERS) for linear, shape in adapters.LINEARS.items()]
    adapter_bytes = sum(2 * -(-rank // TILE) * TILE * width for rank, width in ranks)
    products = sum(rank * width for rank, width in ranks)
    base = (work.weight_bytes / limits.read,
            STREAMS * (work.layer_products + work.head_products) / limits.int8)
    both = (base[0] + STREAMS * adapter_bytes / limits.read,
            base[1] + STREAMS * products / limits.f32)
    return max(base) / max(both)


def entry(case: str, rounds: list[tuple], bound: float | None) -> dict:
    need = CASES[case][1]
    ratio = turns.quartiles([ours / base for ours, base in rounds])
    return {"bar": f"LoRA, {STREAMS} adapters of {case}",
            "ours": statistics.median(ours for ours, _ in rounds),
            "base": statistics.median(base for _, base in rounds),
            "ratio": ratio, "roofline": bound, "need": need,
            "pass": need is None or ratio["q1"] >= need}


def measure(rounds: int) -> list[dict]:
    work = rooflines.work_of(peer.ashlar_json("inspect", places.model_path(), "--json"))
    limits = rooflines.measure(places.model_path(), work.kind)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for case, (kind, _) in CASES.items():
            loaded = {f"{kind}{i}": Path(folder) / f"{kind}{i}" for i in range(STREAMS)}
            for i, path in enumerate(loaded.values()):
                adapters.write_peft(kind, path, variant=str(i))
            speeds = []
            for number in range(1, rounds + 1):
                speeds.append((speed(loaded), speed({})))
                print(f"{case}, round {number}/{rounds}: {speeds[-1][0]:.0f} of "
                      f"{speeds[-1][1]:.0f} tok/s", file=sys.stderr, flush=True)
            found.append(entry(case, speeds, limits and roofline(kind, work, limits)))
    return found


def row(each: dict) -> str:
    ratio = each["ratio"]
    bound = f"{each['roofline']:.2f}" if each["roofline"] else ""
    need = f"{each['need']:.2f}" if each["need"] else ""
    return (f"| {each['bar']} | {each['ours']:.0f} | {each['base']:.0f} | {ratio['q1']:.2f} | "
            f"{ratio['median']:.2f} | {ratio['q3']:.2f} | {need} | {bound} |")


def section(found: list[dict], rounds: int) -> str:
    lines = "\n".join(map(row, found))
    return f"""
### LoRA adapters against the model as it is ({peer.conditions()['kernels']})

| SmolLM2-135M Q4_1, {STREAMS} streams | tok/s | without | ratio, lower quartile | median | upper | need | roofline |
|---|---|---|---|---|---|---|---|
{lines}

{rounds} rounds in turns, {DECODE} tokens an answer, every stream with an adapter of its own, in f16. The
roofline is the ratio that bytes and products alone would allow. {peer.conditions_line(peer.conditions())}.
Made by `bench/adapters.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked = turns.parse(arguments)
    found = measure(asked.rounds)
    text = section(found, asked.rounds)
    peer.publish("lora", found, text, asked)
    return 0 if all(each["pass"] for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
