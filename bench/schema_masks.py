"""How long masks take on the way through valid instances of real schemas, beside llguidance and
XGrammar on the same tokens.
"""
import collections
import json
import sys

import peer
import places
import schema_set
from schema_coverage import kind_of, share_at

P50_US, P99_US, MOST_US = 10, 500, 10_000
PEERS = {"llguidance": 1, "xgrammar": 20}  # one schema of so many: XGrammar compiles for seconds


def flat(lists) -> list:
    return [each for many in lists for each in many]


class Walked:
    """A schema whose valid instances we walked, those that we admit."""

    def __init__(self, case, answer):
        kept = [i for i, yes in enumerate(answer["admits"]) if yes]
        take = lambda name: [answer["mask_us"][name][i] for i in kept]
        self.case, self.ids = case, take("ids")
        self.first, self.least = flat(take("first")), flat(take("all"))
        self.steps = [mask + step for mask, step in zip(self.least, flat(take("commits")))]


def walked(tokenizer) -> list[Walked]:
    found = []
    with schema_set.admits(tokenizer, "--masks") as ours:
        for case in schema_set.cases():
            answer = ours.ask(case.line(case.valid)) if case.valid else {}
            if answer.get("mask_us"):
                found.append(Walked(case, answer))
    return found


def times(values: list[float]) -> dict:
    return {"p50": share_at(values, 0.5), "p99": share_at(values, 0.99), "most": share_at(values, 1)}


def beside(name: str, tokenizer, ours: list[Walked]) -> dict:
    """A peer on every so-manyeth schema, and our times on those that it takes."""
    same, theirs, refused, lost, stopped = [], [], collections.Counter(), [], 0
    script = places.SOURCE_DIR / "bench" / "peer_masks.py"
    asked = ours[::PEERS[name]]
    with schema_set.Lines(peer.python_of("structure", name), script, name, tokenizer) as child:
        version = child.ask('{"version": true}\n')["version"]
        for each in asked:
            answer = child.ask(json.dumps({"schema": each.case.schema, "ids": each.ids}) + "\n")
            if "lost" in answer:
                lost.append(f"{each.case.name}: {answer['lost']}")
            elif answer["error"]:
                refused[kind_of(answer["error"])[:60]] += 1
            else:
                stopped += answer["stopped"]
                same += each.steps
                theirs += answer["least"]
    return {"version": version, "schemas": len(asked), "refused": sum(refused.values()),
            "refusals": dict(refused.most_common(8)), "lost": lost, "stopped": stopped,
            "theirs": times(theirs), "ours": times(same)}


def masks_of(tokenizer) -> dict:
    ours = walked(tokenizer)
    first, least = times(flat(w.first for w in ours)), times(flat(w.least for w in ours))
    slow = sorted(((share_at(w.least, 0.99), max(w.least), w.case.name) for w in ours if w.least),
                  key=lambda each: -each[1])
    return {"schemas": len(ours), "masks": sum(len(w.first) for w in ours), "first": first, "least": least,
            "slow": [each for each in slow if each[0] > P99_US or each[1] > MOST_US],
            "beside": {name: beside(name, tokenizer, ours) for name in PEERS},
            "pass": first["p50"] <= P50_US and first["p99"] <= P99_US and least["most"] <= MOST_US}


def masks() -> dict:
    found = {}
    with schema_set.tokenizers() as tokenizers:
        for name, path in tokenizers.items():
            found[name] = masks_of(path)
            print(said(name, found[name]), file=sys.stderr, flush=True)
    return {"found": found, "pass": all(each["pass"] for each in found.values())}


def said(name: str, e: dict) -> str:
    return (f"{name}: {e['masks']:,} masks of {e['schemas']:,} schemas, us: p50 {e['first']['p50']:.1f} "
            f"({P50_US}), p99 {e['first']['p99']:.0f} ({P99_US}), most of the least of 3 replays "
            f"{e['least']['most']:,.0f} ({MOST_US:,}); {len(e['slow'])} schemas have a p99 or a mask over that")


def line_of(found: dict) -> str:
    return "; ".join(said(name, each) for name, each in found["found"].items())


def cells(e: dict) -> str:
    return f"{e['p50']:.1f} / {e['p99']:.0f} / {e['most']:,.0f}"


def row(vocabulary: str, name: str, e: dict) -> str:
    return (f"| {vocabulary} | {name} {e['version']} | {e['schemas']:,} | {e['refused']} | {len(e['lost'])} | "
            f"{e['stopped']} | {cells(e['theirs'])} | {cells(e['ours'])} |")


def details(found: dict) -> str:
    rows = "\n".join(row(vocabulary, name, e) for vocabulary, each in found["found"].items()
                     for name, e in each["beside"].items())
    slow = "\n".join(f"- slowest with {vocabulary}, us p99 and most: " + (", ".join(
        f"{name} {p99:,.0f} {most:,.0f}" for p99, most, name in each["slow"][:10]) or "none")
        for vocabulary, each in found["found"].items())
    return f"""| vocabulary | peer | schemas | refused | crashes, hangs | valid texts stopped | its mask and step, us p50 / p99 / most | Ashlar's there |
|---|---|---|---|---|---|---|---|
{rows}

Least of 3 replays; the peers are called from Python, which costs them a microsecond or two. XGrammar has
one schema in {PEERS['xgrammar']}, as it compiles one for seconds.

{slow}"""
