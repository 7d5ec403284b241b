#!/usr/bin/env python3
"""Every bar that we hold ourselves to, on this machine: ours and the peers in turns (A/B/A/B).

    bench/bars.py [--model M]... [--bar NAME]... [--rounds N] [--json] [--record]

Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes. Peers: bench/peers.sh; each
runs with the best of its grid (sides.py says which), chosen for every figure before the first
round. Without --model: SmolLM2 as Q4_1, Q4_0 and Q8_0, and random weights of Llama-3.2-1B's
dimensions as Q4_1. --record writes a section for each model into docs/benchmarks.md.

--json prints a list with an entry for each bar, model and whom it is held against:

    {"bar", "model", "against", "unit",
     "ours", "peer": medians in that unit; peer null where the bar is a share of the roofline,
     "settings": the peer's, "ratio": {"median", "q1", "q3"} over the rounds, over 1 when ours is
     better (a peer, a limit) or the share of the roofline, "roofline": what this machine could do at
     best, "share": {"median", "q1", "q3"} of it, "need": what the ratio's lower quartile must be,
     "pass", and "reason" where something is missing}

An entry against a peer passes when the ratio's lower quartile is what is needed, or that of the share
of the roofline is 0.8; the floors, shares of the roofline themselves, are entries of their own. What
could not be measured is null and doesn't pass.
"""
import argparse
import json
import statistics
import sys
from dataclasses import dataclass

import models
import peer
import places
import sides
from rounds import BEST, LIMIT, ROOFLINE, Contest
from sides import LLAMA, LOOSE, OPENVINO, TRANSFORMERS, Task, say
from turns import parse as parse_turns, quartiles

PREFILL, DECODE, LONG = Task(512, 1), Task(16, 128), Task(4096, 128)
STREAMS, NAIVE = Task(128, 128, streams=16), Task(16, 32)
MEMORY = Task(1920, 128)  # one context of 2,048
MODELS = ["smollm2-q4_1", "smollm2-q4_0", "smollm2-q8_0", "llama-3.2-1b-q4_1"]
NEAR_ROOFLINE = 0.8


@dataclass(frozen=True)
class Bar:
    name: str
    task: Task
    figure: str
    needs: tuple                      # (against, ratio)
    unit: str = "tok/s"
    lower: bool = False               # less is better
    default_only: bool = False        # for the default model alone


def bars_for(kernels: str) -> list[Bar]:
    prefill = 1.1 if kernels == "avx512" else 2.0
    return [
        Bar("decode 128", DECODE, "decode", ((LLAMA, 2.0), (OPENVINO, 1.5), (ROOFLINE, 0.65))),
        Bar("prefill 512", PREFILL, "prefill", ((BEST, prefill), (ROOFLINE, 0.45))),
        Bar("prefill 4k", LONG, "prefill", ((LLAMA, 1.5),)),
        Bar("decode at 4k", LONG, "decode", ((LLAMA, 1.5),)),
        Bar("16 streams", STREAMS, "streams", ((LLAMA, 5.0), (OPENVINO, 2.0))),
        Bar("overhead", DECODE, "overhead_us", ((LIMIT, 1.0),), "us a token", lower=True),
        Bar("memory", MEMORY, "rss", ((LIMIT, 1.0),), "bytes", lower=True),
        # At most 5 % slower than without the promise.
        *[Bar(f"price of determinism, {figure}", task, figure, ((LOOSE, 0.95),), default_only=True)
          for task, figure in ((DECODE, "decode"), (PREFILL, "prefill"), (STREAMS, "streams"))],
        # 60 % less time for a token is 2.5 times the speed.
        Bar("naive pipeline", NAIVE, "decode", ((TRANSFORMERS, 2.5),), default_only=True),
    ]


def passes(ratio: dict | None, need: float, share: dict | None = None) -> bool:
    """By the ratio, or by nearness to the roofline: whichever is lower."""
    return bool(ratio and ratio["q1"] >= need) or bool(share and share["q1"] >= NEAR_ROOFLINE)


def column(rounds: list[dict], side: str, key: tuple) -> list:
    """A side's values of a figure, one a round; empty when it lacks one."""
    if side == BEST:
        columns = [column(rounds, name, key) for name in (LLAMA, OPENVINO)]
        return [max(pair) for pair in zip(*columns)] if all(columns) else []
    values = [found.get(side, {}).get(key) for found in rounds]
    return [] if None in values else values


def ratios(ours: list, theirs: list, lower: bool) -> dict | None:
    if not ours or not theirs:
        return None
    return quartiles([b / a if lower else a / b for a, b in zip(ours, theirs)])


def median(values: list) -> float | None:
    return statistics.median(values) if values else None


def reason_of(against: str, missing: dict) -> str:
    names = (LLAMA, OPENVINO) if against == BEST else (against,)
    return "; ".join(missing[name] for name in names if name in missing) or "not measured"


