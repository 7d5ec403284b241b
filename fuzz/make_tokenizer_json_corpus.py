#!/usr/bin/env python3
"""Writes the seeds of tokenizer_json_fuzz: small files that together reach every branch of the reader.

Usage: fuzz/make_tokenizer_json_corpus.py [FOLDER]   (default: fuzz/corpus/tokenizer_json)
"""

import json

import seeds

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}


def file(text="ab aé 12\n", **changes):
    vocabulary = {t: i for i, t in enumerate([*"abcét Ġ12Ċ<s>", "ab", "Ġa", "Ã", "©", "Ì", "ģ"])}
    model = {"type": "BPE", "vocab": vocabulary, "merges": ["a b", ["Ġ", "a"]], **changes.pop("model", {})}
    parts = {"pre_tokenizer": BYTE_LEVEL, "decoder": {"type": "ByteLevel"}, "model": model, **changes}
    return json.dumps(parts, ensure_ascii=False).encode() + b"\n--\n" + text.encode()


def added(content, identity, **flags):
    return {"id": identity, "content": content, **flags}


def split(pattern, behavior, **more):
    step = {"type": "Split", "pattern": pattern, "behavior": behavior, **more}
    return {"type": "Sequence", "pretokenizers": [step, BYTE_LEVEL]}


def corpus():
    yield "plain", file()
    yield "gpt2", file(pre_tokenizer={"type": "ByteLevel"})
    for behavior in ["Isolated", "Removed", "Contiguous", "MergedWithPrevious", "MergedWithNext"]:
        yield behavior, file(pre_tokenizer=split({"Regex": r"\s+(?!\S)|\p{L}+|x*"}, behavior, invert=True))
    yield "string", file(pre_tokenizer=split({"String": "a"}, "MergedWithNext", invert=False))
    yield "dialect", file(pre_tokenizer=split({"Regex": r"(?m:.)\w[\s\P{Lu}]{,3}\u00e9"}, "Isolated"))
    yield "gives_out", file("a" * 60, pre_tokenizer=split({"Regex": "(a+a+)+b"}, "Isolated"))
    digits = {"type": "Digits", "individual_digits": True}
    yield "digits", file(pre_tokenizer={"type": "Sequence", "pretokenizers": [digits, BYTE_LEVEL]})
    tokens = [
        added("<s>", 30, special=True, lstrip=True),
        added("t", 4, normalized=True, rstrip=True),
        added("ab", 14, single_word=True, special=True, normalized=True),
    ]
    yield "added", file("<s> a ab t", added_tokens=tokens[:2], normalizer={"type": "NFC"})
    yield "special_merge", file(added_tokens=tokens)
    yield "nfc", file("e\u0301", normalizer={"type": "Sequence", "normalizers": [{"type": "NFC"}]})
    yield "whole_words", file(model={"ignore_merges": True, "unk_token": "a", "fuse_unk": True})
    text = {"Sequence": {"id": "A", "type_id": 0}}
    special = {"SpecialToken": {"id": "x", "type_id": 0}}
    template = {
        "type": "TemplateProcessing",
        "single": [special, text, special],
        "pair": [],
        "special_tokens": {"x": {"id": "x", "ids": [1, 2], "tokens": ["b", "c"]}},
    }
    yield "template", file(post_processor=template)
    bert = {"type": "BertProcessing", "sep": ["a", 0], "cls": ["b", 1]}
    yield "bert", file(post_processor={"type": "Sequence", "processors": [BYTE_LEVEL, bert]})
    yield "unigram", file(model={"type": "Unigram", "vocab": [["a", -1.5]]})
    yield "far_id", file(model={"vocab": {"a": 4000000000}})
    yield "same_id", file(model={"vocab": {"a": 0, "b": 0}})
    yield "bad_merge", file(model={"merges": [["a", "zz"]]})
    yield "deep", b"[" * 40
    yield "twice", b'{"model":{"type":"BPE","type":"BPE"}}'
    yield "cut", file()[:60]


if __name__ == "__main__":
    seeds.write("tokenizer_json", corpus())
