"""Token ids against Hugging Face's `tokenizers`, on every text of the test data.

The reference is built from the vocabulary and merges of the real model file, so both sides read the
same numbers. The pre-tokenizers are those of SmolLM's and GPT-2's tokenizer.json. Every string of
every file counts as a text; so does each text file as a whole, and every Unicode character takes
part in one.
"""

import os
import tempfile
from pathlib import Path

from comparison import ashlar, expect_equal, field_of_lines, ids_by_reference, skip, write_requests
from data_texts import DATA, data_texts, vocabulary_texts

HOME = Path(os.environ.get("ASHLAR_HOME") or Path.home() / ".cache" / "ashlar")
MODEL = HOME / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


try:
    import gguf
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
except ImportError as missing:
    skip(f"needs-peer: {missing}")


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


# --- what is compared ------------------------------------------------------------------------


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
