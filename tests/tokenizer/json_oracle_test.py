"""Token ids from a tokenizer.json against Hugging Face's `tokenizers` on the same file.

The files are those of Llama 3, Qwen 3 and GPT-3.5, over every text of the test data, every Unicode
character, and the vocabularies of the others. Other parts of the format are put into GPT-3.5's file one
after another (`VARIANTS`) and compared on fewer texts.
"""

import gzip
import json
import os
import random
import tempfile
from pathlib import Path

from comparison import ashlar, expect_equal, field_of_lines, ids_by_reference, skip, write_requests
from data_texts import DATA, VOCABULARIES, data_texts, vocabulary_texts

try:
    from tokenizers import Tokenizer
except ImportError as missing:
    skip(f"needs-peer: {missing}")

NAMES = ["llama3", "qwen3", "gpt35turbo"]

WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_level(**options):
    plain = {"add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {"type": "ByteLevel", **plain, **options}


def split(pattern, behavior, invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def steps(*parts):
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [*parts, byte_level()]}}


def digits(individual):
    return {"type": "Digits", "individual_digits": individual}


def template(*parts):
    tokens = {"<s>": {"id": "<s>", "ids": [5, 6], "tokens": ["&", "'"]}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    single = [text if part is None else {"SpecialToken": {"id": part, "type_id": 0}} for part in parts]
    pair = [*single, {"Sequence": {"id": "B", "type_id": 1}}]
    return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": tokens}


def added(content, **flags):
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    return {"content": content, **plain, **flags}


# Spellings that occur in the texts. What isn't ASCII has a character that stands for no byte: else the
# reference decodes it to bytes that make no character. None begins inside a special one, which the
# reference passes over as a whole where it is text.
ADDED = [
    added(" the", rstrip=True),
    added("and", single_word=True),
    added("é中", normalized=True),
    added("e\u0301।", normalized=True),
    added("is o", lstrip=True, special=True),
    added("he", lstrip=True, rstrip=True, normalized=True),
    added("<s>", special=True),
    added("or a", normalized=True, special=True, single_word=True),
    added("0", rstrip=True, lstrip=True),
]

BEHAVIORS = ["Isolated", "Removed", "Contiguous", "MergedWithPrevious", "MergedWithNext"]

VARIANTS = {
    # Not letter by letter what there is a scanner for: PCRE2 finds the same words.
    "regex": steps(split(f"(?:{WORDS})", "Isolated")),
    "regex of tiktoken": steps(split(WORDS.replace("]?\\p", "]?+\\p").replace("]+[", "]++["), "Removed", True)),
    **{
        f"{behavior}, {pattern!r}, invert {invert}": steps(split(pattern, behavior, invert))
        for behavior in BEHAVIORS
        for pattern in [r"\s", r"\w+|[^\w\s]", r"x*", r"(?m:.)$|^\p{Lu}"]
        for invert in [False, True]
    },
    **{f"{b}, a string": steps(split("e", b, kind="String")) for b in BEHAVIORS},
    "classes": steps(split(r"[\w.]+|\d+|\W", "Isolated")),
    "digits": steps(digits(True), split(WORDS, "Isolated")),
    "runs of digits": steps(split(r"\s+", "MergedWithNext"), digits(False)),
    "gpt-2": {"pre_tokenizer": byte_level(use_regex=True)},
    "prefix space": {"pre_tokenizer": byte_level(use_regex=True, add_prefix_space=True)},
    "prefix spaces": {
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [split("\n", "Isolated"), byte_level(add_prefix_space=True)],
        },
        "added_tokens": ADDED,
    },
    "added": {"added_tokens": ADDED},
    "added, NFC": {"added_tokens": ADDED, "normalizer": {"type": "NFC"}},
    "NFC in sequence": {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]}},
    "template": {"post_processor": template("<s>", None, "<s>")},
    "template in a sequence": {
        "post_processor": {"type": "Sequence", "processors": [byte_level(), template("<s>", None)]}
    },
    "BertProcessing": {"post_processor": {"type": "BertProcessing", "sep": ["!", 0], "cls": ['"', 1]}},
    "RobertaProcessing": {
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": ["#", 2],
            "cls": ["$", 3],
            "trim_offsets": True,
            "add_prefix_space": False,
        }
    },
    "ignore_merges": {"model": {"ignore_merges": True}},
    "unknown": {"model": {"unk_token": "!", "without": "aeĠ"}},
    "unknown, fused": {"model": {"unk_token": "!", "fuse_unk": True, "without": "aeĠ"}},
    "bytes missing": {"model": {"without": "aeĠ"}},
    "merges apart": {"model": {"apart": True}},
}


