"""The verbs on one side, Hugging Face's `tokenizers` on the other, text by text."""

import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("ASHLAR_SOURCE_DIR", Path(__file__).parents[2]))
BINARY = os.environ.get("ASHLAR_BINARY", str(SOURCE / "build" / "dev" / "src" / "ashlar"))


def skip(reason):
    print("SKIP:", reason)
    sys.exit(77)


def ids_by_reference(tokenizer, texts):
    """In parts, as millions of ids are heavy in Python."""
    for begin in range(0, len(texts), 2000):
        for encoding in tokenizer.encode_batch_fast(texts[begin : begin + 2000]):
            yield encoding.ids


def ashlar(verb, path, requests, answers, *options):
    """One run over all lines of a file, into another file."""
    command = [BINARY, verb, "--tokenizer", str(path), "--jsonl", *options]
    with open(requests, "rb") as lines, open(answers, "wb") as out:
        subprocess.run(command, stdin=lines, stdout=out, check=True)


def field_of_lines(path, name):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)[name]


def expect_equal(what, texts, ours, theirs):
    wrong = 0
    for text, our, their in zip(texts, ours, theirs, strict=True):
        if our != their:
            wrong += 1
            if wrong <= 5:
                print(f"{what}: {text[:200]!r}\n  ours   {our[:40]}\n  theirs {their[:40]}")
    assert wrong == 0, f"{what}: {wrong} of {len(texts)} texts differ"
    print(f"{what}: {len(texts)} texts are equal")


def write_requests(path, texts):
    with open(path, "w", encoding="utf-8") as out:
        for text in texts:
            out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
