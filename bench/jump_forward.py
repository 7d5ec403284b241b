#!/usr/bin/env python3
"""Jump-forward on real schemas (jsonschemabench of the shared data) with SmolLM2, against the same
engine without it.

    bench/jump_forward.py [--only identity|speed] [--schemas N] [--rounds N] [--tokens N] [--json] [--record]

    identity  N schemas that compile (1,000), each at temperature 0 and 1: ids and log-probabilities of
              every token are the same, bit for bit
    speed     one stream, with and without in turns: tokens a second, the lower quartile of the rounds'
              ratios; 1.4 is asked. Of records, whose members are all required, and of real schemas,
              --speed-schemas spread over the set a round: where members are optional and strings long,
              as a small model writes them, less is without a choice

Answers end after --tokens (128) or where the JSON does.
"""
import argparse
import json
import subprocess
import sys
import tempfile

import peer
import places
import schema_generation
import schema_set
import turns

NEED = 1.4
TEXT = {"type": "string", "maxLength": 12}
RECORDS = {"type": "array", "minItems": 8, "maxItems": 8, "items": {
    "type": "object", "additionalProperties": False,
    "required": ["first_name", "last_name", "age", "address"],
    "properties": {"first_name": TEXT, "last_name": TEXT,
                   "age": {"type": "integer", "minimum": 1, "maximum": 99},
                   "address": {"type": "object", "additionalProperties": False,
                               "required": ["street_name", "postal_code"],
                               "properties": {"street_name": TEXT,
                                              "postal_code": {"type": "string", "pattern": "^[0-9]{5}$"}}}}}}
SAME = ("ids", "logprobs", "text", "finish_reason", "error")


def requests(cases, temperature: float, tokens: int, logprobs: bool) -> list[str]:
    lines = []
    for seed, case in enumerate(cases, 1):
        given = {"messages": schema_generation.messages(case), "max_tokens": tokens, "seed": seed,
                 "temperature": temperature, **({"logprobs": 1} if logprobs else {})}
        lines.append(f'{json.dumps(given)[:-1]}, "schema": {case.schema}}}\n')
    return lines


def record_requests(temperature: float, first_seed: int) -> list[str]:
    return [json.dumps({"prompt": "Some people, as JSON: ", "max_tokens": 700, "temperature": temperature,
                        "seed": first_seed + i, "schema": RECORDS}) + "\n" for i in range(2)]


def answers(lines: list[str], how: str, *options: str) -> list[dict]:
    command = [places.binary(), "generate", "-m", places.model_path(), "--jsonl", "--ctx", "2048",
               "--jump-forward", how, *options]
    with tempfile.TemporaryFile("w+") as given:
        given.writelines(lines)
        given.seek(0)
        done = subprocess.run([str(part) for part in command], stdin=given, stdout=subprocess.PIPE)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if len(found) != len(lines):
        raise RuntimeError(f"{len(found)} answers to {len(lines)} requests, exit {done.returncode}")
    return found


def identity(cases, tokens: int) -> dict:
    different, all_tokens, jumped, errors = [], 0, 0, 0
    for temperature in (0, 1):
        for begin in range(0, len(cases), 100):
            part = cases[begin:begin + 100]
            lines = requests(part, temperature, tokens, True)
            for case, on, off in zip(part, answers(lines, "on"), answers(lines, "off")):
                if any(on.get(name) != off.get(name) for name in SAME):
                    different.append(f"{case.name} at {temperature}")
                errors += "error" in on
                all_tokens += len(on.get("ids", []))
                jumped += on.get("speculation", {}).get("jumped", 0)
            print(f"identity: temperature {temperature}, {begin + len(part)}/{len(cases)}, "
                  f"{len(different)} differ", file=sys.stderr, flush=True)
    return {"schemas": len(cases), "different": different, "refused": errors, "tokens": all_tokens,
            "jumped": jumped, "pass": not different}