def read_file(name):
    return json.loads(gzip.decompress((VOCABULARIES / name / "tokenizer.json.gz").read_bytes()))


def without_symbols(model, symbols):
    """Takes bytes out of the vocabulary, and the tokens and merges that they are in."""
    gone = set(symbols)
    model["vocab"] = {t: i for t, i in model["vocab"].items() if not gone & set(t)}
    model["merges"] = [m for m in model["merges"] if not gone & set(m)]


def make_variant(change):
    """GPT-3.5's file with a few of its merges and other parts."""
    file = read_file("gpt35turbo")
    model = file["model"]
    model["merges"] = model["merges"][:20000]
    kept = {t for t in model["vocab"] if len(t) == 1} | {m.replace(" ", "") for m in model["merges"]}
    model["vocab"] = {t: i for i, t in enumerate(t for t in model["vocab"] if t in kept)}
    file["added_tokens"] = []
    for key, value in change.items():
        if key != "model":
            file[key] = value
    changes = dict(change.get("model", {}))
    without_symbols(model, changes.pop("without", ""))
    if changes.pop("apart", False):
        model["merges"] = [merge.split(" ") for merge in model["merges"]]
    model.update(changes)
    model["vocab"] = {t: i for i, t in enumerate(model["vocab"])}
    for token in file["added_tokens"]:
        token["id"] = model["vocab"].get(token["content"], None)
    begin = len(model["vocab"])
    for token in file["added_tokens"]:
        if token["id"] is None:
            token["id"], begin = begin, begin + 1
    return file


def compare(what, path, texts, folder, parse_special):
    """Ids with what is put around a text, and what they decode to."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.encode_special_tokens = not parse_special
    write_requests(folder / "texts", texts)
    flags = ["--parse-special"] if parse_special else []
    ashlar("tokenize", path, folder / "texts", folder / "ids", *flags)
    theirs = list(ids_by_reference(tokenizer, texts))
    what = f"{what}, special tokens {'parsed' if parse_special else 'as text'}"
    expect_equal(what, texts, field_of_lines(folder / "ids", "ids"), theirs)
    for skipped in [False, True]:
        flags = ["--skip-special"] if skipped else []
        ashlar("detokenize", path, folder / "ids", folder / "back", *flags)
        back = tokenizer.decode_batch(theirs, skip_special_tokens=skipped)
        expect_equal(f"{what}, back", texts, field_of_lines(folder / "back", "text"), back)


def compare_without(path, texts, folder):
    """--no-special: nothing is put around a text."""
    write_requests(folder / "texts", texts)
    ashlar("tokenize", path, folder / "texts", folder / "ids", "--no-special", "--parse-special")
    tokenizer = Tokenizer.from_file(str(path))
    theirs = [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    expect_equal("nothing around", texts, field_of_lines(folder / "ids", "ids"), theirs)


def compare_variants(texts, folder):
    for name, change in VARIANTS.items():
        path = folder / "tokenizer.json"
        path.write_text(json.dumps(make_variant(change)), encoding="utf-8")
        compare(name, path, texts, folder, True)
        if "added_tokens" in change:
            compare(name, path, texts, folder, False)
        if "post_processor" in change:
            compare_without(path, texts, folder)


def some_of(texts):
    """Enough for the variants: every 20th text of moderate length, and odd ones."""
    short = [text for text in texts if len(text) < 2000]
    odd = ["", " ", "  ", "a", "é", "e\u0301t", "and", " and ", "andand", "x and\u00a0", "aé中b", "e\u0301中", "ae\u0301।é।", "is  is o", "x  is o  is o", "for a or a, or an", "0 0  0"]
    odd += ["he  he", "the the  the", "<s>", " <s> <s>", "ers er", "\u212b\u0344", "a\n", "\r\n\n"]
    alphabet = " \n\t'aestrhd0159é\u0301\u017f\u180e\u00a0\u3000中।🙂<>"
    maker = random.Random(7)
    odd += ["".join(maker.choices(alphabet, k=maker.randint(1, 30))) for _ in range(2000)]
    return [*odd, *short[::20], *texts[-200:]]


def main():
    if not VOCABULARIES.is_dir():
        skip(f"needs-data: no test data at {DATA}")
    texts, more = data_texts(), vocabulary_texts()
    print(f"{len(texts + more)} texts, {sum(map(len, texts + more))} characters")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for name in NAMES:
            path = folder / f"{name}.json"
            path.write_text(json.dumps(read_file(name)), encoding="utf-8")
            compare(name, path, texts + more, folder, True)
            compare(name, path, texts, folder, False)
        compare_variants(some_of(texts), folder)


if __name__ == "__main__":
    main()
