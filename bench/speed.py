#!/usr/bin/env python3
"""Speed against llama.cpp on this machine, in turns (A/B/A/B), so that both meet the same weather.

    bench/speed.py [--rounds N] [--record]    --record writes the table into docs/benchmarks.md

Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes.

A round measures each figure on our side (`ashlar bench`, a process of its own), then on the peer's,
with the same token ids and greedy sampling. The ratio of a round is ours to the peer's speed; its
quartiles over the rounds are given, and the lower one counts. The peer runs with the best settings
of a grid tried before the first round, for each figure: 1 or all threads, flash attention off or on,
micro-batches of 128 or 512; its model stays loaded throughout.
"""
import argparse
import itertools
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

import peer
import places

# What users run, unless the caller names another.
os.environ.setdefault("ASHLAR_BINARY", str(places.SOURCE_DIR / "build" / "release" / "src" / "ashlar"))

PROMPT, LEAD, DECODE = 512, 16, 128
STREAMS, STREAM_PROMPT, STREAM_DECODE = 16, 128, 128
GRID_DECODE = 16  # tokens a stream while the settings are being chosen
QUESTION = "Why is the sky blue?"


def ids_of(count: int, stream: int, vocabulary: int) -> list[int]:
    """As src/cli/bench_verb.cpp has them."""
    return [1000 + (i * 7919 + stream * 104729) % (vocabulary - 1000) for i in range(count)]


@dataclass
class Figure:
    """One line of the table. Speeds are tokens (or first tokens) a second."""
    name: str
    unit: str
    ours: object             # () -> speed
    theirs: object           # settings -> speed; the first use of settings opens a context
    settings: dict = field(default_factory=dict)
    our_speeds: list = field(default_factory=list)
    peer_speeds: list = field(default_factory=list)

    def ratios(self):
        return [a / b for a, b in zip(self.our_speeds, self.peer_speeds)]


def bench(name: str, **counts) -> float:
    """`ashlar bench` for one figure and one round."""
    asked = {"prompt": 0, "decode": 0, "streams": 0, **counts}
    options = [f"--{key.replace('_', '-')}={value}" for key, value in asked.items()]
    found = peer.ashlar_json("bench", "-m", places.model_path(), "--rounds", "1", "--json", *options)
    return found["median"][name]


def first_token_seconds() -> float:
    """From the start of the process to the first byte of the answer."""
    start = time.perf_counter()
    command = [str(places.binary()), "run", str(places.model_path()), QUESTION]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL) as child:
        first = child.stdout.read(1)
        seconds = time.perf_counter() - start
        child.kill()
    if not first:
        raise RuntimeError("ashlar run said nothing")
    return seconds


class Llama:
    """The peer's side of each figure."""

    def __init__(self, process, vocabulary):
        self.process, self.vocabulary, self.opened = process, vocabulary, None

    def open(self, settings, sequences, context):
        wanted = {"op": "open", **settings, "sequences": sequences, "context": context}
        if wanted != self.opened:
            self.process.ask(wanted)
            self.opened = wanted

    def prefill(self, settings):
        self.open(settings, 1, 1024)
        ids = ids_of(PROMPT, 0, self.vocabulary)
        return PROMPT / self.process.ask({"op": "prefill", "ids": ids})["seconds"]

    def decode(self, settings):
        self.open(settings, 1, 1024)
        request = {"op": "decode", "ids": ids_of(LEAD, 0, self.vocabulary), "tokens": DECODE}
        return (DECODE - 1) / self.process.ask(request)["seconds"]

    def streams(self, settings, tokens=STREAM_DECODE):
        self.open(settings, STREAMS, STREAMS * (STREAM_PROMPT + STREAM_DECODE))
        prompts = [ids_of(STREAM_PROMPT, s, self.vocabulary) for s in range(STREAMS)]
        request = {"op": "streams", "prompts": prompts, "tokens": tokens}
        return STREAMS * tokens / self.process.ask(request)["seconds"]

    def first(self, settings, prompt_tokens):
        self.opened = None
        ids = ids_of(prompt_tokens, 0, self.vocabulary)
        request = {"op": "first", "ids": ids, "threads": settings["threads"]}
        return 1 / self.process.ask(request)["seconds"]


def prompt_tokens_of_question() -> int:
    found = peer.ashlar_json("generate", "-m", places.model_path(), "--chat", "-p", QUESTION,
                             "--max-tokens", "1", "--json")
    return found["usage"]["prompt_tokens"]


