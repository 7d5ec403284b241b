"""Lists the tests that were skipped and why; fails where tests/skips.txt doesn't allow it.

usage: skips.py JUNIT.xml SKIPS.txt [KIND...]

JUNIT.xml is ctest's --output-junit. A reason is what GTEST_SKIP() printed, or a Python test's line
"SKIP: reason". SKIPS.txt has lines "PREFIX KIND[,KIND...] WHY": a skip is allowed when its reason
begins with PREFIX and this machine is one of the kinds ("any": every machine).
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from typing import NamedTuple


class Rule(NamedTuple):
    prefix: str
    kinds: frozenset
    why: str


def read_rules(text):
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(None, 2)
        if len(words) != 3:
            raise ValueError(f"line {number}: want PREFIX KIND[,KIND...] WHY")
        rules.append(Rule(words[0], frozenset(words[1].split(",")), words[2]))
    return rules


def reason_of(output):
    """The reason in a skipped test's output, or a text that no rule allows."""
    # GoogleTest: "FILE:LINE: Skipped" and the message on the next lines. Python: "SKIP: reason".
    found = re.search(r"^SKIP: (.+)$", output, re.M) or re.search(r": Skipped\n(.+)$", output, re.M)
    return found.group(1).strip() if found else "no reason given"


def read_skips(junit):
    """{reason: [test]} of a junit file; a test that was not built counts as skipped."""
    skips = defaultdict(list)
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        if case.find("skipped") is None and case.get("status") not in ("notrun", "disabled"):
            continue
        skips[reason_of(case.findtext("system-out") or "")].append(case.get("name"))
    return skips


def allowing_rule(reason, rules, kinds):
    for rule in rules:
        if reason.startswith(rule.prefix) and rule.kinds & (set(kinds) | {"any"}):
            return rule
    return None


def report(skips, rules, kinds):
    """The lines to print, and whether every skip is allowed."""
    lines, fine = [], True
    count = sum(map(len, skips.values()))
    lines.append(f"{count} skipped (this machine: {', '.join(kinds) or 'nothing special'})")
    for reason, tests in sorted(skips.items()):
        rule = allowing_rule(reason, rules, kinds)
        fine = fine and rule is not None
        lines.append(f"  {reason}")
        lines.append(f"    {'allowed: ' + rule.why if rule else 'NOT ALLOWED by tests/skips.txt'}")
        lines.extend(f"    skipped: {test}" for test in sorted(tests))
    return lines, fine


def main(junit, rules_path, *kinds):
    with open(rules_path, encoding="utf-8") as file:
        rules = read_rules(file.read())
    lines, fine = report(read_skips(junit), rules, kinds)
    print("\n".join(lines))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
