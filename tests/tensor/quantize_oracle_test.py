"""Our encoders against PyPI's `gguf`: the same bytes for the types that it encodes, random rows and
rows at the edges. K-quants and IQ4_NL it only decodes: those leave no more error than llama.cpp's
quantizer did on the same rows (its figures below; tests/full/16_quantizers computes them anew).
"""

import os
import pathlib
import subprocess
import sys
import tempfile

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


def ours(name, values, importance=None):
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"" if importance is None else importance.astype(np.float32).tobytes())
        file.flush()
        extra = [] if importance is None else [file.name]
        return np.frombuffer(subprocess.run(
            [TOOL, name, str(values.shape[1]), *extra], input=values.tobytes(),
            capture_output=True, check=True).stdout, dtype=np.uint8)


def test_bytes_are_the_references():
    for name in TYPES:
        for what, values in rows():
            values = values.astype(np.float32)
            kind = gguf.GGMLQuantizationType[name]
            with np.errstate(invalid="ignore", divide="ignore"):
                wanted = gguf.quants.quantize(values, kind).view(np.uint8).reshape(-1)
            got = ours(name, values)
            assert got.size == wanted.size, f"{what} {name}: {got.size} bytes, not {wanted.size}"
            differ = np.flatnonzero(got != wanted)
            assert differ.size == 0, f"{what} {name}: {differ.size} bytes differ, first {differ[0]}"


def error(name, values, blocks, importance=None):
    """Weighted squared error, as a share of the weighted squares."""
    back = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType[name]).reshape(values.shape)
    weights = np.ones(values.shape[1]) if importance is None else importance
    off, of = (np.sum(weights * x.astype(np.float64) ** 2) for x in (back - values, values))
    return off / of


def sample():
    """Rows like a layer's, and importances like activations' squares."""
    random = np.random.default_rng(3)
    values = (random.standard_t(5, (64, 1536)) * 0.02).astype(np.float32)
    return values, np.exp(random.standard_normal(1536)).astype(np.float32)


# llama.cpp's errors on sample(), without and with importance (llama-cpp-python 0.3.36).
LLAMA_CPP = {
    "Q4_0": (1.1743e-02, 1.0005e-02),
    "Q4_1": (8.0391e-03, 5.4120e-03),
    "Q5_0": (2.8941e-03, 2.4934e-03),
    "Q5_1": (1.8827e-03, 1.2707e-03),
    "IQ4_NL": (7.8439e-03, 6.7106e-03),
    "Q4_K": (6.8576e-03, 5.6560e-03),
    "Q5_K": (1.7535e-03, 1.4909e-03),
    "Q6_K": (4.6056e-04, 3.9421e-04),
}


def test_searched_scales_leave_no_more_error_than_llama_cpps():
    values, importance = sample()
    for name, (plain, weighted) in LLAMA_CPP.items():
        got = error(name, values, ours(name, values))
        assert got <= 1.0001 * plain, f"{name}: error {got:.3e}, llama.cpp {plain:.3e}"
        got = error(name, values, ours(name, values, importance), importance)
        assert got <= 1.0001 * weighted, f"{name} with importance: error {got:.3e}, llama.cpp {weighted:.3e}"


def test_larger_values_weigh_more():
    """Squared errors weigh √(σ² + x²), σ² of the sub-block. On a row of one block an importance is
    each value's own, so one of 1/√(σ² + x²) undoes that: equal weights, which are better at the
    plain error and worse at the weighted.
    """
    random = np.random.default_rng(5)
    for name, sub in (("IQ4_NL", 32), ("Q4_K", 32), ("Q5_K", 32), ("Q6_K", 16)):
        gains = np.zeros(2)
        for _ in range(20):
            values = (random.standard_t(5, (1, 256)) * 0.02).astype(np.float32)
            groups = values.reshape(-1, sub).astype(np.float64) ** 2
            weights = np.sqrt(groups.mean(axis=1, keepdims=True) + groups).reshape(-1)
            weighed, equal = ours(name, values), ours(name, values, 1 / weights)
            gains += [1 - error(name, values, weighed, w) / error(name, values, equal, w)
                      for w in (None, weights)]
        assert gains[0] < 0 < gains[1], (name, gains)


def test_what_a_type_can_hold_it_holds():
    """Encoding what blocks decode to adds at most a twentieth of the first encoding's error."""
    values, _ = sample()
    for name in LLAMA_CPP:
        blocks = ours(name, values)
        once = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType[name]).reshape(values.shape)
        assert error(name, once, ours(name, once)) < error(name, values, blocks) / 20, name


def test_zeros_and_single_values():
    for name in LLAMA_CPP:
        slack = 1e-2 if name == "IQ4_NL" else 2e-3  # it has no zero: the nearest is 1 of 113
        for value in (0, 1e-30, 0.5, -0.5, 30000):
            values = np.zeros((1, 512), dtype=np.float32)
            values[0, 300] = value
            back = gguf.quants.dequantize(ours(name, values), gguf.GGMLQuantizationType[name])
            back = back.reshape(-1)
            assert np.all(np.abs(back - values[0]) <= slack * abs(value) + 1e-9), (name, value)


if __name__ == "__main__":
    test_bytes_are_the_references()
    test_searched_scales_leave_no_more_error_than_llama_cpps()
    test_larger_values_weigh_more()
    test_what_a_type_can_hold_it_holds()
    test_zeros_and_single_values()
    print("ok")