def figures(llama: Llama) -> list[Figure]:
    tokens = prompt_tokens_of_question()
    return [
        Figure(f"prefill of {PROMPT}", "tok/s",
               lambda: bench("prefill_tok_s", prompt=PROMPT), llama.prefill),
        Figure(f"decode of {DECODE}", "tok/s",
               lambda: bench("decode_tok_s", decode=DECODE), llama.decode),
        Figure(f"{STREAMS} streams, {STREAM_PROMPT} + {STREAM_DECODE}", "output tok/s",
               lambda: bench("streams_tok_s", streams=STREAMS, stream_prompt=STREAM_PROMPT,
                             stream_decode=STREAM_DECODE), llama.streams),
        Figure(f"start to first token, prompt of {tokens}", "s",
               lambda: 1 / first_token_seconds(), lambda settings: llama.first(settings, tokens)),
    ]


def choose_settings(figure: Figure, llama: Llama, threads: int):
    """The grid's best for one figure, by one run each (two where a run is short)."""
    grid = [{"threads": t, "flash": f, "ubatch": u}
            for t, f, u in itertools.product(sorted({1, threads}), (0, 1), (128, 512))]
    if figure.unit == "s":  # opens with its own settings
        grid = [{"threads": t, "flash": 1, "ubatch": 512} for t in sorted({1, threads})]

    def speed(settings):
        if figure.theirs == llama.streams:
            return llama.streams(settings, GRID_DECODE)
        return max(figure.theirs(settings) for _ in range(2))

    figure.settings = max(grid, key=speed)
    print(f"llama.cpp, {figure.name}: best with {figure.settings}", file=sys.stderr, flush=True)


def run(rounds: int) -> tuple[list[Figure], str]:
    threads = peer.conditions()["threads"]
    with peer.start_llama() as process:
        about = process.ask({"op": "version"})
        llama = Llama(process, about["vocabulary"])
        table = figures(llama)
        for figure in table:
            choose_settings(figure, llama, threads)
        for number in range(1, rounds + 1):
            for figure in table:
                figure.our_speeds.append(figure.ours())
                figure.peer_speeds.append(figure.theirs(figure.settings))
                print(f"round {number}/{rounds}, {figure.name}: {figure.our_speeds[-1]:.2f} to "
                      f"{figure.peer_speeds[-1]:.2f}", file=sys.stderr, flush=True)
    return table, about["version"]


def row(figure: Figure) -> str:
    low, middle, high = statistics.quantiles(figure.ratios(), n=4, method="inclusive")
    ours, theirs = (statistics.median(s) for s in (figure.our_speeds, figure.peer_speeds))
    shown = [f"{1 / s:.2f}" if figure.unit == "s" else f"{s:.1f}" for s in (ours, theirs)]
    with_flash = "flash" if figure.settings["flash"] else "no flash"
    return (f"| {figure.name}, {figure.unit} | {shown[0]} | {shown[1]} | {low:.2f} | {middle:.2f} | "
            f"{high:.2f} | {figure.settings['threads']} threads, {with_flash}, "
            f"micro-batch {figure.settings['ubatch']} |")


def section(table, version, rounds) -> str:
    found = peer.conditions()
    lines = "\n".join(row(figure) for figure in table)
    return f"""
### Speed against llama.cpp ({found['kernels']})

| SmolLM2-135M Q4_1 | Ashlar | llama.cpp | ratio, lower quartile | median | upper | llama.cpp's settings |
|---|---|---|---|---|---|---|
{lines}

Medians of {rounds} rounds in turns; a ratio over 1 means that Ashlar is faster. Start to first token:
ours from the start of the process, llama.cpp's from loading the file, its interpreter not counted.
llama-cpp-python {version} compiled for this CPU. {peer.conditions_line(found)}. Made by
`bench/speed.py --record`.
"""


def summary(table) -> str:
    return "; ".join(f"{f.name} {statistics.median(f.ratios()):.2f}x" for f in table)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    if asked.rounds < 2:
        arguments.error("--rounds must be at least 2: quartiles need two ratios")
    table, version = run(asked.rounds)
    text = section(table, version, asked.rounds)
    print(text.strip())
    if asked.record:
        peer.write_section(f"speed-{peer.conditions()['kernels']}", text)
    print("against llama.cpp: " + summary(table))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peer.PeerMissing as error:
        print(error)
        sys.exit(1)
