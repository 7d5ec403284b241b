"""Token ids against Hugging Face's `tokenizers`, on every text of the test data.

The reference is built from the vocabulary and merges of the real model file, so both sides read the
same numbers. The pre-tokenizers are those of SmolLM's and GPT-2's tokenizer.json. Every string of
every file counts as a text; so does each text file as a whole, and each character on its own.
"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("ASHLAR_SOURCE_DIR", Path(__file__).parents[2]))
DATA = Path(os.environ.get("ASHLAR_TEST_DATA") or SOURCE.parent / "shared" / "data")
HOME = Path(os.environ.get("ASHLAR_HOME") or Path.home() / ".cache" / "ashlar")
MODEL = HOME / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
BINARY = os.environ.get("ASHLAR_BINARY", str(SOURCE / "build" / "dev" / "src" / "ashlar"))


def skip(reason):
    print("SKIP:", reason)
    sys.exit(77)


try:
    import gguf
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
except ImportError as missing:
    skip(f"needs-peer: {missing}")


# --- texts -----------------------------------------------------------------------------------


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


def characters():
    """Each character where its class decides: after a letter, a digit, a mark and a space."""
    planes = [*range(0x0, 0xD800), *range(0xE000, 0x40000), *range(0xE0000, 0xE1000)]
    for begin in range(0, len(planes), 256):
        yield "".join(f"a{chr(c)}0{chr(c)}! {chr(c)}\u00a0" for c in planes[begin : begin + 256])


def joined(texts, count):
    texts = list(texts)
    for begin in range(0, len(texts), count):
        yield "\n".join(texts[begin : begin + count])


def all_texts():
    texts = {}
    for path in sorted(p for p in DATA.rglob("*") if p.is_file()):
        strings = texts_of(path)
        # A million single tokens of other vocabularies: no texts, but fit for making some.
        if path.is_relative_to(DATA / "tokenizers"):
            strings = joined(strings, 500)
        texts.update(dict.fromkeys(strings))
    texts.update(dict.fromkeys(characters()))
    return [text for text in texts if is_scalar_text(text)]


# --- the two sides ---------------------------------------------------------------------------


class Vocabulary:
    def __init__(self, path):
        fields = gguf.GGUFReader(path).fields
        self.tokens = fields["tokenizer.ggml.tokens"].contents()
        self.types = fields["tokenizer.ggml.token_type"].contents()
        self.merges = fields["tokenizer.ggml.merges"].contents()
        self.special = [t for t, kind in zip(self.tokens, self.types) if kind == 3]

    def save(self, path, pre):
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre)
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        writer.add_token_merges(self.merges)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()

    def missing_bytes(self):
        table = pre_tokenizers.ByteLevel.alphabet()
        assert len(table) == 256
        known = set(self.tokens)
        printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
        others = [b for b in range(256) if b not in printable]
        symbols = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}
        assert set(symbols.values()) == set(table)
        return bytes(b for b, symbol in symbols.items() if symbol not in known)


def reference(vocabulary, pre, parse_special):
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    merges = [tuple(merge.split(" ")) for merge in vocabulary.merges]
    tokenizer = Tokenizer(models.BPE(ids, merges))
    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = gpt2 if pre == "gpt-2" else pre_tokenizers.Sequence([digits, gpt2])
    if parse_special:
        tokenizer.add_special_tokens(
            [AddedToken(t, normalized=False, special=True) for t in vocabulary.special]
        )
    return lambda texts: [e.ids for e in tokenizer.encode_batch_fast(texts)]


def ashlar(verb, path, requests, *options):
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in requests)
    command = [BINARY, verb, "--tokenizer", str(path), "--jsonl", *options]
    done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(requests), (len(answers), len(requests))
    return answers


# --- what is compared ------------------------------------------------------------------------


def expect_equal(what, texts, ours, theirs):
    wrong = [i for i in range(len(texts)) if ours[i] != theirs[i]]
    for i in wrong[:5]:
        print(f"{what}: {texts[i][:200]!r}\n  ours   {ours[i][:40]}\n  theirs {theirs[i][:40]}")
    assert not wrong, f"{what}: {len(wrong)} of {len(texts)} texts differ"


def compare_ids(path, vocabulary, pre, texts):
    """The ids of the texts, equal on both sides with and without special tokens."""
    theirs = reference(vocabulary, pre, False)(texts)
    ours = [a["ids"] for a in ashlar("tokenize", path, [{"text": t} for t in texts])]
    expect_equal(f"{pre}", texts, ours, theirs)

    # The reference splits at special tokens and does nothing else; other texts stay as they are.
    spelled = [i for i, t in enumerate(texts) if any(s in t for s in vocabulary.special)]
    assert len(spelled) > 100, "the test data hold special tokens"
    parsed = reference(vocabulary, pre, True)([texts[i] for i in spelled])
    for i, ids in zip(spelled, parsed):
        theirs[i] = ids
    requests = [{"text": t} for t in texts]
    ours_parsed = [a["ids"] for a in ashlar("tokenize", path, requests, "--parse-special")]
    expect_equal(f"{pre} with special tokens", texts, ours_parsed, theirs)
    return ours


def compare_round_trip(path, vocabulary, texts, ids):
    """Decoding gives the text without the bytes that the vocabulary lacks."""
    missing = vocabulary.missing_bytes()
    kept = [t.encode().translate(None, missing).decode("utf-8", "replace") for t in texts]
    back = [a["text"] for a in ashlar("detokenize", path, [{"ids": i} for i in ids])]
    expect_equal("round trip", texts, back, kept)


def main():
    if not DATA.is_dir():
        skip(f"needs-data: no test data at {DATA}")
    if not MODEL.is_file():
        skip(f"needs-model: no model at {MODEL}")
    texts = all_texts()
    print(f"{len(texts)} texts, {sum(map(len, texts))} characters")
    vocabulary = Vocabulary(MODEL)
    ids = compare_ids(MODEL, vocabulary, "smollm", texts)
    compare_round_trip(MODEL, vocabulary, texts, ids)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gpt-2.gguf"
        vocabulary.save(path, "gpt-2")
        compare_ids(path, vocabulary, "gpt-2", texts)


if __name__ == "__main__":
    main()
