"""Where Python tests find what is not in the repository, and how they skip, saying so, without it.
Standard library alone. The C++ twin is fixtures.h.
"""
import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[2]


def model_path() -> Path:
    """SmolLM2-135M-Instruct as `ashlar models` stores it."""
    home = Path(os.environ.get("ASHLAR_HOME") or Path.home() / ".cache" / "ashlar")
    return home / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


def data_path() -> Path:
    """The public data sets: $ASHLAR_TEST_DATA, default ../shared/data."""
    return Path(os.environ.get("ASHLAR_TEST_DATA") or SOURCE_DIR.parent / "shared" / "data")


def build_dir() -> Path:
    """The build under test: CTest gives it, else the one that ./check makes."""
    return Path(os.environ.get("ASHLAR_BINARY_DIR") or SOURCE_DIR / "build" / "dev")


def binary() -> Path:
    return Path(os.environ.get("ASHLAR_BINARY") or build_dir() / "src" / "ashlar")


def use_release() -> None:
    """What users run becomes the binary under test, built anew where sources have changed since,
    unless the caller names another."""
    if "ASHLAR_BINARY" not in os.environ:
        subprocess.run([SOURCE_DIR / "ashlar", "--version"], stdout=subprocess.DEVNULL, check=True)
        os.environ["ASHLAR_BINARY"] = str(SOURCE_DIR / "build" / "release" / "src" / "ashlar")


def wikitext2_valid() -> str:
    return gzip.decompress((data_path() / "text" / "wikitext-2-valid.txt.gz").read_bytes()).decode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def skip(reason: str):
    """Ends the test as skipped; tests/skips.txt is matched against the reason."""
    print(f"SKIP: {reason}")
    sys.exit(77)


def need_model():
    if not model_path().exists():
        skip(f"needs-model: no model at {model_path()}")


def need_data():
    if not data_path().exists():
        skip(f"needs-data: no test data at {data_path()}")
