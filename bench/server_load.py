#!/usr/bin/env python3
"""`ashlar serve` under load, over loopback, with SmolLM2-135M Q4_1.

    bench/server_load.py [--rounds N] [--only NAME]... [--json] [--record]

    crowd     1,000 streams of 16 tokens at once, twice: every one ends right, memory and descriptors
              stay as they were
    idle      10,000 connections that ask for nothing take at most 200 MB
    chaos     10,000 requests that are broken, or broken off, beside streams whose texts stay what they
              are in quiet; no descriptor, sequence or memory is left behind
    gone      clients that reset or close in queue, prefill and decode: their work ends within 50 ms
    speed     16 streams of 128 tokens: against the engine alone (95 %), and against the better of
              llama-cpp-python's server and node-llama-cpp with 16 sequences (3 times); the load
              generator's own CPU time is taken off each time. Overhead a token: at most 50 us
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
import served
import server_gone
import turns  # sets $ASHLAR_BINARY

CROWD, IDLE, CHAOS = 1000, 10_000, 10_000
CLIENTS, TOKENS = 16, 128
END_TOKENS = [0, 2]  # of SmolLM2: banned, so that every answer has TOKENS
IDLE_MB, NEIGHBOURS, FLAT_MB = 200, 8, 16


def crowd(tool: Path, _rounds: int) -> dict:
    with served.running(served.start_ashlar()) as server:
        served.load(tool, server, "streams", clients=CROWD, tokens=16)  # memory that is kept for use
        server.settle(16)
        before = server.resident_mb(), server.descriptors()
        found = [served.load(tool, server, "streams", clients=CROWD, tokens=16) for _ in range(2)]
        server.settle(before[1])
        after = server.resident_mb(), server.descriptors()
    right = all(each["ended"] == CROWD for each in found)
    return {"ended": [each["ended"] for each in found], "of": CROWD,
            "first_ms": found[-1]["first_ms"], "tokens_per_second": found[-1]["tokens_per_second"],
            "load_cpu_seconds": found[-1]["cpu_seconds"],
            "resident_mb": [before[0], after[0]], "descriptors": [before[1], after[1]],
            "pass": right and after[0] - before[0] <= FLAT_MB and after[1] <= before[1]}


def idle(tool: Path, _rounds: int) -> dict:
    with served.running(served.start_ashlar()) as server:
        before = server.resident_mb()
        command = [str(tool), "--port", str(server.port), "--clients", str(IDLE), "idle"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as clients:
            opened = json.loads(clients.stdout.readline())["open"]
            after = server.resident_mb()
            answers = server.page("/health")
            clients.stdin.close()
    return {"open": opened, "resident_mb": [before, after],
            "pass": opened == IDLE and after - before <= IDLE_MB and "ok" in answers}


def neighbours(tool: Path, server: served.Served) -> list[str]:
    """Their texts; why some have none where they haven't."""
    found = served.load(tool, server, "streams", clients=NEIGHBOURS, tokens=48, seed=77, answers=True)
    return found["answers"] if found["ended"] == NEIGHBOURS else [json.dumps(found["failures"])]


def chaos(tool: Path, _rounds: int) -> dict:
    with served.running(served.start_ashlar()) as server:
        quiet = neighbours(tool, server)
        server.settle(16)
        before = server.resident_mb(), server.descriptors()
        command = [str(tool), "--port", str(server.port), "--clients", "12", "--requests",
                   str(CHAOS), "--seed", "5", "chaos"]
        rounds = []
        with subprocess.Popen(command, stdout=subprocess.PIPE) as breaker:
            while breaker.poll() is None:
                rounds.append(neighbours(tool, server))
            made = json.loads(breaker.stdout.read())
        server.settle(before[1])
        after = server.resident_mb(), server.descriptors()
        left = server.figure("ashlar_sequences_running") + server.figure("ashlar_sequences_waiting")
        stuck = server.figure("ashlar_kv_blocks") - server.figure("ashlar_kv_blocks_free")
        rounds.append(neighbours(tool, server))
    others = [texts for texts in rounds if texts != quiet]
    same = len(quiet) == NEIGHBOURS and not others
    if not same:
        print(f"quiet: {quiet}\nfirst that differs: {others[:1]}", file=sys.stderr)
    return {**made, "neighbours": NEIGHBOURS, "neighbour_rounds": len(rounds), "same": same,
            "resident_mb": [before[0], after[0]], "descriptors": [before[1], after[1]],
            "sequences_left": left, "blocks_left": stuck,
            "pass": same and len(rounds) > 1 and made["requests"] == CHAOS and left == 0 and stuck == 0
            and after[1] <= before[1]}


def rate(found: dict) -> float:
    """Tokens a second without the CPU time that the load generator took from the server."""
    return found["tokens"] / (found["seconds"] - found["cpu_seconds"] / served.THREADS)


