"""`ashlar template render --jsonl` against jinja2: on the chat templates of the test data, and live on
our own snippets. Equal to the byte; where jinja2 fails, we must fail."""
import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("ASHLAR_TEST_DATA") or ROOT / "../shared/data") / "chat-templates"
NOW = "2025-07-10T12:00:00"


def ashlar(requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([os.environ["ASHLAR_BINARY"], "template", "render", "--jsonl"], input=lines,
                          capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode in (0, 2), f"exit {done.returncode}: {done.stderr[-2000:]}"
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(requests), f"{len(answers)} answers to {len(requests)} lines"
    assert (done.returncode == 2) == any("error" in answer for answer in answers)
    return answers


def data_cases():
    """(file, name, request, output or None, error or None)"""
    shared = json.loads((DATA / "contexts.json").read_text("utf-8"))
    contexts = {context["id"]: context["variables"] for context in shared["contexts"]}
    for line in (DATA / "expected.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        source = (DATA / "templates" / f"{case['template']}.jinja").read_bytes().decode("utf-8")
        variables = {"tools": None, "documents": None} | contexts[case["context"]]
        yield ("expected.jsonl", f"{case['template']} / {case['context']}",
               {"template": source, "variables": variables,
                "special_tokens": shared["special_tokens"], "now": shared["now"]},
               case.get("output"), case.get("error"))
    for name in ("jinja-cases.jsonl", "model-cases.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            case = json.loads(line)
            yield (name, case["name"],
                   {"template": case["template"], "variables": case["context"], "now": NOW},
                   case.get("expected"), case.get("error"))


def agrees(answer, output, error):
    if output is not None:
        return answer.get("output") == output
    if error["type"] == "TemplateError":  # raised by the template itself
        return answer.get("error", {}).get("message") == error["message"]
    return "error" in answer


def check_data():
    cases = list(data_cases())
    right, total, failures = collections.Counter(), collections.Counter(), []
    for (file, name, _, output, error), answer in zip(cases, ashlar([case[2] for case in cases])):
        total[file] += 1
        if agrees(answer, output, error):
            right[file] += 1
        else:
            failures.append(f"{file}: {name}\n  want {output if error is None else error!r}\n  got  {answer}")
    for file in total:
        print(f"{file}: {right[file]} of {total[file]} as jinja2")
    return failures


def check_snippets():
    import jinja_reference
    import jinja_snippets
    env = jinja_reference.environment()
    pairs = [(source, variables) for source in jinja_snippets.templates()
             for variables in jinja_snippets.CONTEXTS]
    answers = ashlar([{"template": source, "variables": variables, "now": NOW}
                      for source, variables in pairs])
    failures, refused = [], set()
    for (source, variables), answer in zip(pairs, answers):
        output, error = jinja_reference.render(env, source, variables)
        if error is not None and "error" in answer:
            continue
        if answer.get("error", {}).get("kind") == "unsupported":
            refused.add(source)  # says so; never a wrong text
        elif answer.get("output") != output or output is None:
            failures.append(f"{source!r}\n  want {output!r} {error!r}\n  got  {answer}")
    print(f"snippets: {len(pairs) - len(failures)} of {len(pairs)} as jinja2, "
          f"{len(refused)} templates refused as unsupported")
    for source in sorted(refused):
        print(f"  refused: {source!r}")
    if len(refused) > 8:
        failures.append("more is refused than docs/formats/jinja.md says")
    return failures


def main():
    try:
        failures = check_snippets()
    except ModuleNotFoundError as missing:
        print(f"SKIP: needs-peer: {missing}")
        return 77
    if DATA.exists():
        failures += check_data()
    else:
        print(f"needs-data: no {DATA}; only the snippets ran")
    for failure in failures[:40]:
        print(failure)
    print(f"{len(failures)} differ")
    if failures:
        return 1
    if not DATA.exists():
        print(f"SKIP: needs-data: no {DATA}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
