"""The number contract at link level: the numeric modules call no libm but sqrt and fma, since
libm's exp, log, sin ... differ between CPUs and versions."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])
BUILD = Path(os.environ.get("ASHLAR_BINARY_DIR") or ROOT / "build" / "dev")
NUMERIC = ("kernels", "tensor", "model", "engine")
ALLOWED = {"sqrt", "sqrtf", "fma", "fmaf"}


def symbols(*arguments):
    """(object, name) as nm prints them, versions cut off."""
    done = subprocess.run(["nm", *arguments], capture_output=True, text=True, check=True)
    member = ""
    for line in done.stdout.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif line.strip():
            yield member, re.split("@", line.split()[-1])[0]


def libm_functions():
    done = subprocess.run(["g++", "-print-file-name=libm.so.6"], capture_output=True, text=True,
                          check=True)
    return {name for _, name in symbols("-D", "--defined-only", done.stdout.strip())}


def problems(archive):
    forbidden = libm_functions() - ALLOWED
    return sorted({f"{archive.name}: {member} calls {name}"
                   for member, name in symbols("-u", str(archive)) if name in forbidden})


class Build(unittest.TestCase):
    def test_numeric_modules_call_no_libm(self):
        archives = [BUILD / "src" / f"libashlar_{module}.a" for module in NUMERIC]
        self.assertEqual([a.name for a in archives if not a.exists()], [], "not built")
        self.assertEqual([p for archive in archives for p in problems(archive)], [])


class Planted(unittest.TestCase):
    def found(self, body):
        with tempfile.TemporaryDirectory() as folder:
            source, obj = Path(folder) / "a.cpp", Path(folder) / "a.o"
            archive = Path(folder) / "liba.a"
            source.write_text(f"#include <cmath>\n{body}\n", encoding="utf-8")
            subprocess.run(["g++", "-O2", "-c", source, "-o", obj], check=True)
            subprocess.run(["ar", "rc", archive, obj], check=True)
            return problems(archive)

    def test_exp_and_its_float_twin(self):
        self.assertEqual(self.found("double f(double x) { return std::exp(x); }"),
                         ["liba.a: a.o calls exp"])
        self.assertEqual(self.found("float f(float x) { return std::tanh(x); }"),
                         ["liba.a: a.o calls tanhf"])

    def test_sqrt_and_fma_pass(self):
        self.assertEqual(self.found("double f(double x) { return std::fma(std::sqrt(x), x, x); }"),
                         [])


if __name__ == "__main__":
    unittest.main()