def engine_rate(bias: dict) -> float:
    """The same requests through the library alone, from submission to the last token."""
    lines = "".join(json.dumps({
        "messages": [{"role": "user", "content": f"Tell me about stone number {seed}."}],
        "max_tokens": TOKENS, "temperature": 1, "seed": seed, "logit_bias": bias}) + "\n"
        for seed in range(1, CLIENTS + 1))
    with tempfile.TemporaryFile("w+") as given:
        given.write(lines)
        given.seek(0)
        done = subprocess.run([places.binary(), "generate", "-m", places.model_path(), "--jsonl"],
                              stdin=given, stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    longest = max(a["timings"]["prefill_ms"] + a["timings"]["decode_ms"] for a in answers) / 1000
    return sum(len(a["ids"]) for a in answers) / longest


def measure(tool: Path, start, **more) -> dict:
    with served.running(start()) as server:
        options = {"clients": CLIENTS, "tokens": TOKENS, "ban": END_TOKENS, **more}
        served.load(tool, server, "streams", clients=CLIENTS, tokens=8, seed=1000)  # warm
        return served.load(tool, server, "streams", **options)


def speed(tool: Path, rounds: int) -> dict:
    peers = {"llama-cpp-python": (served.start_llama_cpp_python, {"no_usage": True}),
             "node-llama-cpp": (lambda: served.start_node_llama_cpp(CLIENTS), {})}
    bias = {str(token): -100 for token in END_TOKENS}
    rows = []
    for number in range(1, rounds + 1):
        ours = measure(tool, served.start_ashlar)
        row = {"server": rate(ours), "engine": engine_rate(bias), "first_ms": ours["first_ms"],
               "gap_ms": ours["gap_ms"], "load_cpu_seconds": ours["cpu_seconds"]}
        for name, (start, options) in peers.items():
            row[name] = rate(measure(tool, start, **options))
        row["overhead_us"] = 1e6 / row["server"] - 1e6 / row["engine"]
        rows.append(row)
        print(f"round {number}/{rounds}: {row}", file=sys.stderr, flush=True)
    to_engine = turns.quartiles([r["server"] / r["engine"] for r in rows])
    to_peer = turns.quartiles([r["server"] / max(r[name] for name in peers) for r in rows])
    overhead = turns.quartiles([r["overhead_us"] for r in rows])
    middle = {name: statistics.median(r[name] for r in rows) for name in ("server", "engine", *peers)}
    first = statistics.median(r["first_ms"]["p99"] for r in rows)
    return {"tokens_per_second": middle, "to_engine": to_engine, "to_better_peer": to_peer,
            "overhead_us": overhead, "first_ms_p99": first,
            "load_cpu_seconds": statistics.median(r["load_cpu_seconds"] for r in rows),
            "pass": to_engine["q1"] >= 0.95 and to_peer["q1"] >= 3 and overhead["q3"] <= 50}


def gone(_tool: Path, _rounds: int) -> dict:
    return server_gone.gone()


PARTS = {"crowd": crowd, "idle": idle, "chaos": chaos, "gone": gone, "speed": speed}


def line_of(name: str, e: dict) -> str:
    if name == "crowd":
        return (f"{e['of']:,} streams of 16 tokens at once, twice: {e['ended'][0]:,} and {e['ended'][1]:,} "
                f"ended right; {e['tokens_per_second']:,.0f} tok/s, first token p50 "
                f"{e['first_ms']['p50'] / 1000:.1f} s, p99 {e['first_ms']['p99'] / 1000:.1f} s; resident "
                f"{e['resident_mb'][0]:.0f} MB before, {e['resident_mb'][1]:.0f} after; descriptors "
                f"{e['descriptors'][0]} and {e['descriptors'][1]}; load generator "
                f"{e['load_cpu_seconds']:.1f} CPU s")
    if name == "idle":
        return (f"{e['open']:,} idle connections: resident {e['resident_mb'][0]:.0f} MB without, "
                f"{e['resident_mb'][1]:.0f} MB with them")
    if name == "chaos":
        return (f"{e['requests']:,} broken or broken-off requests: texts of {e['neighbours']} neighbours "
                f"{'the same' if e['same'] else 'DIFFER'} in {e['neighbour_rounds']} rounds; resident "
                f"{e['resident_mb'][0]:.0f} MB before, {e['resident_mb'][1]:.0f} after; descriptors "
                f"{e['descriptors'][0]} and {e['descriptors'][1]}; {e['sequences_left']:.0f} sequences and "
                f"{e['blocks_left']:.0f} blocks left")
    if name == "gone":
        times = ", ".join(f"{k} {v['p50_ms']:.1f} / {v['max_ms']:.1f}" for k, v in e["found"].items())
        return f"ms until the work of a client that went has ended, p50 / worst of {e['tries']} (50): {times}"
    rates = ", ".join(f"{k} {v:,.0f}" for k, v in e["tokens_per_second"].items())
    return (f"{CLIENTS} streams of {TOKENS} tokens, tok/s: {rates}; to the engine alone "
            f"{e['to_engine']['q1']:.3f} / {e['to_engine']['median']:.3f} (0.95), to the better peer "
            f"{e['to_better_peer']['q1']:.2f} / {e['to_better_peer']['median']:.2f} (3); overhead a token "
            f"{e['overhead_us']['median']:.1f} us, upper quartile {e['overhead_us']['q3']:.1f} (50); first "
            f"token p99 {e['first_ms_p99']:.0f} ms; load generator {e['load_cpu_seconds']:.2f} CPU s")


def section(found: dict, rounds: int) -> str:
    return f"""
### The server under load ({peer.conditions()['kernels']})

| part | found | passes |
|---|---|---|
{peer.rows_of_parts(found, line_of)}

Speed: {rounds} rounds in turns, ratios as lower quartile / median. {peer.conditions_line(peer.conditions())}.
Made by `bench/server_load.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", action="append", choices=PARTS)
    asked = turns.parse(arguments)
    tool = served.load_tool()
    found = {}
    for name in asked.only or PARTS:
        found[name] = PARTS[name](tool, asked.rounds)
        print(f"{name}: {'passes' if found[name]['pass'] else 'FAILS'}: {line_of(name, found[name])}",
              file=sys.stderr, flush=True)
    text = section(found, asked.rounds)
    peer.publish("server", found, text, asked)
    return 0 if all(e["pass"] for e in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
