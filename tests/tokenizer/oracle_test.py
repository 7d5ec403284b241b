"""Token ids against Hugging Face's `tokenizers`, on every text of the test data.

The reference is built from the vocabulary and merges of the real model file, so both sides read the
same numbers. The pre-tokenizers are those of SmolLM's and GPT-2's tokenizer.json. Every string of
every file counts as a text; so does each text file as a whole, and every Unicode character takes
part in one.
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
VOCABULARIES = DATA / "tokenizers"
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
    return tokenizer


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


# --- what is compared ------------------------------------------------------------------------


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


def compare_ids(path, vocabulary, pre, texts, folder):
    """Special tokens in the text are left text."""
    write_requests(folder / "texts", texts)
    ashlar("tokenize", path, folder / "texts", folder / "ids")
    theirs = ids_by_reference(reference(vocabulary, pre, False), texts)
    expect_equal(pre, texts, field_of_lines(folder / "ids", "ids"), theirs)


def compare_parsed_ids(path, vocabulary, pre, texts, folder):
    """Special tokens in the text are parsed: of use only where there are any."""
    spelled = [text for text in texts if any(token in text for token in vocabulary.special)]
    assert len(spelled) > 100, "the test data hold special tokens"
    write_requests(folder / "texts", spelled)
    ashlar("tokenize", path, folder / "texts", folder / "parsed", "--parse-special")
    theirs = ids_by_reference(reference(vocabulary, pre, True), spelled)
    what = f"{pre} with special tokens"
    expect_equal(what, spelled, field_of_lines(folder / "parsed", "ids"), theirs)


def compare_round_trip(path, vocabulary, texts, folder):
    """Decoding gives the text without the bytes that the vocabulary lacks."""
    ashlar("detokenize", path, folder / "ids", folder / "back")
    missing = vocabulary.missing_bytes()
    kept = (t.encode().translate(None, missing).decode("utf-8", "replace") for t in texts)
    expect_equal("round trip", texts, field_of_lines(folder / "back", "text"), kept)


def main():
    if not DATA.is_dir():
        skip(f"needs-data: no test data at {DATA}")
    if not MODEL.is_file():
        skip(f"needs-model: no model at {MODEL}")
    texts, more = data_texts(), vocabulary_texts()
    print(f"{len(texts + more)} texts, {sum(map(len, texts + more))} characters")
    vocabulary = Vocabulary(MODEL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare_parsed_ids(MODEL, vocabulary, "smollm", texts + more, folder)
        compare_ids(MODEL, vocabulary, "smollm", texts + more, folder)
        compare_round_trip(MODEL, vocabulary, texts + more, folder)
        gpt2 = folder / "gpt-2.gguf"
        vocabulary.save(gpt2, "gpt-2")
        compare_parsed_ids(gpt2, vocabulary, "gpt-2", texts, folder)
        compare_ids(gpt2, vocabulary, "gpt-2", texts, folder)


if __name__ == "__main__":
    main()
