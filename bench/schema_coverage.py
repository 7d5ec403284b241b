"""Which real schemas compile, admit their valid instances and stop their invalid ones."""
import collections
import re
import sys

import schema_set

SHARE, COMPILE_MS = 0.92, 20


def share_at(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] if values else 0.0


def kind_of(message: str) -> str:
    """Without names and numbers, so that messages of one kind count together."""
    return re.sub(r"\d+", "N", re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "…", message))


def admitted(answers: dict, case: schema_set.Case) -> tuple[list[str], list[str]]:
    """The valid texts that weren't admitted, the invalid ones that were."""
    told = answers["admits"]
    return ([text for text, yes in zip(case.valid, told) if not yes],
            [text for text, yes in zip(case.invalid, told[len(case.valid):]) if yes])


class Tally:
    """What became of each schema."""

    def __init__(self, judge):
        self.judge = judge
        self.compile_ms, self.passing, self.with_instances = [], [], []
        self.refusals = collections.defaultdict(list)
        self.lost, self.refused_valid, self.admitted_invalid, self.disputed = [], [], [], []

    def add(self, case, answer):
        if case.valid or case.invalid:
            self.with_instances.append(case.name)
        if "lost" in answer or "compiled" not in answer:
            self.lost.append(f"{case.name}: {answer.get('lost') or answer['error']['message']}")
            return
        self.compile_ms.append((answer["compile_us"] / 1000, case.name))
        if not answer["compiled"]:
            self.refusals[kind_of(answer["error"]["message"])].append(case.name)
            return
        stopped, through = admitted(answer, case)
        wrong = self.not_valid(case, through)
        if stopped:
            self.refused_valid.append(case.name)
        if wrong:
            self.admitted_invalid.append(case.name)
        if not stopped and not wrong:
            self.passing.append(case.name)

    def not_valid(self, case, texts) -> list[str]:
        """Without those that jsonschema calls valid, against the data's own word."""
        if not texts:
            return []
        said = self.judge.valid(case.schema, texts)
        kept = [text for text, valid in zip(texts, said) if not valid]
        if len(kept) < len(texts):
            self.disputed.append(case.name)
        return kept

    def figures(self, schemas: int) -> dict:
        slow = sorted(self.compile_ms, reverse=True)
        times = [ms for ms, _ in self.compile_ms]
        found = {"schemas": schemas, "passing": len(self.passing), "with_instances": len(self.with_instances),
                 "passing_with_instances": len(set(self.passing) & set(self.with_instances)),
                 "refused": sum(map(len, self.refusals.values())), "refusals": dict(
                     sorted(self.refusals.items(), key=lambda each: -len(each[1]))),
                 "lost": self.lost, "refused_valid": self.refused_valid,
                 "admitted_invalid": self.admitted_invalid, "disputed": self.disputed,
                 "compile_ms": {"p50": share_at(times, 0.5), "p99": share_at(times, 0.99),
                                "max": share_at(times, 1), "slowest": slow[:10]}}
        found["share"] = found["passing"] / schemas
        found["share_with_instances"] = found["passing_with_instances"] / max(1, found["with_instances"])
        found["pass"] = (not self.lost and not self.admitted_invalid and found["share"] >= SHARE
                         and found["share_with_instances"] >= SHARE
                         and found["compile_ms"]["p99"] <= COMPILE_MS)
        return found


def coverage_of(tokenizer, judge) -> dict:
    cases, tally = schema_set.cases(), Tally(judge)
    with schema_set.admits(tokenizer) as ours:
        for number, case in enumerate(cases, 1):
            tally.add(case, ours.ask(case.line(case.valid + case.invalid)))
            if number % 200 == 0:
                print(f"{number}/{len(cases)}", file=sys.stderr, flush=True)
    return tally.figures(len(cases))


def coverage() -> dict:
    with schema_set.Judge() as judge, schema_set.tokenizers() as tokenizers:
        found = {name: coverage_of(path, judge) for name, path in tokenizers.items()}
    return {"found": found, "pass": all(each["pass"] for each in found.values())}


def said(name: str, e: dict) -> str:
    compiling = e["compile_ms"]
    return (f"{name}: {e['passing']:,} of {e['schemas']:,} pass ({e['share']:.1%}, {SHARE:.0%}), "
            f"{e['passing_with_instances']:,} of {e['with_instances']:,} with instances "
            f"({e['share_with_instances']:.1%}); {len(e['admitted_invalid'])} admit an invalid one (0), "
            f"{len(e['refused_valid'])} refuse a valid one, {e['refused']} schemas refused, "
            f"{len(e['lost'])} crashes or hangs; compile ms p50 {compiling['p50']:.2f}, "
            f"p99 {compiling['p99']:.1f} ({COMPILE_MS}), most {compiling['max']:.0f}")


def line_of(found: dict) -> str:
    return "; ".join(said(name, each) for name, each in found["found"].items())


def details(found: dict) -> str:
    """Names: of the first tokenizer what doesn't depend on it."""
    each = next(iter(found["found"].values()))
    refusals = "\n".join(f"| {len(names)} | {message} | {', '.join(names[:3])} |"
                         for message, names in each["refusals"].items())
    listed = "\n".join(f"- {what}: {', '.join(names) or 'none'}" for what, names in (
        ("crash or hang", each["lost"]), ("admit what is invalid", each["admitted_invalid"]),
        ("refuse what is valid", each["refused_valid"]),
        ("called invalid by the data, valid by jsonschema", each["disputed"]),
        ("slowest to compile, ms", [f"{name} {ms:.0f}" for ms, name in each["compile_ms"]["slowest"]])))
    return f"""| schemas | refused because | such as |
|---|---|---|
{refusals}

{listed}"""
