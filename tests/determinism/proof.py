"""Same in, same out, as an experiment: requests are answered under one setting of everything that must
not matter, then under others, and every id and every bit of every log-probability is compared.

Some requests have two choices: where fewer sequences may run, the second one is set back and computed
anew from what it holds, as one that is preempted is. Some have a LoRA adapter.

A factor is a name and its levels; a level is what it adds to `ashlar generate --jsonl`. To try another
one, add it to factors(). The first level is the baseline's.
"""
import json
import os
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import adapters, places
from support.truncated import write_truncated

CONTEXT, ALTERNATIVES = 512, 2
ADAPTERS = ("plain", "rslora")  # kinds of support/adapters.py, which requests may name


@dataclass
class Level:
    """How a run differs from the baseline."""
    options: list = field(default_factory=list)  # of the command line
    environment: dict = field(default_factory=dict)
    twice: bool = False       # each request is sent twice in a row, and both answers count
    store: bool = False       # --prefix-cache, which fill_store() has filled
    twins: bool = False       # each request is followed by one that differs in its adapter alone


@dataclass
class Run:
    """What came of one setting. An answer is its bytes: ids, log-probabilities, alternatives."""
    answers: list
    seconds: float
    cached: int
    guessed: int
    accepted: int

    def differences(self, expected: list, twice: bool) -> list[int]:
        """Indices of requests whose answers differ."""
        times = 2 if twice else 1
        assert len(self.answers) == times * len(expected)
        return [i for i, answer in enumerate(expected)
                if any(other != answer for other in self.answers[times * i:times * (i + 1)])]


def available_kernels() -> list[str]:
    """Fastest first."""
    done = subprocess.run([places.binary(), "doctor", "--json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["kernels"]["available"][::-1]


def draft_model(folder: Path, layers: int = 3) -> Path:
    path = folder / f"first-{layers}-layers.gguf"
    return path if path.exists() else write_truncated(path, layers)


def factors(draft: Path, kernels: list[str]) -> dict:
    """Name → level's name → level. `draft` guesses badly, so that many guesses are taken back."""
    def options(*words):
        return Level(options=[str(word) for word in words])

    def beside(others):
        return options("--sequences", others + 1)

    return {
        "beside": {"7 others": beside(7), "nobody": beside(0), "1 other": beside(1),
                   "31 others": beside(31)},
        "prefix cache": {"cold": options("--prefix-cache", "off"), "hot, in memory": Level(twice=True),
                         "hot, on disk": Level(store=True)},
        "chunk": {"64": options("--chunk", 64), "16": options("--chunk", 16),
                  "512": options("--chunk", 512)},
        "threads": {"2": options("--threads", 2), "1": options("--threads", 1)},
        "speculation": {"off": options("--speculate", "off"),
                        "n-gram": options("--speculate", "ngram", "--guesses", 2),
                        "draft": options("--speculate", draft, "--guesses", 2)},
        "adapters": {"own": Level(), "others beside": Level(twins=True)},
        "kernels": {isa: Level(environment={"ASHLAR_ISA": isa}) for isa in kernels},
    }


def baseline(table: dict) -> dict:
    return {factor: next(iter(levels)) for factor, levels in table.items()}


def alone(table: dict) -> list[dict]:
    """Every level that is not the baseline's, with all else as there."""
    usual = baseline(table)
    return [{**usual, factor: level} for factor, levels in table.items()
            for level in levels if level != usual[factor]]


def answer_bytes(line: dict) -> bytes:
    """Of all its choices."""
    packed = []
    for choice in line.get("choices", [line]):
        assert choice["ids"] == [token["id"] for token in choice["logprobs"]]
        packed += [struct.pack("<Id", entry["id"], entry["logprob"])
                   for token in choice["logprobs"] for entry in [token, *token["top"]]]
    return b"".join(packed)


def twin_of(request: dict) -> dict:
    """The same prompt under the next adapter, or none: what a cache might take for the same."""
    order = ["", *ADAPTERS]
    at = order.index(request.get("adapter", ""))
    return {**request, "adapter": order[(at + 1) % len(order)]}


class Experiment:
    """Requests, and the folders that runs over them share."""

    def __init__(self, requests: list[dict], tokens: int, folder: Path, store: Path = None,
                 options: tuple = ()):
        self.options = options  # of every run, the baseline's too
        self.requests = [{**request, "max_tokens": tokens, "logprobs": ALTERNATIVES}
                         for request in requests]
        self.draft = draft_model(folder)
        self.loras = []
        for kind in ADAPTERS:
            adapters.write_peft(kind, folder / kind)
            self.loras += ["--lora", f"{kind}={folder / kind}"]
        self.table = factors(self.draft, available_kernels())
        self.store = store or folder / "store"

    def fill_store(self) -> Run:
        return self.run({**baseline(self.table), "prefix cache": "hot, on disk"})

    def run(self, setting: dict) -> Run:
        levels = [self.table[factor][level] for factor, level in setting.items()]
        twice = any(level.twice for level in levels)
        options = [word for level in levels for word in level.options]
        if any(level.store for level in levels):
            options += ["--prefix-cache", self.store]
        environment = {name: value for level in levels for name, value in level.environment.items()}
        twins = any(level.twins for level in levels)
        lines = [json.dumps(line) for request in self.requests for _ in range(1 + twice)
                 for line in ([request, twin_of(request)] if twins else [request])]
        start = time.monotonic()
        done = subprocess.run(
            [places.binary(), "generate", "-m", places.model_path(), "--ctx", str(CONTEXT), "--jsonl",
             *self.options, *self.loras, *options],
            input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE,
            env={**os.environ, **environment})
        found = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode != 0 or len(found) != len(lines):
            raise RuntimeError(f"{setting}: exit {done.returncode}, {done.stdout[:2000]}")
        own = found[::2] if twins else found
        return Run(answers=[answer_bytes(line) for line in own], seconds=time.monotonic() - start,
                   cached=sum(line["usage"]["cached_tokens"] for line in found),
                   guessed=sum(line["speculation"]["guessed"] for line in found),
                   accepted=sum(line["speculation"]["accepted"] for line in found))

    def twice(self, setting: dict) -> bool:
        return any(self.table[factor][level].twice for factor, level in setting.items())


def in_words(setting: dict, usual: dict) -> str:
    """What differs from the baseline."""
    changed = [f"{factor} {level}" for factor, level in setting.items() if level != usual[factor]]
    return ", ".join(changed) or "baseline"
