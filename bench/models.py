"""The models that benchmarks run, made on first use under build/bench-models, never committed."""
import subprocess
import sys
from pathlib import Path

import peer
import places

FOLDER = places.SOURCE_DIR / "build" / "bench-models"

# Name → how it is made. The default model stands in the store as it is; other types of it come from
# its f32 form by llama.cpp's quantizer, big shapes have random weights, a small one is trained.
NAMES = {
    "smollm2-q4_1": ("store",),
    "smollm2-q4_0": ("llama", "Q4_0"),
    "smollm2-q8_0": ("llama", "Q8_0"),
    "smollm2-f32": ("f32",),
    "small-f32": ("trained",),
    **{f"{shape}-{kind.lower()}": ("random", shape, kind)
       for shape in ("llama-3.2-1b", "qwen3-4b") for kind in ("Q4_1", "Q4_0", "Q8_0", "F16")}}


def make(interpreter: Path, script: str, *arguments) -> None:
    """Runs a script of this folder whose last argument is the file that it writes."""
    print(f"making {arguments[-1]}", file=sys.stderr, flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [interpreter, places.SOURCE_DIR / "bench" / script, *arguments]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed: {done.stdout[-2000:]}")


def path_of(name: str) -> Path:
    """The file of one of NAMES. Raises PeerMissing when what makes it isn't there."""
    how, *details = NAMES[name]
    source, out = places.model_path(), FOLDER / f"{name}.gguf"
    if how == "store":
        return source
    if out.exists():
        return out
    if how == "f32":
        make(peer.torch_python(), "make_f32_gguf.py", source, out)
    elif how == "trained":
        make(peer.torch_python(), "train_small.py", out)
    elif how == "llama":
        make(peer.llama_python(), "quantize_llama.py", path_of("smollm2-f32"), *details, out)
    else:
        make(peer.torch_python(), "make_random_gguf.py", *details, source, out)
    return out


def find(asked: str) -> tuple[str, Path]:
    """(label, file) of one of NAMES, a name of the catalogue or a path."""
    if asked in NAMES:
        return asked, path_of(asked)
    if Path(asked).exists():
        return Path(asked).stem, Path(asked)
    return asked, Path(peer.ashlar_json("models", "show", asked, "--json")["path"])