def rate_of(found: list[dict]) -> tuple[float, int]:
    """Decoding ms, and tokens in it: those behind the first."""
    given = [each for each in found if "ids" in each]
    return (sum(each["timings"]["decode_ms"] for each in given),
            sum(len(each["ids"]) - 1 for each in given))


def speed_round(lines: list[str], first: str) -> dict:
    order = (first, "off" if first == "on" else "on")
    found = {how: answers(lines, how, "--sequences", "1") for how in order}
    (on_ms, on_tokens), (off_ms, off_tokens) = rate_of(found["on"]), rate_of(found["off"])
    jumped = sum(each["speculation"]["jumped"] for each in found["on"] if "ids" in each)
    return {"ratio": (on_tokens / on_ms) / (off_tokens / off_ms), "on": 1000 * on_tokens / on_ms,
            "off": 1000 * off_tokens / off_ms, "tokens": on_tokens, "jumped": jumped}


def lines_of_round(kind: str, cases, temperature: float, number: int, asked) -> list[str]:
    if kind == "records":
        return record_requests(temperature, 1 + 2 * number)
    part = cases[number::max(1, len(cases) // asked.speed_schemas)][:asked.speed_schemas]
    return requests(part, temperature, asked.tokens, False)


def speed_bar(kind: str, cases, temperature: float, asked) -> dict:
    rounds = []
    for number in range(asked.rounds):
        lines = lines_of_round(kind, cases, temperature, number, asked)
        rounds.append(speed_round(lines, ("on", "off")[number % 2]))
        print(f"{kind}, temperature {temperature}, round {number + 1}/{asked.rounds}: {rounds[-1]}",
              file=sys.stderr, flush=True)
    ratio = turns.quartiles([each["ratio"] for each in rounds])
    tokens, jumped = (sum(each[name] for each in rounds) for name in ("tokens", "jumped"))
    return {"ratio": ratio, "on": turns.quartiles([each["on"] for each in rounds])["median"],
            "off": turns.quartiles([each["off"] for each in rounds])["median"], "tokens": tokens,
            "jumped": jumped, "pass": ratio["q1"] >= NEED}


def speed(cases, asked) -> dict:
    bars = {f"{kind}, temperature {temperature}": speed_bar(kind, cases, temperature, asked)
            for kind in ("records", "real schemas") for temperature in (0, 1)}
    return {"bars": bars, "pass": all(each["pass"] for each in bars.values())}


def line_of(name: str, e: dict) -> str:
    if name == "identity":
        return (f"{e['schemas']:,} schemas at temperature 0 and 1, {e['tokens']:,} tokens, {e['jumped']:,} of them "
                f"jumped: {len(e['different'])} answers differ (0), {e['refused']} requests refused")
    return "; ".join(
        f"{what}: {bar['on']:.0f} tok/s, {bar['off']:.0f} without; ratio "
        f"{bar['ratio']['median']:.2f} ({bar['ratio']['q1']:.2f}–{bar['ratio']['q3']:.2f}; {NEED}), "
        f"{bar['jumped']:,} of {bar['tokens']:,} tokens jumped" for what, bar in e["bars"].items())


def section(found: dict) -> str:
    return f"""
### Jump-forward on real schemas ({peer.conditions()['kernels']})

| part | found | passes |
|---|---|---|
{peer.rows_of_parts(found, line_of)}

{peer.conditions_line(peer.conditions())}. Made by `bench/jump_forward.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", action="append", choices=("identity", "speed"))
    arguments.add_argument("--schemas", type=int, default=1000)
    arguments.add_argument("--speed-schemas", type=int, default=20)
    arguments.add_argument("--tokens", type=int, default=128)
    asked = turns.parse(arguments)
    cases, found = schema_generation.compiling(asked.schemas), {}
    for name in asked.only or ("identity", "speed"):
        found[name] = identity(cases, asked.tokens) if name == "identity" else speed(cases, asked)
    text = section(found)
    peer.publish("jump-forward", found, text, asked)
    return 0 if all(each["pass"] for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
