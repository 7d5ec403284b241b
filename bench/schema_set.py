"""The real schemas of shared data with their instances, each text as it stands in the file, numbers
and all, and `ashlar schema admits` over them. Standard library alone.
"""
import contextlib
import gzip
import json
import select
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import peer
import places

DECODER = json.JSONDecoder()
SPACE = " \t\r\n"
HANG_SECONDS = 60


def pieces(text: str) -> list[tuple[str | None, str]]:
    """Name (None in an array) and raw text of each member or item of an object or array."""
    found, at = [], 1
    while True:
        while text[at] in SPACE + ",":
            at += 1
        if text[at] in "}]":
            return found
        name = None
        if text[0] == "{":
            name, at = DECODER.raw_decode(text, at)
            while text[at] in SPACE + ":":
                at += 1
        _, end = DECODER.raw_decode(text, at)
        found.append((name, text[at:end]))
        at = end


@dataclass
class Case:
    name: str
    schema: str
    valid: list[str]
    invalid: list[str]

    def line(self, instances: list[str]) -> str:
        return f'{{"schema":{self.schema},"instances":{json.dumps(instances)}}}\n'


def case_of(line: str) -> Case:
    parts = dict(pieces(line))
    invalid = [dict(pieces(each))["data"] for _, each in pieces(parts["invalid"])]
    return Case(json.loads(parts["name"]), parts["schema"], [text for _, text in pieces(parts["valid"])],
                invalid)


def cases() -> list[Case]:
    packed = (places.data_path() / "jsonschemabench" / "schemas.jsonl.gz").read_bytes()
    return [case_of(line) for line in gzip.decompress(packed).decode().split("\n") if line.strip()]


class Lines:
    """A child that answers each line with a line; one that ends or is silent for too long is told, and
    begun anew."""

    def __init__(self, *command, seconds: float = HANG_SECONDS):
        self.command, self.seconds, self.child = [str(part) for part in command], seconds, None

    def begin(self):
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def ask(self, line: str) -> dict:
        """The answer, or {"lost": "hangs" or "ends, exit N"}."""
        if self.child is None:
            self.begin()
        answer, end = b"", time.monotonic() + self.seconds
        try:
            self.child.stdin.write(line.encode())
            while not answer.endswith(b"\n"):
                ready, _, _ = select.select([self.child.stdout], [], [], max(0, end - time.monotonic()))
                if not ready:
                    return self.lost("hangs")
                more = self.child.stdout.read(1 << 20)
                if not more:
                    return self.lost(f"ends, exit {self.child.wait()}")
                answer += more
        except BrokenPipeError:
            return self.lost(f"ends, exit {self.child.wait()}")
        return json.loads(answer)

    def lost(self, how: str) -> dict:
        self.close()
        return {"lost": how}

    def close(self):
        if self.child:
            self.child.kill()
            self.child.wait()
            self.child.stdin.close()
            self.child.stdout.close()
        self.child = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def admits(tokenizer, *options) -> Lines:
    return Lines(places.binary(), "schema", "admits", "--jsonl", "--tokenizer", tokenizer, "--order",
                 "free", "--whitespace", "any", *options)


class Judge(Lines):
    """PyPI's jsonschema."""

    def __init__(self):
        super().__init__(peer.python_of("structure", "jsonschema"),
                         places.SOURCE_DIR / "bench" / "peer_schema.py")

    def valid(self, schema: str, texts: list[str]) -> list[bool | None]:
        """None where it can't say."""
        answer = self.ask(json.dumps({"schema": schema, "instances": texts}) + "\n")
        return answer.get("valid") or [None] * len(texts)


@contextlib.contextmanager
def tokenizers():
    """Name → what --tokenizer takes."""
    with tempfile.TemporaryDirectory() as folder:
        packed = places.data_path() / "tokenizers" / "llama3" / "tokenizer.json.gz"
        path = Path(folder) / "tokenizer.json"
        path.write_bytes(gzip.decompress(packed.read_bytes()))
        yield {"smollm2": places.model_path(), "llama3": path}
