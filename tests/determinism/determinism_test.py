"""The same request gives the same ids and bit-identical log-probabilities, whatever runs beside it
and wherever it runs.

prompts.jsonl (50 requests, greedy and sampled) goes through `ashlar generate --jsonl`: all together,
in reverse and on one thread, in small pieces of prompt, behind prompts that are still in the KV
cache, with speculation, preempted for want of KV memory, alone, beside requests with LoRA adapters, and
on every instruction set that this machine has. So do some of them with adapters. What comes out must
have the digests in digests.json, which every machine, instruction set and compiler must reproduce.

    tests/determinism/determinism_test.py --update     writes digests.json
    tests/determinism/determinism_test.py --kernels    only once on every instruction set

A digest proves sameness, never correctness. It changes only in a commit that says why.
"""
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import adapters
import places

HERE = Path(__file__).parent
DIGESTS = HERE / "digests.json"
TOKENS, ALTERNATIVES = 24, 2
FIRST = 6  # the slow runs sample this many tokens and are held against the prefix

# A sample for what starts a process each, for pieces of prompt, and for slow kernels.
ALONE = ["chat-sum", "text-loop", "script-mixed", "edge-controls", "edge-newlines", "long-code"]
PIECES = ["long-wall", "long-chat", "long-log", "long-code", "edge-repeat", "number-long", "chat-turns"]
SLOW = ["chat-empty-user", "text-river", "text-poem", "script-greek", "number-sequence", "edge-space"]
SOME = ["chat-turns", "text-dialogue", "code-cpp", "script-arabic", "edge-repeat", "number-units"]

# What changes an answer: each has digests of its own.
WAYS = {"fast": [], "exact": ["--precision", "exact"], "q8_0": ["--kv-cache-dtype", "q8_0"]}
# Requests once more, with an adapter: the same prompts, so that the prefix cache could mix them up.
ADAPTED = [f"{name}+{kind}" for name in ("long-wall", "long-code", "chat-sum", "edge-repeat")
           for kind in ("plain", "rslora")]


def digest(tokens) -> str:
    """SHA-256 over each token's id (u32) and log-probability (f64 bits), then its alternatives'."""
    state = hashlib.sha256()
    for token in tokens:
        for entry in [token, *token["top"]]:
            state.update(struct.pack("<Id", entry["id"], entry["logprob"]))
    return state.hexdigest()


