"""`ashlar schema validate` on the official test suite: every required test of drafts 2020-12 and 7
with formats as annotations, and with formats asserted every file of optional/format but idn-hostname,
which must be refused. The other optional tests are counted, not required."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("ASHLAR_TEST_DATA") or ROOT / "../shared/data")
SUITE = DATA / "json-schema-test-suite"
DRAFTS = {"draft2020-12": "2020-12", "draft7": "7"}
# What an optional test asks for that the page docs/formats/json-schema.md says we refuse.
REFUSED = "idn-hostname"


def judge(schema, instances, draft, formats, folder):
    """The verdicts on a group's instances; None for all when the schema is refused."""
    path = pathlib.Path(folder) / "schema.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    command = [os.environ["ASHLAR_BINARY"], "schema", "validate", "--schema", str(path),
               "--formats", formats, "--refs", f"http://localhost:1234={SUITE / 'remotes'}"]
    if not (isinstance(schema, dict) and "$schema" in schema):
        command += ["--draft", draft]
    done = subprocess.run(command, input="".join(json.dumps(i) + "\n" for i in instances),
                          capture_output=True, text=True, encoding="utf-8", timeout=60)
    if done.returncode != 0 and not done.stdout:
        return None, done.stderr.strip()
    return [json.loads(line).get("valid") for line in done.stdout.split("\n") if line], done.stderr


def run_group(task):
    name, group, draft, formats = task
    with tempfile.TemporaryDirectory() as folder:
        verdicts, error = judge(group["schema"], [t["data"] for t in group["tests"]], draft, formats,
                                folder)
    failures = []
    for i, test in enumerate(group["tests"]):
        got = verdicts[i] if verdicts and i < len(verdicts) else None
        if got is not test["valid"]:
            failures.append(f"{name}: {group['description']}: {test['description']}: "
                            f"{got}, not {test['valid']} {error}")
    return len(group["tests"]), failures


def run_files(paths, draft, formats):
    tasks = [(path.name, group, draft, formats) for path in paths
             for group in json.loads(path.read_text("utf-8"))]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run_group, tasks))
    return sum(count for count, _ in results), [f for _, failures in results for f in failures]


def refuses(draft):
    with tempfile.TemporaryDirectory() as folder:
        verdicts, error = judge({"format": REFUSED}, [], draft, "assert", folder)
    return verdicts is None and "/format" in error


def main():
    if not SUITE.is_dir():
        print("SKIP: needs-data: no json-schema-test-suite")
        return 77
    failed = False
    for folder, draft in DRAFTS.items():
        root = SUITE / "tests" / folder
        formats = [p for p in sorted((root / "optional/format").glob("*.json"))
                   if p.stem != REFUSED]
        parts = [("required", sorted(root.glob("*.json")), "annotate"),
                 ("formats", formats, "assert"),
                 ("optional", sorted((root / "optional").glob("*.json")), "annotate")]
        for part, paths, how in parts:
            count, failures = run_files(paths, draft, how)
            print(f"{folder} {part}: {count - len(failures)} of {count}")
            print("".join(f"  {failure}\n" for failure in failures), end="")
            failed |= bool(failures) and part != "optional"
        if not refuses(draft):
            print(f"{folder}: {REFUSED} isn't refused")
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
