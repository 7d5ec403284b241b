"""Our reader against PyPI's `safetensors`: random files that it wrote come out the same, and of damaged
ones we take none that it refuses, nor read one differently.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import safetensors
except ImportError as error:
    print(f"SKIP: needs-peer: {error}")
    sys.exit(77)

TOOL = pathlib.Path(os.environ["ASHLAR_BINARY_DIR"]) / "tests" / "safetensors_tool"
DTYPES = [("float32", 4), ("float16", 2), ("bfloat16", 2)]
FILES, DAMAGED = 40, 600


def ours(path):
    """The lines that the tool prints, or None when it refuses the file."""
    done = subprocess.run([TOOL, path], capture_output=True, text=True)
    assert done.returncode in (0, 1) and done.stdout or done.returncode == 0, done
    return done.stdout.splitlines() if done.returncode == 0 else None


def theirs(data):
    """The same lines as the reference reads them; raises when it refuses."""
    return [f"{name} {entry['dtype']} {json.dumps(entry['shape'], separators=(',', ':'))} "
            + bytes(entry["data"]).hex()
            for name, entry in sorted(safetensors.deserialize(data))]


def random_file(source):
    tensors, kept = {}, []  # the writer takes addresses
    for i in range(source.randint(0, 6)):
        dtype, size = source.choice(DTYPES)
        shape = [source.choice([0, 1, 2, 3, 5]) for _ in range(source.randint(0, 4))]
        count = size
        for extent in shape:
            count *= extent
        data = np.frombuffer(source.randbytes(count), np.uint8)
        kept.append(data)
        tensors[f"{source.choice('abc')}.{i}.weight"] = safetensors.TensorSpec(
            dtype=dtype, shape=shape, data_ptr=data.ctypes.data, data_len=count)
    return safetensors.serialize(tensors, {"format": "pt"} if source.random() < 0.5 else None)


def damaged(source, data):
    data = bytearray(data)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(min(len(data), 200))
        data[at] = source.choice(b'0123456789,:[]{}" ') if source.random() < 0.8 else source.randrange(256)
    return bytes(data[:source.randrange(len(data))] if source.random() < 0.1 else data)


def main():
    source = random.Random(7)
    accepted = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.safetensors"
        files = [random_file(source) for _ in range(FILES)]
        for data in files:
            path.write_bytes(data)
            assert ours(path) == theirs(data), data
        for _ in range(DAMAGED):
            data = damaged(source, source.choice(files))
            path.write_bytes(data)
            read = ours(path)
            if read is not None:
                accepted += 1
                assert read == theirs(data), data
    print(f"{FILES} files the same, {accepted} of {DAMAGED} damaged ones accepted by both")


if __name__ == "__main__":
    main()
