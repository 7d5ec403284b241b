"""Answers of SmolLM2 at temperature 1 that are held to real schemas, against PyPI's jsonschema."""
import collections
import json
import subprocess
import sys
import tempfile

import places
import schema_set

REQUESTS, TOKENS, FINISHED = 500, 512, 0.7
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


def request(case: schema_set.Case, seed: int) -> str:
    """The schema as it stands in the data."""
    rest = json.dumps({"messages": messages(case), "max_tokens": TOKENS, "temperature": 1, "seed": seed})
    return f'{rest[:-1]}, "schema": {case.schema}}}\n'


def answers(cases) -> list[dict]:
    command = [places.binary(), "generate", "-m", places.model_path(), "--jsonl", "--ctx", "2048"]
    with tempfile.TemporaryFile("w+") as given:
        given.writelines(request(case, seed) for seed, case in enumerate(cases, 1))
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


def generation() -> dict:
    cases = compiling(REQUESTS)
    found = answers(cases)
    ends, errors, wrong, unfinished = collections.Counter(), [], {}, []
    with schema_set.Judge() as judge:
        for case, answer in zip(cases, found):
            if "error" in answer:
                errors.append(f"{case.name}: {answer['error']['message']}")
                continue
            ends[answer["finish_reason"]] += 1
            if answer["finish_reason"] != "stop":
                unfinished.append(case.name)
            elif why := wrong_with(case, answer, judge):
                wrong[case.name] = {"why": why, "text": answer["text"]}
    tokens = sum(len(each["ids"]) for each in found if "ids" in each)
    return {"requests": len(cases), "answers": len(found), "ends": dict(ends), "errors": errors,
            "wrong": wrong, "unfinished": unfinished, "tokens": tokens,
            "pass": len(found) == len(cases) == REQUESTS and not wrong and not errors
            and ends["stop"] >= FINISHED * len(cases)}


def line_of(e: dict) -> str:
    stopped = e["ends"].get("stop", 0)
    return (f"{e['requests']} schemas, {e['tokens']:,} tokens at temperature 1: {stopped} answers finished "
            f"within {TOKENS} tokens ({stopped / e['requests']:.0%}, {FINISHED:.0%}), of which "
            f"{len(e['wrong'])} don't parse or validate (0); {len(e['errors'])} requests refused")


def details(e: dict) -> str:
    wrong = [f"{name} ({each['why']})" for name, each in e["wrong"].items()]
    return (f"- answers that don't validate: {', '.join(wrong) or 'none'}\n"
            f"- requests refused: {', '.join(e['errors']) or 'none'}")
