#!/usr/bin/env python3
"""SmolLM2's calls of tools, on BFCL's questions (shared data), held to the tools' schemas and free.

    bench/bfcl.py [--limit N] [--category NAME]... [--keep FILE] [--json] [--record]

Each question is asked three times at temperature 0, with the same prompt and at most 512 tokens:

    auto      tools with the choice "auto": the model may call, and a call follows its schema
    required  a call must come (not where none is right)
    free      nothing constrains the answer; every JSON object with a name and arguments is a call

Right is what BFCL's AST checker accepts (bfcl_match.py). Malformed is a call of the first two whose
arguments PyPI's jsonschema refuses or whose name no tool has: none may be; one that the tokens left
unfinished is counted apart. Neither may be worse than free by McNemar's exact test, one-sided, at 5 %.
--limit asks the first N of a category; FILE keeps answers as they come, and those that it has are not
asked again.

Needs ./check's Python (.venv-tests), and half an hour.
"""
import argparse
import collections
import hashlib
import json
import math
import subprocess
import sys
from dataclasses import dataclass, field

import peer
import places
import schema_set
import turns  # sets $ASHLAR_BINARY
from bfcl_match import is_right
from bfcl_set import TOKENS, calls_in, categories, request, tools_of
from sides import say

MODEL, CONTEXT, LEVEL = "smollm2", 4096, 0.05
AT_ONCE = 192  # requests to a process
ARMS = ("auto", "required", "free")


@dataclass
class Item:
    category: str
    entry: dict
    answers: dict = field(default_factory=dict)  # arm → the binary's answer
    right: dict = field(default_factory=dict)  # arm → whether BFCL accepts it
    malformed: dict = field(default_factory=dict)  # arm → what is wrong with its calls
    cut: dict = field(default_factory=dict)  # arm → whether its tokens were over inside of a call

    def arms(self) -> tuple[str, ...]:
        return ("auto", "free") if "irrelevance" in self.category else ARMS


def items_of(asked: argparse.Namespace) -> list[Item]:
    return [Item(category, entry) for category, entries in categories().items()
            if not asked.category or category in asked.category for entry in entries[:asked.limit]]


class Kept:
    """The answers that a file keeps, by the request and the binary that answered it."""

    def __init__(self, path: str | None):
        self.binary = hashlib.sha256(places.binary().read_bytes()).hexdigest()
        self.file = open(path, "a+", encoding="utf-8") if path else None
        self.by_key = {}
        if self.file:
            self.file.seek(0)
            whole = (line for line in self.file.read().splitlines(keepends=True) if line.endswith("\n"))
            self.by_key = dict(json.loads(line) for line in whole)

    def key(self, line: str) -> str:
        return hashlib.sha256((self.binary + line).encode()).hexdigest()

    def add(self, line: str, answer: dict) -> None:
        if self.file:
            print(json.dumps([self.key(line), answer]), file=self.file, flush=True)


