"""Every text of the test data, and texts of every character, for comparing tokenizers."""

import csv
import gzip
import io
import json
import os
from pathlib import Path

SOURCE = Path(os.environ.get("ASHLAR_SOURCE_DIR", Path(__file__).parents[2]))
DATA = Path(os.environ.get("ASHLAR_TEST_DATA") or SOURCE.parent / "shared" / "data")
VOCABULARIES = DATA / "tokenizers"


def strings_in(value):
    """Every string of a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def texts_of(path):
    raw = path.read_bytes()
    name = path.name
    if name.endswith(".gz"):
        raw, name = gzip.decompress(raw), name[:-3]
    text = raw.decode("utf-8", "replace")
    if name.endswith(".json"):
        yield from strings_in(json.loads(text))
    elif name.endswith(".jsonl"):
        for line in text.split("\n"):
            value = json.loads(line) if line.strip() else {}
            if isinstance(value, dict) and "hex" in value:
                yield bytes.fromhex(value["hex"]).decode("utf-8", "replace")
            yield from strings_in(value)
    elif name.endswith(".csv"):
        for row in csv.reader(io.StringIO(text)):
            yield from row
    else:
        yield text


def is_scalar_text(text):
    """A lone surrogate, which JSON can escape, is no text."""
    return text.isascii() or not any(0xD800 <= ord(c) < 0xE000 for c in text)


# Planes 0 and 1, and of the others what lies around the ends of their blocks.
CHARACTERS = [
    *range(0x0, 0xD800),
    *range(0xE000, 0x20000),
    *range(0x2A600, 0x2A800),
    *range(0x2B700, 0x2B840),
    *range(0x2CE80, 0x2CF00),
    *range(0x2EB80, 0x2EF00),
    *range(0x2F7F0, 0x2FA40),
    *range(0x31300, 0x32400),
    *range(0xE0000, 0xE0200),
]


def characters():
    """Each character where its class decides: after a letter, a digit, a mark and a space."""
    for begin in range(0, len(CHARACTERS), 256):
        some = CHARACTERS[begin : begin + 256]
        yield "".join(f"a{chr(c)}0{chr(c)}! {chr(c)}\u00a0" for c in some)


def joined(texts, count):
    texts = list(dict.fromkeys(texts))
    for begin in range(0, len(texts), count):
        yield "\n".join(texts[begin : begin + count])


def unique_texts(strings):
    return [text for text in dict.fromkeys(strings) if is_scalar_text(text)]


def data_texts():
    """Every text of the data, and the characters."""
    paths = sorted(p for p in DATA.rglob("*") if p.is_file())
    strings = [s for p in paths if not p.is_relative_to(VOCABULARIES) for s in texts_of(p)]
    return unique_texts([*strings, *characters()])


def vocabulary_texts():
    """A million single tokens of other vocabularies: no texts, but fit for making some."""
    paths = sorted(p for p in VOCABULARIES.rglob("*") if p.is_file())
    return unique_texts(text for p in paths for text in joined(texts_of(p), 500))
