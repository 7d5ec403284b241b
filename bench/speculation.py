#!/usr/bin/env python3
"""What speculation brings and costs on this machine, against the same engine without it, in turns.

    bench/speculation.py [--rounds N] [--layers K] [--json] [--record]
    --json prints the figures as one object; --record writes the table into docs/benchmarks.md

Runs $ASHLAR_BINARY, by default the release build that `./ashlar` makes, and needs .venv-tests (./check
makes it): the draft is the model's own first K layers, a draft that is seldom right. A round answers
each prompt with speculation off, by n-grams and by the draft, one stream each; its ratio is the plain
answers' decoding time to the other's, all prompts of a kind together. The lower quartile counts.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import peer
import places
import turns

TEST_PYTHON = places.SOURCE_DIR / ".venv-tests" / "bin" / "python"

TOKENS = 160
STORIES = ["Write a story about a lighthouse keeper and a storm.",
           "Tell me about a girl who finds a map in her grandmother's attic.",
           "Describe a long journey over the mountains in winter."]
NEED = {("copies", "ngram"): 1.5, ("stories", "ngram"): 0.95, ("stories", "draft"): 0.95}


def story_requests() -> list[list[str]]:
    return [["--chat", "-p", text, "--temperature", "0.8", "--seed", str(i), "--logit-bias", "2=-100"]
            for i, text in enumerate(STORIES)]


def copy_requests() -> list[list[str]]:
    """Answers that repeat what stands in the prompt, as edits and quotations do."""
    squad = json.loads((places.data_path() / "xquad" / "xquad.en.json").read_text())
    texts = [article["paragraphs"][0]["context"] for article in squad["data"][:3]]
    return [["-p", f"The text:\n{text}\n\nThe same text again, word for word:\n", "--temperature", "0"]
            for text in texts]


def write_draft(folder: str, layers: int) -> Path:
    path = Path(folder) / f"first-{layers}-layers.gguf"
    code = ("import sys; from pathlib import Path; from support.truncated import write_truncated; "
            "write_truncated(Path(sys.argv[1]), int(sys.argv[2]))")
    subprocess.run([TEST_PYTHON, "-c", code, path, str(layers)], check=True,
                   env={**os.environ, "PYTHONPATH": str(places.SOURCE_DIR / "tests")})
    return path


def answer(request: list[str], how: str) -> dict:
    return peer.ashlar_json("generate", "-m", places.model_path(), "--ctx", "1024", "--max-tokens",
                            str(TOKENS), "--json", "--speculate", how, *request)


def run_round(requests, modes, same) -> dict:
    """Mode → decoding ms over the requests, and guesses; ids must not differ between modes."""
    found = {mode: {"ms": 0.0, "tokens": 0, "guessed": 0, "accepted": 0} for mode in modes}
    for number, request in enumerate(requests):
        for mode, how in modes.items():
            said = answer(request, str(how))
            if same.setdefault(number, said["ids"]) != said["ids"]:
                raise RuntimeError(f"speculation {mode} changed an answer: {request}")
            sums = found[mode]
            sums["ms"] += said["timings"]["decode_ms"]
            sums["tokens"] += len(said["ids"]) - 1
            for name in ("guessed", "accepted"):
                sums[name] += said["speculation"][name]
    return found


def bar(kind, mode, rounds) -> dict:
    ratio = turns.quartiles([each["off"]["ms"] / each[mode]["ms"] for each in rounds])
    speeds = [1000 * each[mode]["tokens"] / each[mode]["ms"] for each in rounds]
    need = NEED.get((kind, mode))
    return {"bar": f"{kind}, {mode}", "ours": statistics.median(speeds),
            "ratio": ratio, "need": need,
            "pass": need is None or ratio["q1"] >= need,
            **{name: sum(each[mode][name] for each in rounds) for name in ("guessed", "accepted")}}


def measure(rounds: int, layers: int) -> list[dict]:
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        modes = {"off": "off", "ngram": "ngram", "draft": write_draft(folder, layers)}
        for kind, requests in (("copies", copy_requests()), ("stories", story_requests())):
            found, same = [], {}
            for number in range(1, rounds + 1):
                found.append(run_round(requests, modes, same))
                speeds = ", ".join(f"{mode} {1000 * f['tokens'] / f['ms']:.1f}"
                                   for mode, f in found[-1].items())
                print(f"{kind}, round {number}/{rounds}, tok/s: {speeds}", file=sys.stderr, flush=True)
            bars += [bar(kind, mode, found) for mode in modes]
    return bars


def row(each: dict) -> str:
    ratio = each["ratio"]
    right = f"{each['accepted']} of {each['guessed']}" if each["guessed"] else "none made"
    need = f"{each['need']:.2f}" if each["need"] else ""
    return (f"| {each['bar']} | {each['ours']:.1f} | {ratio['q1']:.2f} | {ratio['median']:.2f} | "
            f"{ratio['q3']:.2f} | {need} | {right} |")


def section(bars, rounds, layers) -> str:
    lines = "\n".join(map(row, bars))
    return f"""
### Speculation against plain decoding ({peer.conditions()['kernels']})

| SmolLM2-135M Q4_1, one stream | tok/s | ratio, lower quartile | median | upper | need | guesses right |
|---|---|---|---|---|---|---|
{lines}

{rounds} rounds in turns, {TOKENS} tokens an answer; the draft is the model's own first {layers} layers,
which is seldom right and so shows the price of backing off. {peer.conditions_line(peer.conditions())}.
Made by `bench/speculation.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--layers", type=int, default=6)
    asked = turns.parse(arguments)
    bars = measure(asked.rounds, asked.layers)
    text = section(bars, asked.rounds, asked.layers)
    print(json.dumps(bars) if asked.json else text.strip())
    if asked.record:
        peer.write_section(f"speculation-{peer.conditions()['kernels']}", text)
    return 0 if all(each["pass"] for each in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