class Runner:
    """Runs requests by name and keeps the digests of what comes out."""

    def __init__(self):
        lines = (HERE / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
        self.requests = {}
        for line in lines:
            request = json.loads(line)
            self.requests[request.pop("name")] = request
        assert len(self.requests) == 50
        for name in ADAPTED:
            plain, kind = name.split("+")
            self.requests[name] = {**self.requests[plain], "adapter": kind}
        self.found = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
        self.cached_tokens = 0  # found in the prefix cache, over all runs
        self.updating = "--update" in sys.argv
        self.failures = []

    def answers(self, names, isa, tokens, options):
        """Logprob entries of each name; options go to the command line."""
        lines = [json.dumps({**self.requests[name], "max_tokens": tokens, "logprobs": ALTERNATIVES})
                 for name in names]
        done = subprocess.run(
            [places.binary(), "generate", "-m", places.model_path(), "--jsonl", *options],
            input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE,
            env={**os.environ, "ASHLAR_ISA": isa})
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0 and len(answers) == len(names), done.stdout[:2000]
        for answer in answers:
            assert answer["ids"] == [entry["id"] for entry in answer["logprobs"]]
            self.cached_tokens += answer["usage"]["cached_tokens"]
        return [answer["logprobs"] for answer in answers]

    def hold(self, what, names, isa, options=(), way="fast", tokens=TOKENS, alone=False):
        """Runs and compares; `alone`: a process a request."""
        start = time.monotonic()
        options = [*options, *WAYS[way]]
        groups = [[name] for name in names] if alone else [names]
        results = [entry for group in groups for entry in self.answers(group, isa, tokens, options)]
        for name, entries in zip(names, results):
            self.compare(what, name, way, entries, tokens)
        print(f"  {what}: {len(names)} requests, {time.monotonic() - start:.1f} s", flush=True)

    def compare(self, what, name, way, entries, tokens):
        wanted = self.found.setdefault(way, {}).get(name)
        first = digest(entries[:FIRST])
        if wanted is None and self.updating:
            assert tokens == TOKENS
            self.found[way][name] = {"first": first, "all": digest(entries)}
        elif wanted is None:
            self.failures.append(f"{what}: {name} has no digest")
        elif wanted["first"] != first or (tokens == TOKENS and wanted["all"] != digest(entries)):
            self.failures.append(f"{what}: {name} differs, ids {[e['id'] for e in entries]}")

    def save(self):
        header = {
            "what": "SHA-256 over ids (u32) and log-probabilities (f64 bits) of each token and its "
                    f"{ALTERNATIVES} alternatives: of the first {FIRST} tokens, of all",
            "model_sha256": places.sha256(places.model_path().read_bytes()), "tokens": TOKENS}
        DIGESTS.write_text(
            json.dumps({**header, **{way: self.found[way] for way in WAYS}}, indent=1) + "\n")


def available_kernels() -> list[str]:
    """Plainest first."""
    done = subprocess.run([places.binary(), "doctor", "--json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["kernels"]["available"]


def hold_adapted(runner, every, fastest, kernels):
    with tempfile.TemporaryDirectory() as folder:
        loras = []
        for kind in ("plain", "rslora"):
            adapters.write_peft(kind, Path(folder) / kind)
            loras += ["--lora", f"{kind}={Path(folder) / kind}"]
        mixed = [name for pair in zip(every[::3], ADAPTED * 3) for name in pair]
        runner.hold("adapters among them", mixed, fastest, loras)
        runner.hold("adapters, 1 thread, pieces of 7", ADAPTED[::-1], fastest,
                    [*loras, "--threads", "1", "--chunk", "7", "--speculate", "ngram"])
        runner.hold("adapters, alone", ADAPTED[2:4], fastest, loras, alone=True)
        for isa in kernels:
            if isa != fastest:
                runner.hold(f"adapters, {isa}, first tokens", ADAPTED[4:6], isa, loras, tokens=FIRST)


def hold_every_way(runner, every, isa, kernels):
    """Whatever may be different about a run, most of it on one instruction set."""
    runner.hold("together, 2 threads", every, isa, ["--threads", "2"])
    runner.hold("reversed, 1 thread", every[::-1], isa, ["--threads", "1"])
    runner.hold("n-gram speculation", every, isa, ["--speculate", "ngram"])
    cold = runner.cached_tokens
    others = [name for name in every if name not in PIECES]
    runner.hold("warm prefix cache", PIECES + others + PIECES, isa)
    if runner.cached_tokens - cold < 500:
        runner.failures.append(f"{runner.cached_tokens - cold} tokens came from the prefix cache")
    # 10 blocks of 64 positions for 16 requests at once: answers are set back and computed anew.
    runner.hold("KV after preemption", every, isa, ["--ctx", "640", "--kv-memory", "15mb"])
    hold_adapted(runner, every, isa, kernels)
    runner.hold("pieces of 7", PIECES, isa, ["--chunk", "7"])
    runner.hold("alone", ALONE, isa, alone=True)
    runner.hold("exact, 2 threads", SOME, isa, ["--threads", "2"], "exact")
    runner.hold("exact, 1 thread, pieces of 33", SOME[::-1], isa,
                ["--threads", "1", "--chunk", "33"], "exact")
    runner.hold("q8_0 KV, 2 threads", SOME + PIECES, isa, ["--threads", "2"], "q8_0")
    runner.hold("q8_0 KV, 1 thread, pieces of 33, n-gram speculation, KV after preemption",
                (SOME + PIECES)[::-1], isa,
                ["--threads", "1", "--chunk", "33", "--speculate", "ngram", "--ctx", "640",
                 "--kv-memory", "8mb"], "q8_0")


def hold_once(runner, every, isa):
    if isa == "scalar":
        runner.hold("scalar, first tokens", SLOW, isa, tokens=FIRST)
        runner.hold("scalar, exact, first tokens", SOME[1:2], isa, way="exact", tokens=FIRST)
        runner.hold("scalar, q8_0 KV, first tokens", SOME[1:2], isa, way="q8_0", tokens=FIRST)
    else:
        runner.hold(f"{isa}, together", every, isa)
        runner.hold(f"{isa}, exact", SOME, isa, way="exact")
        runner.hold(f"{isa}, q8_0 KV", SOME + PIECES, isa, way="q8_0")


def main():
    places.need_model()
    runner = Runner()
    if runner.updating:
        runner.found = {}
    every = [name for name in runner.requests if name not in ADAPTED]
    *others, fastest = kernels = available_kernels()
    print(f"kernels here: {' '.join(kernels)}; most runs on {fastest}", flush=True)
    if "--kernels" in sys.argv:
        others = kernels
    else:
        hold_every_way(runner, every, fastest, kernels)
    for isa in others:
        hold_once(runner, every, isa)

    if runner.updating:
        runner.save()
    for failure in runner.failures:
        print(failure)
    print(f"ran on: {' '.join(kernels)}; {len(runner.failures)} differences")
    sys.exit(1 if runner.failures else 0)


if __name__ == "__main__":
    main()
