"""./ashlar from outside: it builds when it must, says so on stderr alone, and else only runs.
cmake, ninja and apt are stand-ins that write down how they were called; as a linker does, ninja's
puts the binary in place whole, since another script may be running it."""

import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("ASHLAR_SOURCE_DIR") or Path(__file__).resolve().parents[2])

CMAKE = 'echo "cmake $*" >> "$LOG"; mkdir -p build/release/src; touch build/release/build.ninja'
NINJA = """echo "ninja begins" >> "$LOG"
sleep "${BUILD_SECONDS:-0}"
[ -z "${BUILD_FAILS:-}" ] || exit 1
printf '#!/bin/sh\\necho "ran: $*"\\n' > build/release/src/new
chmod +x build/release/src/new
mv build/release/src/new build/release/src/ashlar
echo "ninja ends" >> "$LOG\""""
ALL_INSTALLED = "echo installed"
ONE_MISSING = 'case "$*" in *ninja-build*) exit 1 ;; *) echo installed ;; esac'
APT = 'echo "$(basename "$0") $*" >> "$LOG"'
SUDO_WITH_PASSWORD = "exit 1"
SUDO = 'shift; exec "$@"'


class Bootstrap(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.top.chmod(0o777)
        self.root, self.bin = self.top / "clone", self.top / "bin"
        self.log = self.top / "log"
        for name in ("ashlar", "scripts/setup.sh", "scripts/packages.txt"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        for name in ("src/main.cpp", "cmake/x.cmake", "data/x.toml", "CMakeLists.txt",
                     "CMakePresets.json"):
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).write_text("1", encoding="utf-8")
        (self.root / "build").mkdir()
        for name, script in {"cmake": CMAKE, "ninja": NINJA, "dpkg-query": ALL_INSTALLED,
                             "dpkg": "true", "apt-get": APT, "sudo": SUDO_WITH_PASSWORD}.items():
            self.fake(name, script)

    def fake(self, name, script):
        self.bin.mkdir(exist_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def start(self, *arguments, as_nobody=False, **variables):
        environment = os.environ | {"PATH": f"{self.bin}:{os.environ['PATH']}",
                                    "LOG": str(self.log)} | variables
        command = [str(self.root / "ashlar"), *arguments]
        if as_nobody and os.geteuid() == 0:
            for path in [self.root, *self.root.rglob("*")]:
                os.chown(path, 65534, 65534)
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=environment)

    def run_ashlar(self, *arguments, code=0, **options):
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, code, out + err)
        return out, err

    def calls(self):
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def forget_calls(self):
        self.log.unlink()

    def wait_for_call(self, call):
        deadline = time.monotonic() + 30
        while call not in self.calls():
            self.assertLess(time.monotonic(), deadline, f"{call} did not come")
            time.sleep(0.02)

    def test_builds_once_and_then_only_runs(self):
        out, err = self.run_ashlar("run", "a b")
        self.assertEqual(out, "ran: run a b\n")
        self.assertIn("[ashlar] building (once", err)
        self.assertEqual(self.calls(), ["cmake --preset release", "ninja begins", "ninja ends"])
        self.forget_calls()
        self.assertEqual(self.run_ashlar("x"), ("ran: x\n", ""))
        self.assertEqual(self.calls(), [])

    def test_builds_again_when_a_source_changes_comes_or_goes(self):
        self.run_ashlar()
        source, new = self.root / "src/main.cpp", self.root / "src/new.cpp"
        for change in (lambda: source.write_text("22"), lambda: os.utime(source, (1, 1)),
                       lambda: new.write_text(""), new.unlink,
                       lambda: (self.root / "data/x.toml").write_text("333")):
            self.forget_calls()
            change()
            self.assertIn("the sources have changed", self.run_ashlar()[1])
            self.assertEqual(self.calls(), ["ninja begins", "ninja ends"])
            self.assertEqual(self.run_ashlar()[1], "")

    def test_an_edit_during_the_build_counts(self):
        process = self.start(BUILD_SECONDS="0.5")
        self.wait_for_call("ninja begins")
        (self.root / "src/main.cpp").write_text("edited", encoding="utf-8")
        process.communicate()
        self.assertIn("the sources have changed", self.run_ashlar()[1])

    def test_a_failed_build_is_said_and_tried_again(self):
        out, err = self.run_ashlar(code=1, BUILD_FAILS="1")
        self.assertEqual(out, "")
        self.assertIn("[ashlar] building release failed", err)
        self.assertEqual(self.run_ashlar("x")[0], "ran: x\n")

    def test_a_killed_build_goes_on(self):
        process = self.start(BUILD_SECONDS="0.5")
        self.wait_for_call("ninja begins")
        process.kill()
        process.communicate()
        # The stand-in for ninja lives on and holds the lock: the second build comes after it.
        self.assertEqual(self.run_ashlar("x")[0], "ran: x\n")
        self.assertEqual(self.calls()[1:], ["ninja begins", "ninja ends"] * 2)

    def test_two_at_once_build_one_after_the_other(self):
        first = self.start("1", BUILD_SECONDS="0.5")
        self.wait_for_call("ninja begins")
        out, err = self.run_ashlar("2")
        self.assertEqual(out, "ran: 2\n")
        self.assertIn("another process is building release: waiting", err)
        self.assertEqual(first.communicate()[0], "ran: 1\n")
        self.assertEqual(self.calls()[1:], ["ninja begins", "ninja ends"] * 2)

    def test_the_exit_code_is_the_binarys(self):
        self.run_ashlar()
        binary = self.root / "build/release/src/ashlar"
        binary.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
        self.run_ashlar(code=7)

    def test_runs_through_a_link_and_from_elsewhere(self):
        (self.top / "link").symlink_to(self.root / "ashlar")
        self.run_ashlar()
        done = subprocess.run([self.top / "link", "x"], cwd="/", capture_output=True, text=True)
        self.assertEqual(done.stdout, "ran: x\n")

    def test_without_root_it_prints_the_line(self):
        self.fake("dpkg-query", ONE_MISSING)
        out, err = self.run_ashlar(code=1, as_nobody=True)
        self.assertEqual(out, "")
        self.assertIn("\napt-get install -y --no-install-recommends ninja-build\n", err)
        self.assertEqual(self.calls(), [])

    def test_with_sudo_it_installs(self):
        self.fake("dpkg-query", ONE_MISSING)
        self.fake("sudo", SUDO)
        out, err = self.run_ashlar("x", as_nobody=True)
        self.assertEqual(out, "ran: x\n")
        self.assertIn("[ashlar] installing with apt-get: ninja-build", err)
        update, install = self.calls()[:2]
        self.assertTrue(update.startswith("apt-get -qq") and update.endswith(" update"), update)
        self.assertTrue(install.endswith("install -y --no-install-recommends ninja-build"), install)

    def test_a_failed_installation_is_said(self):
        self.fake("dpkg-query", ONE_MISSING)
        self.fake("sudo", SUDO)
        self.fake("apt-get", "exit 100")
        self.assertIn("apt-get failed", self.run_ashlar(code=1, as_nobody=True)[1])


if __name__ == "__main__":
    unittest.main()
