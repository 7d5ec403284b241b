#!/usr/bin/env python3
"""Writes the seeds of gguf_fuzz: small GGUF files that together reach every branch of the reader.

Usage: fuzz/make_gguf_corpus.py [FOLDER]   (default: fuzz/corpus/gguf)
"""

import struct

import seeds

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
LAYOUT = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "B",
          U64: "Q", I64: "q", F64: "d"}
BLOCK = {0: (1, 4), 1: (1, 2), 30: (1, 2), 2: (32, 18), 3: (32, 20), 8: (32, 34)}


def text(value):
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(kind, content):
    return text(content) if kind == STRING else struct.pack("<" + LAYOUT[kind], content)


def entry(key, kind, content):
    return text(key) + struct.pack("<I", kind) + value(kind, content)


def array(key, kind, contents):
    head = struct.pack("<IIQ", ARRAY, kind, len(contents))
    return text(key) + head + b"".join(value(kind, c) for c in contents)


def gguf(entries=(), tensors=(), version=3, alignment=32):
    """tensors: (name, ggml type, extents innermost first)."""
    infos = data = b""
    for name, kind, extents in tensors:
        data += b"\0" * (-len(data) % alignment)
        infos += text(name) + struct.pack(f"<I{len(extents)}QIQ", len(extents), *extents, kind,
                                          len(data))
        elements = 1
        for extent in extents:
            elements *= extent
        per_block, block_bytes = BLOCK[kind]
        data += bytes(i * 37 % 256 for i in range(elements // per_block * block_bytes))
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(entries))
    head += b"".join(entries) + infos
    return head + b"\0" * (-len(head) % alignment) + data


def corpus():
    scalars = [entry(f"k{kind}", kind, 1) for kind in LAYOUT] + [entry("text", STRING, "Grüße")]
    arrays = [array(f"a{kind}", kind, [0, 1]) for kind in LAYOUT] + [
        array("pieces", STRING, ["a", "", "Ġb"])]
    yield "empty", gguf()
    yield "version2", gguf(version=2)
    yield "scalars", gguf(scalars)
    yield "arrays", gguf(arrays)
    yield "tensors", gguf(tensors=[(f"t{kind}", kind, (per_block, 2))
                                   for kind, (per_block, _) in BLOCK.items()])
    yield "ranks", gguf(tensors=[("r" * rank, 0, (2,) * rank) for rank in (1, 2, 3, 4)])
    yield "alignment", gguf([entry("general.alignment", U32, 8)],
                            [("a", 0, (1,)), ("b", 1, (1,))], alignment=8)
    yield "nested", gguf([text("n") + struct.pack("<IIQ", ARRAY, ARRAY, 1)])
    yield "unknown_type", gguf(tensors=[("t", 0, (1,))]).replace(
        struct.pack("<QIQ", 1, 0, 0), struct.pack("<QIQ", 1, 99, 0))
    yield "huge_count", b"GGUF" + struct.pack("<IqQ", 3, -1, 1 << 63)
    yield "big_endian", b"GGUF" + struct.pack(">IQQ", 3, 0, 0)
    yield "twice", gguf([entry("k", U8, 1), entry("k", U8, 2)])


if __name__ == "__main__":
    seeds.write("gguf", corpus())
