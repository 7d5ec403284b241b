#!/usr/bin/env python3
"""Writes the seeds of safetensors_fuzz: small files that together reach every branch of the reader.

Usage: fuzz/make_safetensors_corpus.py [FOLDER]   (default: fuzz/corpus/safetensors)
"""

import json
import struct

import seeds


def file(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def corpus():
    yield "empty", file({})
    yield "metadata", file(b'{"__metadata__":{"format":"pt"}}  ')
    yield "tensors", file({"a": entry("F32", [2, 1], 0, 8), "b": entry("F16", [], 8, 10),
                           "c": entry("BF16", [1, 1, 1, 2], 10, 14), "d": entry("F32", [0], 14, 14)},
                          bytes(range(14)))
    yield "dtype", file({"a": entry("I64", [1], 0, 8)}, bytes(8))
    yield "overflow", file({"a": entry("F32", [1 << 32, 1 << 32], 0, 4)}, bytes(4))
    yield "hole", file({"a": entry("F32", [1], 4, 8)}, bytes(8))
    yield "shared", file({"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 2, 6)}, bytes(6))
    yield "twice", file(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}', bytes(4))
    yield "deep", file(b'{"a":[[[[0]]]]}')
    yield "cut", file({"a": entry("F32", [4], 0, 16)}, bytes(16))[:40]


if __name__ == "__main__":
    seeds.write("safetensors", corpus())
