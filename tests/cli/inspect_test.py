"""`ashlar inspect`: its contract, what PyPI's `gguf` reads of the same file, and whether the memory
that it predicts is what a process then holds."""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BINARY = os.environ["ASHLAR_BINARY"]
HOME = pathlib.Path(os.environ.get("ASHLAR_HOME") or pathlib.Path.home() / ".cache" / "ashlar")
MODEL = HOME / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
DATA = pathlib.Path(os.environ.get("ASHLAR_TEST_DATA") or
                    pathlib.Path(__file__).parents[2] / ".." / "shared" / "data")
PROSE = DATA / "text" / "wikitext-2-valid.txt.gz"
SEEDS = pathlib.Path(__file__).parents[2] / "fuzz" / "corpus" / "gguf"


def ashlar(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)


def inspect(*arguments):
    done = ashlar("inspect", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def check_failure(*arguments, kind, where):
    """The error as JSON on stdout, and as one line on stderr; exit 2 both times."""
    done = ashlar("inspect", *arguments, "--json")
    assert done.returncode == 2, done
    error = json.loads(done.stdout)["error"]
    assert list(error) == ["kind", "message", "where", "mend"], error
    assert error["kind"] == kind and where in error["where"] and error["mend"], error
    plain = ashlar("inspect", *arguments)
    assert plain.returncode == 2 and plain.stdout == "", plain
    assert plain.stderr.count("\n") == 1 and error["message"] in plain.stderr, plain


def test_seeds():
    """The fuzzing seeds hold every type; a file without an architecture still shows."""
    scalars = inspect(SEEDS / "scalars.gguf")
    assert scalars["metadata"]["text"] == "Grüße", scalars
    assert scalars["memory"] is None and "general.architecture" in scalars["memory_unknown"]
    tensors = inspect(SEEDS / "tensors.gguf")
    assert [t["type"] for t in tensors["types"]] == ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q8_0"]
    assert ashlar("inspect", SEEDS / "tensors.gguf").stdout.count("\n") > 15


def test_failures():
    check_failure(SEEDS / "huge_count.gguf", kind="corrupt", where="huge_count.gguf: byte")
    check_failure(SEEDS / "big_endian.gguf", kind="unsupported", where="big_endian.gguf")
    check_failure(SEEDS / "unknown_type.gguf", kind="unsupported", where="tensor 't'")
    check_failure("no-such-model", kind="not_found", where="")
    check_failure(SEEDS / "empty.gguf", "--context", "0", kind="bad_input", where="command line")
    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        file.write(b"GGUF")
        file.flush()
        check_failure(file.name, kind="corrupt", where=file.name)


def test_agrees_with_gguf():
    import gguf

    reader = gguf.GGUFReader(MODEL)
    ours = inspect(MODEL)
    wanted = [{"name": t.name, "type": t.tensor_type.name, "shape": [int(n) for n in t.shape],
               "bytes": int(t.n_bytes)} for t in reader.tensors]
    assert ours["tensors"] == wanted
    assert ours["parameters"] == sum(int(t.n_elements) for t in reader.tensors)
    fields = {k: f.contents() for k, f in reader.fields.items() if not k.startswith("GGUF.")}
    assert list(ours["metadata"]) == list(fields)
    for key, value in fields.items():
        shown = ours["metadata"][key]
        if isinstance(shown, dict):
            assert shown["length"] == len(value) and shown["first"] == value[:8], key
        else:
            assert shown == value, key
    kinds = {t["type"]: (t["tensors"], t["bytes"]) for t in ours["types"]}
    assert kinds == {"F32": (61, 140_544), "Q4_1": (210, 66_355_200), "Q8_0": (1, 30_081_024)}


# The most memory that a command held. A process starts with the figure of the one it was forked
# from, so a small one does the measuring.
LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak_bytes(*command):
    done = subprocess.run([sys.executable, "-c", LAUNCHER, *map(str, command)], check=True,
                          capture_output=True, text=True)
    return int(done.stdout)


def prompt_of(tokens):
    """So many tokens of real prose: how much of the embedding is touched depends on the text."""
    prose = gzip.decompress(PROSE.read_bytes())[:50_000]
    ids = json.loads(subprocess.run([BINARY, "tokenize", "--tokenizer", MODEL, "--no-special"],
                                    input=prose, capture_output=True).stdout)["ids"]
    line = json.dumps({"ids": ids[:tokens]}) + "\n"
    done = subprocess.run([BINARY, "detokenize", "--tokenizer", MODEL], input=line,
                          capture_output=True, text=True)
    return json.loads(done.stdout)["text"]


def test_memory_comes_true():
    for context, dtype in ((256, "f16"), (1024, "f16"), (1024, "q8_0")):
        told = inspect(MODEL, "--context", context, "--kv-cache-dtype", dtype)["memory"]
        assert (told["context"], told["kv_cache_dtype"]) == (context, dtype)
        parts = (told[part] for part in ("weights", "kv", "workspace", "overhead"))
        assert told["total"] == sum(parts), told
        held = peak_bytes(BINARY, "generate", "-m", MODEL, "-p", prompt_of(context - 8),
                          "--kv-cache-dtype", dtype, "--max-tokens", 8, "--temperature", 0, "--json")
        error = told["total"] / held - 1
        print(f"context {context}, {dtype}: told {told['total']}, held {held}, {error:+.1%}")
        assert abs(error) < 0.05, (told, held)


if __name__ == "__main__":
    test_seeds()
    test_failures()
    if not MODEL.exists():
        print(f"SKIP: needs-model: no model at {MODEL}")
        sys.exit(77)
    try:
        test_agrees_with_gguf()
    except ImportError as missing:
        print(f"SKIP: needs-peer: {missing}")
        sys.exit(77)
    if not PROSE.exists():
        print(f"SKIP: needs-data: no text at {PROSE}")
        sys.exit(77)
    test_memory_comes_true()
    print("ok")
