"""`--packed-weights DIR`: the second start maps what the first one packed; the answer is the same, bit for
bit, and nothing in the folder can spoil it."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.verb import MODEL, VerbTest, run

GENERATE = ("generate", "-m", MODEL, "--ctx", "256", "--temperature", "0", "--max-tokens", "6",
            "--logprobs", "2", "--json", "-p", "One, two,")


class PackedWeights(VerbTest):
    def ask(self, where):
        return self.answer(*GENERATE, "--packed-weights", where)

    def same(self, found, expected):
        for name in ("text", "ids", "logprobs"):
            self.assertEqual(found[name], expected[name])

    def files(self):
        return [path for path in Path(self.folder).rglob("*") if path.is_file()]

    def test_a_second_start_uses_what_the_first_one_kept(self):
        plain = self.ask("off")
        self.assertEqual(self.files(), [])
        self.same(self.ask(self.folder), plain)
        kept = self.files()
        self.assertEqual([path.suffix for path in kept], [".packed"])
        written = kept[0].stat().st_mtime_ns
        self.same(self.ask(self.folder), plain)
        self.assertEqual(kept[0].stat().st_mtime_ns, written)

    def test_a_damaged_file_is_noted_and_replaced(self):
        plain = self.ask(self.folder)
        file = self.files()[0]
        whole = file.read_bytes()
        file.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
        done = run(*GENERATE, "--packed-weights", self.folder)
        self.assertIn("is damaged", done.stderr)
        self.same(json.loads(done.stdout), plain)
        self.assertEqual(file.read_bytes(), whole)

    def test_where_nothing_can_be_kept_a_note_says_so(self):
        blocked = Path(self.folder, "file")
        blocked.write_text("no folder")
        done = run(*GENERATE, "--packed-weights", blocked)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("can't be kept", done.stderr)
        self.assertEqual(blocked.read_text(), "no folder")


if __name__ == "__main__":
    unittest.main()