def entry(bar: Bar, against: str, need: float, rounds: list[dict], missing: dict) -> dict:
    key = (bar.task, bar.figure)
    ours, roofline = column(rounds, "ours", key), column(rounds, ROOFLINE, key)
    share = ratios(ours, roofline, bar.lower)
    theirs = [] if against == ROOFLINE else column(rounds, against, key)
    ratio = share if against == ROOFLINE else ratios(ours, theirs, bar.lower)
    found = {"bar": bar.name, "key": key, "against": against, "unit": bar.unit, "ours": median(ours),
             "peer": median(theirs), "ratio": ratio, "roofline": median(roofline), "share": share,
             "need": need, "pass": passes(ratio, need, None if against == ROOFLINE else share)}
    return found if ratio else found | {"reason": reason_of(against, missing)}


def entries(bars: list[Bar], rounds: list[dict], missing: dict) -> list[dict]:
    return [entry(bar, against, need, rounds, missing)
            for bar in bars for against, need in bar.needs]


def measure(name: str, bars: list[Bar], rounds: int) -> tuple[str, list[dict], dict]:
    """A model's label, its entries and the versions of its peers."""
    try:
        label, path = models.find(name)
    except peer.PeerMissing as error:  # that the model would be made with
        missing = dict.fromkeys((*sides.PEERS, ROOFLINE, LIMIT), str(error))
        return name, labelled(entries(bars, [], missing), name, lambda *_: None), {}
    bars = [bar for bar in bars if path == places.model_path() or not bar.default_only]
    needed = {(bar.task, against) for bar in bars for against, _ in bar.needs}
    with Contest(path, needed) as contest:
        measured = []
        for number in range(1, rounds + 1):
            measured.append(contest.round())
            say(f"{label}: round {number} of {rounds}")
    found = entries(bars, measured, contest.missing)
    return label, labelled(found, label, contest.settings), contest.versions


def labelled(found: list[dict], label: str, settings) -> list[dict]:
    return [line | {"model": label, "settings": settings(line["against"], line.pop("key"))}
            for line in found]


def number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value / 1e6:.1f} MB" if unit == "bytes" else f"{value:.1f}"


def row(found: dict) -> str:
    ratio, share = found["ratio"], found["share"]
    shown = [f"{ratio[name]:.2f}" if ratio else "–" for name in ("q1", "median", "q3")]
    used = ", ".join(f"{key} {value}" for key, value in (found["settings"] or {}).items())
    cells = [f"{found['bar']}, {found['unit']}", number(found["ours"], found["unit"]),
             found["against"], number(found["peer"] or found["roofline"], found["unit"]), *shown,
             f"{found['need']:.2f}", f"{share['q1']:.0%}" if share else "–",
             "yes" if found["pass"] else "no", found.get("reason") or used]
    return "| " + " | ".join(cells) + " |"


def section(label: str, found: list[dict], versions: dict, rounds: int) -> str:
    where = peer.conditions()
    lines = "\n".join(map(row, found))
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"""
### Bars of {label} ({where['kernels']})

| bar | Ashlar | against | its figure | ratio, lower quartile | median | upper | need | of the roofline | passes | settings |
|---|---|---|---|---|---|---|---|---|---|---|
{lines}

Medians of {rounds} rounds in turns. {named}. {peer.conditions_line(where)}. Made by
`bench/bars.py --record`.
"""


class Parser(argparse.ArgumentParser):
    """Whose errors are JSON where JSON was asked for."""

    def error(self, message):
        if "--json" in sys.argv[1:]:
            print(json.dumps({"error": {"kind": "bad_input", "message": message,
                                        "where": "command line", "mend": "bench/bars.py --help"}}))
            sys.exit(2)
        super().error(message)


def parse(kernels: str) -> argparse.Namespace:
    names = [bar.name for bar in bars_for(kernels)]
    arguments = Parser(description=__doc__.splitlines()[0])
    arguments.add_argument("-m", "--model", action="append", metavar="M",
                           help=f"of {', '.join(models.NAMES)}, of the catalogue, or a path")
    arguments.add_argument("--bar", action="append", choices=names)
    return parse_turns(arguments)


def main() -> int:
    kernels = peer.ashlar_json("doctor", "--json")["kernels"]["chosen"]
    asked = parse(kernels)
    bars = [bar for bar in bars_for(kernels) if not asked.bar or bar.name in asked.bar]
    every = []
    for name in asked.model or MODELS:
        label, found, versions = measure(name, bars, asked.rounds)
        every += found
        text = section(label, found, versions, asked.rounds)
        if asked.record:
            peer.write_section(f"bars-{kernels}-{label}", text)
        if not asked.json:
            print(text.strip() + "\n", flush=True)
    if asked.json:
        print(json.dumps(every))
    else:
        print(f"{sum(line['pass'] for line in every)} of {len(every)} bars pass")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peer.AshlarFailed as failed:
        print(json.dumps(failed.answer) if "--json" in sys.argv else failed)
        sys.exit(failed.code)
