"""`--prefix-cache DIR`: a process goes on from what an earlier one, or one beside it, has read; the answer
is the same, bit for bit, and nothing in the folder can spoil it."""
import os
import signal
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, jsonl, lines_of, run, start

LEAD = " ".join(f"Rule {i}: the answer to question {i} is {i * i}." for i in range(20))  # 300 tokens
GENERATE = ("generate", "-m", MODEL, "--ctx", "1024", "--temperature", "0", "--max-tokens", "6",
            "--logprobs", "2", "--json")


class PrefixCache(VerbTest):
    def ask(self, *more, prompt=LEAD, folder=None):
        where = () if folder is None else ("--prefix-cache", folder)
        return self.answer(*GENERATE, "-p", prompt, *where, *more)

    def same(self, found, expected):
        for name in ("text", "ids", "logprobs", "finish_reason"):
            self.assertEqual(found[name], expected[name])

    def files(self):
        return [path for path in Path(self.folder).rglob("*") if path.is_file()]

    def test_a_restarted_process_begins_where_the_first_one_was(self):
        cold = self.ask()
        first = self.ask(folder=self.folder)
        hot = self.ask(folder=self.folder)
        self.same(first, cold)
        self.same(hot, cold)
        self.assertEqual(first["usage"]["cached_tokens"], 0)
        self.assertEqual(hot["usage"]["cached_tokens"],
                         (hot["usage"]["prompt_tokens"] - 1) // 64 * 64)
        self.assertLess(hot["timings"]["prefill_ms"], first["timings"]["prefill_ms"])

    def test_off_finds_nothing_again(self):
        lines = jsonl([{"prompt": LEAD, "max_tokens": 2, "seed": 1}] * 2)
        command = ("generate", "-m", MODEL, "--ctx", "1024", "--jsonl", "--sequences", "1")
        hot = lines_of(run(*command, stdin=lines))
        cold = lines_of(run(*command, "--prefix-cache", "off", stdin=lines))
        self.assertGreater(hot[1]["usage"]["cached_tokens"], 0)
        self.assertEqual(cold[1]["usage"]["cached_tokens"], 0)
        self.assertEqual(cold[1]["ids"], hot[1]["ids"])

    def test_exact_and_fast_are_kept_apart(self):
        self.ask(folder=self.folder)
        exact = self.ask("--precision", "exact", folder=self.folder)
        self.assertEqual(exact["usage"]["cached_tokens"], 0)
        self.same(exact, self.ask("--precision", "exact"))
        self.same(self.ask("--precision", "exact", folder=self.folder), exact)

    def test_f16_and_q8_0_are_kept_apart(self):
        self.ask(folder=self.folder)
        q8_0 = self.ask("--kv-cache-dtype", "q8_0", folder=self.folder)
        self.assertEqual(q8_0["usage"]["cached_tokens"], 0)
        self.same(q8_0, self.ask("--kv-cache-dtype", "q8_0"))
        hot = self.ask("--kv-cache-dtype", "q8_0", folder=self.folder)
        self.assertGreater(hot["usage"]["cached_tokens"], 0)
        self.same(hot, q8_0)
        sizes = {folder.name: {path.stat().st_size for path in folder.iterdir()}
                 for folder in Path(self.folder).iterdir()}
        small, large = sorted(max(found) for found in sizes.values())
        self.assertAlmostEqual(small / large, 34 / 64, places=2)

    def test_damaged_files_are_noted_and_computed_anew(self):
        cold = self.ask(folder=self.folder)
        for path in self.files():
            path.write_bytes(path.read_bytes()[:-1])
        done = run(*GENERATE, "-p", LEAD, "--prefix-cache", self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"prefix cache: .* has another size; .* computed anew\n")
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertGreater(self.ask(folder=self.folder)["usage"]["cached_tokens"], 0)
        self.same(self.ask(folder=self.folder), cold)

    def test_two_processes_share_a_folder(self):
        prompts = [LEAD + f" Question {i % 3}:" for i in range(6)]
        cold = [self.ask(prompt=prompt) for prompt in prompts[:3]]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(
                lambda prompt: self.ask("--threads", "1", prompt=prompt, folder=self.folder), prompts))
        for i, answer in enumerate(answers):
            self.same(answer, cold[i % 3])

    def test_a_killed_process_spoils_nothing(self):
        cold = self.ask()
        process = start(*GENERATE, "-p", LEAD, "--chunk", "16", "--prefix-cache", self.folder)
        deadline = time.monotonic() + 60
        while not self.files() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.same(self.ask(folder=self.folder), cold)
        self.same(self.ask(folder=self.folder), cold)

    def test_lines_find_it_too(self):
        lines = jsonl([{"prompt": LEAD + str(i)} for i in range(3)])
        command = ("generate", "-m", MODEL, "--ctx", "1024", "--temperature", "0", "--max-tokens", "4",
                   "--jsonl", "--prefix-cache", self.folder)
        first, second = (lines_of(run(*command, stdin=lines)) for _ in range(2))
        self.assertEqual([line["ids"] for line in second], [line["ids"] for line in first])
        self.assertTrue(all(line["usage"]["cached_tokens"] >= 256 for line in second))

    def test_the_folder_stays_within_its_limit(self):
        for i in range(3):
            self.ask("--prefix-cache-mb", "10", prompt=f"{i} {LEAD}", folder=self.folder)
        self.assertLessEqual(sum(path.stat().st_size for path in self.files()), 10_000_000)
        self.assertGreater(len(self.files()), 2)

    def test_a_folder_that_cant_be_used(self):
        blocked = Path(self.folder) / "file"
        blocked.write_text("")
        done = run(*GENERATE, "-p", "x", "--prefix-cache", blocked)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(blocked), self.error_in(done.stdout, "io")["where"])

    def test_a_full_disk_turns_it_off_with_a_note(self):
        limit = f"ulimit -f 200; trap '' XFSZ; exec {places.binary()} \"$@\""
        done = subprocess.run(["bash", "-c", limit, "-", *map(os.fspath, GENERATE), "-p", LEAD,
                               "--prefix-cache", self.folder], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stderr, r"^prefix cache: can't write .*; nothing more is written\n$")
        self.assertEqual(self.files(), [])


if __name__ == "__main__":
    places.need_model()
    unittest.main()
