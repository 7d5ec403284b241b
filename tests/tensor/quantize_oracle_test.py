"""Our encoders against PyPI's `gguf`: the same bytes for the types that it encodes, random rows and
rows at the edges. (K-quants and IQ4_NL it only decodes: quantize_test.cpp and tests/full hold those.)
"""

import os
import pathlib
import subprocess
import sys

try:
    import gguf
    import numpy as np
except ImportError as error:
    print(f"SKIP: needs-peer: {error}")
    sys.exit(77)

TOOL = pathlib.Path(os.environ["ASHLAR_BINARY_DIR"]) / "tests" / "quantize_tool"
TYPES = ["F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"]
WIDTH = 96


def rows():
    random = np.random.default_rng(11)
    yield "normal", random.standard_normal((3000, WIDTH)) * 0.02
    yield "long-tailed", random.standard_t(2, (3000, WIDTH))
    yield "uniform", random.uniform(-1, 3, (1000, WIDTH))
    yield "one sign", -np.abs(random.standard_normal((1000, WIDTH)))
    yield "grid, with ties", random.integers(-8, 9, (3000, WIDTH)) / 16
    yield "scales of 1e-6 to 1e3", random.standard_normal((2000, WIDTH)) * np.logspace(-6, 3, 2000)[:, None]
    yield "zeros", np.zeros((2, WIDTH))
    yield "equal values", np.repeat([[0.7], [-0.3]], WIDTH, axis=1)
    one = np.zeros((4, WIDTH))
    one[0, 5], one[1, 31], one[2, 32], one[3, 95] = 1, -1, 3, -1e-4
    yield "one value", one


def test_bytes_are_the_references():
    for name in TYPES:
        for what, values in rows():
            values = values.astype(np.float32)
            done = subprocess.run([TOOL, name, str(WIDTH)], input=values.tobytes(),
                                  capture_output=True, check=True)
            kind = gguf.GGMLQuantizationType[name]
            with np.errstate(invalid="ignore", divide="ignore"):
                wanted = gguf.quants.quantize(values, kind).view(np.uint8).reshape(-1)
            got = np.frombuffer(done.stdout, dtype=np.uint8)
            assert got.size == wanted.size, f"{what} {name}: {got.size} bytes, not {wanted.size}"
            differ = np.flatnonzero(got != wanted)
            assert differ.size == 0, f"{what} {name}: {differ.size} bytes differ, first {differ[0]}"


if __name__ == "__main__":
    test_bytes_are_the_references()
    print("ok")
