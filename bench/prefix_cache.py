#!/usr/bin/env python3
"""What the prefix cache on disk brings after a restart: the first token of a prompt of 2k tokens that an
earlier process has read, against the same without the cache, in turns (A/B/A/B).

    bench/prefix_cache.py [--rounds N] [--json] [--record]
    --json prints the figures as one object; --record writes the table into docs/benchmarks.md

Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes. Each run is a process of its own
with one prompt: the same first 2,048 tokens, then a question that no earlier run had. Ids and
log-probabilities must be the same with and without. The files are in the page cache of the machine, as
after a restart of the process alone. The lower quartile of the ratio counts.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile

import peer
import places
import turns

SHARED, TOKENS, NEED = 2048, 8, 10.0


def shared_text() -> str:
    """About SHARED tokens, ending with a line."""
    text = places.wikitext2_valid()
    ids = peer.ashlar_json("tokenize", "--no-special", "--tokenizer", places.model_path(),
                           input=text[:SHARED * 6].encode())["ids"][:SHARED]
    done = subprocess.run([str(places.binary()), "detokenize", "--tokenizer", places.model_path()],
                               input=json.dumps({"ids": ids}).encode(), stdout=subprocess.PIPE,
                               check=True)
    return json.loads(done.stdout)["text"] + "\n"


def answer(prompt: str, *more) -> dict:
    return peer.ashlar_json("generate", "-m", places.model_path(), "--ctx", "4096", "-p", "-",
                            "--temperature", "0", "--max-tokens", str(TOKENS), "--logprobs", "2", "--json",
                            *more, input=prompt.encode())


def measure(rounds: int) -> dict:
    shared, cold_ms, hot_ms, load_ms, cached = shared_text(), [], [], [], set()
    with tempfile.TemporaryDirectory() as folder:
        filled = answer(shared + "Question: what is this about?", "--prefix-cache", folder)
        for number in range(1, rounds + 1):
            prompt = f"{shared}Question {number}: what is said of number {number}?"
            cold = answer(prompt)
            hot = answer(prompt, "--prefix-cache", folder)
            if (cold["ids"], cold["logprobs"]) != (hot["ids"], hot["logprobs"]):
                raise RuntimeError("the prefix cache changed an answer")
            cold_ms.append(cold["timings"]["prefill_ms"])
            hot_ms.append(hot["timings"]["prefill_ms"])
            load_ms.append(hot["timings"]["load_ms"] - cold["timings"]["load_ms"])
            cached.add(hot["usage"]["cached_tokens"])
            print(f"round {number}/{rounds}, ms: {cold_ms[-1]:.0f} to {hot_ms[-1]:.0f}",
                  file=sys.stderr, flush=True)
    ratio = turns.quartiles([a / b for a, b in zip(cold_ms, hot_ms)])
    return {"bar": "first token after a restart, 2k shared prompt", "ours": statistics.median(hot_ms),
            "peer": statistics.median(cold_ms), "ratio": ratio,
            "need": NEED, "pass": ratio["q1"] >= NEED, "prompt_tokens": filled["usage"]["prompt_tokens"],
            "cached_tokens": min(cached), "fill_ms": filled["timings"]["prefill_ms"],
            "open_ms": statistics.median(load_ms)}


def section(found: dict, rounds: int) -> str:
    ratio = found["ratio"]
    return f"""
### First token after a restart ({peer.conditions()['kernels']})

| SmolLM2-135M Q4_1 | without, ms | with `--prefix-cache`, ms | ratio, lower quartile | median | upper | need |
|---|---|---|---|---|---|---|
| {found['prompt_tokens']} tokens, of which {found['cached_tokens']} come from disk | {found['peer']:.0f} | {found['ours']:.0f} | {ratio['q1']:.1f} | {ratio['median']:.1f} | {ratio['q3']:.1f} | {found['need']:.0f} |

{rounds} rounds in turns, a process each, submit to first token; the answers' bits are the same. Writing
the cache, the first run took {found['fill_ms']:.0f} ms; opening it (the model file is hashed) takes
{found['open_ms']:.0f} ms of a start. {peer.conditions_line(peer.conditions())}. Made by
`bench/prefix_cache.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked = turns.parse(arguments)
    found = measure(asked.rounds)
    text = section(found, asked.rounds)
    peer.publish("prefix-cache", found, text, asked)
    return 0 if found["pass"] else 1


if __name__ == "__main__":
    sys.exit(main())