def answers_to(lines: list[str]) -> list[dict]:
    """One a line, in order, all at their end. Speculation changes none, and is quicker."""
    command = [places.binary(), "generate", "-m", MODEL, "--jsonl", "--ctx", CONTEXT, "--speculate", "ngram"]
    done = subprocess.run([str(word) for word in command], input="".join(lines), stdout=subprocess.PIPE,
                          text=True, encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if len(answers) != len(lines):
        raise RuntimeError(f"{len(answers)} answers to {len(lines)} requests, exit {done.returncode}")
    return answers


def answer_all(items: list[Item], kept: Kept) -> None:
    """Fills in the answers; those of one question are asked in a row and share their prompt."""
    asked = [(item, arm, json.dumps(request(item.category, item.entry, arm)) + "\n")
             for item in items for arm in item.arms()]
    for item, arm, line in asked:
        if answer := kept.by_key.get(kept.key(line)):
            item.answers[arm] = answer
    left = [each for each in asked if each[1] not in each[0].answers]
    for at in range(0, len(left), AT_ONCE):
        some = left[at:at + AT_ONCE]
        for (item, arm, line), answer in zip(some, answers_to([line for _, _, line in some])):
            item.answers[arm] = answer
            kept.add(line, answer)
        say(f"{at + len(some)} of {len(left)} answers, now {some[-1][0].category}")


def object_or_none(text: str) -> dict | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def calls_of(answer: dict, arm: str) -> list[dict]:
    if "error" in answer:
        return []
    if arm == "free":
        return calls_in(answer["text"])
    return [{"name": call["function"]["name"], "arguments": object_or_none(call["function"]["arguments"])}
            for call in answer["tool_calls"]]


def is_cut(answer: dict, arm: str, calls: list[dict]) -> bool:
    """Whether the tokens were over inside of the last call's arguments. Of a free answer that is text."""
    at_limit = answer.get("finish_reason") == "length"
    return arm != "free" and at_limit and bool(calls) and calls[-1]["arguments"] is None


class Judge(schema_set.Judge):
    """PyPI's jsonschema, of the tests' environment."""

    def __init__(self):
        python = places.SOURCE_DIR / ".venv-tests" / "bin" / "python"
        if not python.exists():
            raise peer.PeerMissing(f"no jsonschema at {python}; run ./check")
        schema_set.Lines.__init__(self, python, places.SOURCE_DIR / "bench" / "peer_schema.py")


def wrong_with(call: dict, tools: list[dict], judge: Judge) -> str | None:
    schema = {tool["function"]["name"]: tool["function"]["parameters"] for tool in tools}.get(call["name"])
    if schema is None:
        return f"no tool {call['name']}"
    if call["arguments"] is None:
        return f"{call['name']}: no JSON object"
    if judge.valid(json.dumps(schema), [json.dumps(call["arguments"])]) != [True]:
        return f"{call['name']}: {json.dumps(call['arguments'])} doesn't validate"
    return None


def judge_all(items: list[Item]) -> None:
    with Judge() as judge:
        for item in items:
            tools = tools_of(item.category, item.entry)
            for arm, answer in item.answers.items():
                calls = calls_of(answer, arm)
                item.right[arm] = "error" not in answer and is_right(item.category, item.entry, calls)
                item.cut[arm] = is_cut(answer, arm, calls)
                whole = calls[:-1] if item.cut[arm] else calls
                item.malformed[arm] = [why for call in whole if (why := wrong_with(call, tools, judge))]


def paired(items: list[Item], arm: str) -> dict:
    """McNemar's exact test of the questions that only one of the two answers right: how probable as many
    losses are for an arm that is no worse."""
    both = [(item.right[arm], item.right["free"]) for item in items if arm in item.right]
    won, lost = both.count((True, False)), both.count((False, True))
    p = sum(math.comb(won + lost, k) for k in range(lost, won + lost + 1)) / 2 ** (won + lost)
    return {"questions": len(both), "arm": sum(a for a, _ in both), "free": sum(f for _, f in both),
            "won": won, "lost": lost, "p": p, "pass": p > LEVEL}


FIGURES = {"right": lambda item, arm: item.right[arm],
           "called": lambda item, arm: bool(calls_of(item.answers[arm], arm)),
           "malformed": lambda item, arm: bool(item.malformed[arm]),
           "cut": lambda item, arm: item.cut[arm],
           "length": lambda item, arm: item.answers[arm].get("finish_reason") == "length"}


def figures(items: list[Item]) -> dict:
    """Of one category, or all: each figure is {arm: how many}."""
    asked = {arm: [item for item in items if arm in item.answers] for arm in ARMS}
    return {"n": len(items), "asked": {arm: len(each) for arm, each in asked.items()},
            **{name: {arm: sum(of(item, arm) for item in asked[arm]) for arm in ARMS}
               for name, of in FIGURES.items()}}


def length_of(answer: dict) -> int | None:
    return answer["usage"]["prompt_tokens"] if "usage" in answer else None


def summary(items: list[Item]) -> dict:
    by_category = collections.defaultdict(list)
    for item in items:
        by_category[item.category].append(item)
    named = [(f"{item.entry['id']}, {arm}", item, arm) for item in items for arm in item.answers]
    rows = {name: figures(each) for name, each in by_category.items()}
    tests = {arm: paired(items, arm) for arm in ("auto", "required")}
    malformed = {name: item.malformed[arm] for name, item, arm in named
                 if arm != "free" and item.malformed[arm]}
    errors = {name: item.answers[arm]["error"] for name, item, arm in named if "error" in item.answers[arm]}
    unlike = [name for name, item, arm in named if "error" not in item.answers[arm]
              and length_of(item.answers[arm]) != length_of(item.answers["free"])]
    losing = {arm: [name for name, each in by_category.items() if (row := paired(each, arm))["questions"]
                    and row["arm"] < row["free"]] for arm in tests}
    whole = sum(len(calls_of(item.answers[arm], arm)) - item.cut[arm]
                for _, item, arm in named if arm != "free")
    return {"categories": rows, "all": figures(items), "whole_calls": whole,
            "tests": tests, "losing": losing, "malformed": malformed, "errors": errors, "unlike": unlike,
            "pass": not malformed and not unlike and all(test["pass"] for test in tests.values())}


def row_of(name: str, row: dict) -> str:
    def share(arm):
        asked = row["asked"][arm]
        return f"{row['right'][arm]} ({row['right'][arm] / asked:.1%})" if asked else "–"

    def all_arms(figure):
        return " / ".join(str(row[figure][arm]) if row["asked"][arm] else "–" for arm in ARMS)
    counts = (all_arms(figure) for figure in FIGURES if figure != "right")
    cells = [name, str(row["n"]), *map(share, ARMS), *counts]
    return f"| {' | '.join(cells)} |"


def test_line(arm: str, e: dict) -> str:
    test, losing = e["tests"][arm], e["losing"][arm]
    return (f"- {arm} against free: {test['arm']} and {test['free']} of {test['questions']} right; "
            f"{test['won']} won, {test['lost']} lost, "
            f"p = {test['p']:.3g} of so many losses if it is no worse "
            f"({'passes' if test['pass'] else 'fails'} at {LEVEL}); "
            f"fewer right in: {', '.join(losing) or 'none'}")


def refusals(e: dict) -> str:
    """Each with the place in its request; the line is that of one process's requests."""
    return "; ".join(f"{name} ({error['message']}, {error.get('where', '').rpartition(': ')[2]})"
                     for name, error in e["errors"].items()) or "none"


def section(e: dict) -> str:
    conditions = peer.conditions()
    rows = "\n".join(row_of(name, row) for name, row in e["categories"].items())
    tests = "\n".join(test_line(arm, e) for arm in e["tests"])
    malformed = "; ".join(f"{name}: {', '.join(why)}" for name, why in e["malformed"].items())
    return f"""
### BFCL's calls, held to their schemas and free ({conditions['kernels']})

| category | n | right: auto | required | free | called | malformed | cut off in a call | at the limit |
|---|---|---|---|---|---|---|---|---|
{rows}
{row_of('all', e['all'])}

The last four columns count answers, auto / required / free: with a call; with a call whose arguments don't
validate or whose name no tool has; with a last call that its tokens left unfinished; that took all {TOKENS}
tokens. SmolLM2-135M Q4_1, temperature 0.

{tests}
- malformed of the {e['whole_calls']:,} whole calls of auto and required: {malformed or 'none'}
- refused requests: {refusals(e)}
- prompts of another length than the free one: {', '.join(e['unlike']) or 'none'}

{peer.conditions_line(conditions)}. Made by `bench/bfcl.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--limit", type=int)
    arguments.add_argument("--category", action="append")
    arguments.add_argument("--keep", metavar="FILE")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    items = items_of(asked)
    answer_all(items, Kept(asked.keep))
    judge_all(items)
    found = summary(items)
    text = section(found)
    peer.publish("bfcl", found, text, asked)
    return 0 if found["pass"] else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peer.PeerMissing as missing:
        print(missing, file=sys.stderr)
        sys.exit(1)
