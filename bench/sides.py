"""Two sides at the same work: what is run, the peers' settings, the rounds in turns.

A task gives one figure or two: `prefill` (prompt tokens a second to the first token) and `decode`
(tokens a second after it), or `streams` (output tokens a second of all together, prompts included).
Both sides get the same token ids and sample greedily.
"""
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import peer
import places
import rooflines

LLAMA, OPENVINO, TRANSFORMERS = "llama.cpp", "OpenVINO GenAI", "Transformers f32"
LOOSE = "sums in any order"  # of ourselves: bench/lab/loose.cmake


@dataclass(frozen=True, order=True)
class Task:
    prompt: int
    tokens: int
    streams: int = 1

    def figures(self) -> list[str]:
        """A prompt of a few tokens says nothing of prefill."""
        if self.streams > 1:
            return ["streams"]
        return ["prefill"] * (self.prompt > 100) + ["decode"] * (self.tokens > 1)

    def probe(self) -> "Task":
        """Less of the same, for a first look at many settings."""
        return replace(self, prompt=max(16, self.prompt // 4), tokens=-(-self.tokens // 8))


def ids_of(count: int, stream: int, vocabulary: int) -> list[int]:
    """As src/cli/bench_verb.cpp has them."""
    return [1000 + (i * 7919 + stream * 104729) % (vocabulary - 1000) for i in range(count)]


def speeds_of(task: Task, found: dict) -> dict:
    """From a peer's answer to a task."""
    if task.streams > 1:
        return {"streams": task.streams * task.tokens / found["seconds"]}
    speeds = {"prefill": task.prompt / found["first"]}
    if task.tokens > 1:
        speeds["decode"] = (task.tokens - 1) / found["seconds"]
    return {name: speeds[name] for name in task.figures()}


class Ours:
    """The binary under test or another build of it, a process for each task."""

    def __init__(self, model: Path, binary: Path | None = None):
        self.model, self.binary = model, binary or places.binary()
        self.work = rooflines.work_of(peer.ashlar_json("inspect", model, "--json"))
        self.vocabulary = self.work.vocabulary

    def measure(self, task: Task) -> dict:
        """Its figures, the bytes that were resident at most (`rss`), and with a decoding task
        `overhead_us`."""
        asked = {"prompt": 0, "decode": 0, "streams": 0}
        if task.streams > 1:
            asked |= {"streams": task.streams, "stream-prompt": task.prompt,
                      "stream-decode": task.tokens}
        if "prefill" in task.figures():
            asked["prompt"] = task.prompt
        if "decode" in task.figures():
            asked |= {"lead": task.prompt, "decode": task.tokens}
        found, rss = self.bench(asked)
        figures = {name: found[f"{name}_tok_s"] for name in task.figures()}
        return figures | {"overhead_us": found.get("overhead_us"), "rss": rss}

    def bench(self, asked: dict) -> tuple[dict, int]:
        # Streams whose lengths aren't asked for would still count in the context's length.
        lengths = {"stream-prompt": 1, "stream-decode": 1} | asked
        command = [self.binary, "bench", "-m", self.model, "--rounds=1", "--json",
                   *(f"--{key}={value}" for key, value in lengths.items())]
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        answer = json.loads(output) if output else {"error": {"message": "it said nothing"}}
        if child.returncode != 0:
            raise peer.AshlarFailed(answer, child.returncode)
        return answer["median"], usage.ru_maxrss * 1024  # getrusage(2): kilobytes


class Peer:
    """The other side: a process that holds the model, with the best of a grid of settings."""

    def __init__(self, name: str, start, model: Path, vocabulary: int):
        self.name, self.process, self.opened = name, start(model), None
        self.vocabulary = vocabulary
        self.version = self.process.ask({"op": "version"})["version"]
        self.best = {}  # (task, figure) → settings

    def grid(self, threads: int) -> list[dict]:
        raise NotImplementedError

    def takes(self, settings: dict, task: Task) -> bool:
        """Whether the settings can do the task at all."""
        return True

    def open_with(self, settings: dict, task: Task) -> dict:
        return settings

    def measure(self, task: Task, settings: dict) -> dict:
        wanted = {"op": "open", **self.open_with(settings, task)}
        if wanted != self.opened:
            self.process.ask(wanted)
            self.opened = wanted
        prompts = [ids_of(task.prompt, s, self.vocabulary) for s in range(task.streams)]
        request = {"op": "streams", "prompts": prompts} if task.streams > 1 else \
            {"op": "answer", "ids": prompts[0]}
        return speeds_of(task, self.process.ask({**request, "tokens": task.tokens}))

    def measure_best(self, task: Task) -> dict:
        """Each figure with its own settings."""
        found, measured = {}, {}
        for figure in task.figures():
            settings = self.best[task, figure]
            key = tuple(settings.items())
            if key not in measured:
                measured[key] = self.measure(task, settings)
            found[figure] = measured[key][figure]
        return found


class Llama(Peer):
    def __init__(self, model, vocabulary):
        super().__init__(LLAMA, peer.start_llama, model, vocabulary)

    def grid(self, threads):
        """All threads × flash attention and KV type × micro-batch × repacking, and one thread."""
        usual = {"threads": threads, "flash": 1, "kv": "f16", "ubatch": 512, "repack": True}
        caches = [{"flash": 0, "kv": "f16"}, {"flash": 1, "kv": "f16"}, {"flash": 1, "kv": "q8_0"}]
        every = [usual | cache | {"ubatch": ubatch, "repack": repack}
                 for repack, cache, ubatch in product((True, False), caches, (128, 512))]
        return every + [usual | {"threads": 1}] * (threads > 1)

    def open_with(self, settings, task):
        return settings | {"sequences": task.streams,
                           "context": max(1024, task.streams * (task.prompt + task.tokens))}


class OpenVino(Peer):
    def __init__(self, model, vocabulary):
        super().__init__(OPENVINO, peer.start_openvino, model, vocabulary)

    def grid(self, threads):
        """All threads × attention and tokens in a step × KV type, and one thread."""
        usual = {"threads": threads, "attention": "paged", "kv": "u8", "batch": 256}
        kinds = [{"attention": "sdpa"}, {"batch": 256}, {"batch": 4096}]
        every = [usual | kind | {"kv": kv} for kind, kv in product(kinds, ("u8", "f16"))]
        return every + [usual | {"threads": 1}] * (threads > 1)

    def takes(self, settings, task):
        return settings["attention"] == "paged" or task.streams == 1


class Transformers(Peer):
    def __init__(self, model, vocabulary):
        super().__init__(TRANSFORMERS, peer.start_transformers, model, vocabulary)

    def grid(self, threads):
        return [{"threads": threads}] + [{"threads": 1}] * (threads > 1)


class Loose(Peer):
    """Ashlar built without its promise of equal bits. It has no settings of its own."""

    def __init__(self, model, vocabulary):
        super().__init__(LOOSE, peer.NoProcess, model, vocabulary)
        self.ours = Ours(model, build_loose())

    def grid(self, threads):
        return [{}]

    def measure(self, task, settings):
        found = self.ours.measure(task)
        return {name: found[name] for name in task.figures()}


def build_loose() -> Path:
    done = subprocess.run(["bash", "-c", "root=$PWD; . scripts/setup.sh; build loose ashlar"],
                          cwd=places.SOURCE_DIR, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise peer.PeerMissing("the preset loose could not be built")
    return places.SOURCE_DIR / "build" / "loose" / "src" / "ashlar"


PEERS = {LLAMA: Llama, OPENVINO: OpenVino, TRANSFORMERS: Transformers, LOOSE: Loose}
FINALISTS = 3


def choose_settings(side: Peer, tasks: list[Task], threads: int) -> None:
    """The grid's best for each figure: every setting at a probe of each task, the three fastest of
    each figure at the task itself."""
    speeds = {}  # (task, figure) → [(speed, settings)]
    for settings in side.grid(threads):
        for task in (task for task in tasks if side.takes(settings, task)):
            found = side.measure(task.probe(), settings)
            for figure in task.figures():
                speeds.setdefault((task, figure), []).append((found[figure], settings))
    for (task, figure), found in speeds.items():
        ranked = sorted(found, key=lambda pair: pair[0], reverse=True)
        finalists = [settings for _, settings in ranked[:FINALISTS]]
        side.best[task, figure] = max(
            finalists, key=lambda settings: side.measure(task, settings)[figure])
        say(f"{side.name}, {figure} of {task}: best with {side.best[task, figure]}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
