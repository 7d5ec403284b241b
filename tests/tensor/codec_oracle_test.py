"""Our decoders against PyPI's `gguf`, byte for byte: random blocks of every type, every f16, and
blocks of the real model where it is present.

NaN compares as NaN: numpy and F16C differ in whether a signalling one comes out quiet.
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

TOOL = pathlib.Path(os.environ["ASHLAR_BINARY_DIR"]) / "tests" / "dequantize_tool"
TYPES = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K",
         "IQ4_NL"]
BLOCKS = 20_000


def ours(name, blocks):
    done = subprocess.run([TOOL, name], input=blocks, capture_output=True, check=True)
    return np.frombuffer(done.stdout, dtype=np.uint32)


def theirs(name, blocks):
    # F32 and F16 are views of the bytes, the others come in blocks of one type's size.
    kind = gguf.GGMLQuantizationType[name]
    data = np.frombuffer(blocks, dtype=np.uint8)
    with np.errstate(invalid="ignore", over="ignore"):
        return gguf.quants.dequantize(data, kind).reshape(-1).astype(np.float32).view(np.uint32)


def without_nan(bits):
    return np.where((bits & 0x7FFFFFFF) > 0x7F800000, np.uint32(0x7FC00000), bits)


def compare(name, blocks, what):
    got, wanted = without_nan(ours(name, blocks)), without_nan(theirs(name, blocks))
    assert got.size == wanted.size, f"{what}: {got.size} values, not {wanted.size}"
    differ = np.flatnonzero(got != wanted)
    assert differ.size == 0, f"{what}: {differ.size} of {got.size} differ, first at {differ[0]}"


def test_random_blocks():
    random = np.random.default_rng(6)
    for name in TYPES:
        _, block_bytes = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
        compare(name, random.bytes(BLOCKS * block_bytes), f"random {name}")


def test_every_half():
    every = np.arange(65536, dtype=np.uint16).tobytes()
    compare("F16", every, "every f16")
    compare("BF16", every, "every bf16")
    # Every f16 as a scale, times every quantized value of a block.
    levels = np.tile(np.arange(-16, 16, dtype=np.int8) * 8, (65536, 1)).view(np.uint8)
    scales = np.arange(65536, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
    compare("Q8_0", np.hstack([scales, levels]).tobytes(), "every scale of Q8_0")


def test_real_model():
    home = pathlib.Path(os.environ.get("ASHLAR_HOME") or pathlib.Path.home() / ".cache" / "ashlar")
    path = home / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    if not path.exists():
        print(f"needs-model: no model at {path}: its tensors are left out")
        return
    tensors = gguf.GGUFReader(path).tensors
    for name in TYPES:
        of_type = [t for t in tensors if t.tensor_type.name == name]
        for tensor in of_type[:20]:
            compare(name, tensor.data.tobytes(), f"{tensor.name} of {path.name}")


if __name__ == "__main__":
    test_random_blocks()
    test_every_half()
    test_real_model()
    print("ok")
