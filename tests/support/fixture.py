"""What a peer said, kept as JSON in tests/oracle: how such a fixture is written, read and made anew.
Standard library alone.
"""
import argparse
import base64
import json
import struct
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import places

ORACLE = places.SOURCE_DIR / "tests" / "oracle"


def pack(values, code: str) -> str:
    """Numbers as base64, little-endian; `code` is that of struct."""
    return base64.b64encode(struct.pack(f"<{len(values)}{code}", *values)).decode()


def unpack(text: str, code: str) -> tuple:
    return tuple(value for value, in struct.iter_unpack(f"<{code}", base64.b64decode(text)))


def ids_sha256(ids) -> str:
    return places.sha256(struct.pack(f"<{len(ids)}I", *ids))


def model_facts() -> dict:
    path = places.model_path()
    return {"file": path.name, "sha256": places.sha256(path.read_bytes())}


def origin(script: str, libraries: list[str]) -> dict:
    """How the fixture was made, and of what."""
    return {"command": f".venv-peers/torch/bin/python tests/oracle/{script}",
            "versions": {name: version(name) for name in libraries}, "model": model_facts()}


def write(name: str, make, in_words):
    """The main of a script that makes the fixture `name`, or writes it to --out FILE."""
    arguments = argparse.ArgumentParser(description=f"Makes {name}.")
    arguments.add_argument("--out", type=Path, default=ORACLE / name)
    out = arguments.parse_args().out
    made = make()
    out.write_text(json.dumps(made, indent=1) + "\n")
    print(f"{in_words(made)}: {out}", file=sys.stderr)


def load(name: str) -> dict:
    return json.loads((ORACLE / name).read_text())


def load_for_model(name: str) -> dict:
    """Fails where the model that the tests have isn't the fixture's."""
    fixture = load(name)
    assert model_facts()["sha256"] == fixture["model"]["sha256"], "not the model of the fixture"
    return fixture


def remade(script: str, python: Path) -> dict:
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([python, ORACLE / script, "--out", out.name], check=True)
        return json.loads(Path(out.name).read_text())


def differing(committed: dict, fresh: dict, keys) -> list[str]:
    """Those of the keys that say something else now; prints what."""
    found = [key for key in keys if committed[key] != fresh[key]]
    for key in found:
        print(f"{key}: committed {committed[key]}, made anew {fresh[key]}")
    return found


def worst_difference(committed: str, fresh: str) -> float:
    """Of f32 that are packed."""
    pairs = zip(unpack(committed, "f"), unpack(fresh, "f"), strict=True)
    return max(abs(a - b) for a, b in pairs)
