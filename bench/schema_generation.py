"""Answers of SmolLM2 at temperature 1 that are held to real schemas, against PyPI's jsonschema."""
import collections
import json
import subprocess
import sys
import tempfile

import places
import schema_set

REQUESTS, TOKENS, FINISHED = 500, 512, 0.7
CLOSING = 512  # tokens more that --finish may take
SHOWN = 1000  # characters of a schema in the prompt


def compiling(most: int) -> list[schema_set.Case]:
    found = []
    with schema_set.admits(places.model_path()) as ours:
        for case in schema_set.cases():
            if ours.ask(case.line([])).get("compiled"):
                found.append(case)
            if len(found) == most:
                break
    return found


def messages(case: schema_set.Case) -> list[dict]:
    return [{"role": "user",
             "content": f"Write a short JSON value for this JSON Schema:\n{case.schema[:SHOWN]}"}]


def request(case: schema_set.Case, seed: int, finish: int) -> str:
    """The schema as it stands in the data."""
    rest = json.dumps({"messages": messages(case), "max_tokens": TOKENS, "temperature": 1, "seed": seed,
                       "finish": finish})
    return f'{rest[:-1]}, "schema": {case.schema}}}\n'


def answers(cases: dict[int, schema_set.Case], finish: int) -> list[dict]:
    """By seed."""
    command = [places.binary(), "generate", "-m", places.model_path(), "--jsonl", "--ctx", "2048"]
    with tempfile.TemporaryFile("w+") as given:
        given.writelines(request(case, seed, finish) for seed, case in cases.items())
        given.seek(0)
        done = subprocess.run([str(part) for part in command], stdin=given, stdout=subprocess.PIPE)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if len(found) != len(cases):
        print(f"{len(found)} answers to {len(cases)} requests, exit {done.returncode}", file=sys.stderr)
    return found


def wrong_with(case, answer, judge) -> str | None:
    try:
        json.loads(answer["text"])
    except ValueError as wrong:
        return f"no JSON: {wrong}"
    said = judge.ask(json.dumps({"schema": case.schema, "instances": [answer["text"]]}) + "\n")
    if said.get("valid") == [True]:
        return None
    return said.get("error") or said.get("lost") or "not valid"


def judged(cases: dict[int, schema_set.Case], found: list[dict], errors: list, wrong: dict) -> dict:
    """Those that didn't finish."""
    unfinished = {}
    with schema_set.Judge() as judge:
        for (seed, case), answer in zip(cases.items(), found):
            if "error" in answer:
                errors.append(f"{case.name}: {answer['error']['message']}")
            elif answer["finish_reason"] != "stop":
                unfinished[seed] = case
            elif why := wrong_with(case, answer, judge):
                wrong[case.name] = {"why": why, "text": answer["text"]}
    return unfinished


def generation() -> dict:
    cases = dict(enumerate(compiling(REQUESTS), 1))
    found = answers(cases, 0)
    errors, wrong = [], {}
    unfinished = judged(cases, found, errors, wrong)
    open_still = judged(unfinished, answers(unfinished, CLOSING), errors, wrong)
    ends = collections.Counter(each.get("finish_reason", "error") for each in found)
    tokens = sum(len(each["ids"]) for each in found if "ids" in each)
    return {"requests": len(cases), "answers": len(found), "ends": dict(ends), "errors": errors,
            "wrong": wrong, "unfinished": [case.name for case in unfinished.values()],
            "not_closed": [case.name for case in open_still.values()], "tokens": tokens,
            "pass": len(found) == len(cases) == REQUESTS and not wrong and not errors and not open_still
            and ends["stop"] >= FINISHED * len(cases)}


def line_of(e: dict) -> str:
    stopped = e["ends"].get("stop", 0)
    return (f"{e['requests']} schemas, {e['tokens']:,} tokens at temperature 1: {stopped} answers finished "
            f"within {TOKENS} tokens ({stopped / e['requests']:.0%}, {FINISHED:.0%}), of which "
            f"{len(e['wrong'])} don't parse or validate (0); {len(e['errors'])} requests refused; of the "
            f"{len(e['unfinished'])} others finish {CLOSING} closes all but {len(e['not_closed'])} (0)")


def details(e: dict) -> str:
    wrong = [f"{name} ({each['why']})" for name, each in e["wrong"].items()]
    return (f"- answers that don't validate: {', '.join(wrong) or 'none'}\n"
            f"- requests refused: {', '.join(e['errors']) or 'none'}\n"
            f"- not closed by finish: {', '.join(e['not_closed']) or 'none'}")
