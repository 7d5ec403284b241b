"""The contracts of `ashlar tokenize` and `ashlar detokenize`, with a vocabulary of bytes."""

import json
import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

BINARY = os.environ["ASHLAR_BINARY"]


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    return string(key) + struct.pack("<I", kind) + value


def strings(values):
    return struct.pack("<IQ", 8, len(values)) + b"".join(map(string, values))


def vocabulary_file():
    """Token i is byte i; 256 is <s>, put before every text, and 257 is "ab". Byte 4 has none."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    symbols = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}
    tokens = [symbols[b] for b in range(256)] + ["<s>", "ab"]
    types = [1] * 256 + [3, 1]
    tokens[4], types[4] = "<unused>", 5
    entries = [
        entry("tokenizer.ggml.model", 8, string("gpt2")),
        entry("tokenizer.ggml.pre", 8, string("gpt-2")),
        entry("tokenizer.ggml.tokens", 9, strings(tokens)),
        entry("tokenizer.ggml.token_type", 9, struct.pack("<IQ258i", 5, 258, *types)),
        entry("tokenizer.ggml.merges", 9, strings(["a b"])),
        entry("tokenizer.ggml.bos_token_id", 4, struct.pack("<I", 256)),
        entry("tokenizer.ggml.add_bos_token", 7, b"\1"),
    ]
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


class Verbs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name) / "bytes.gguf"
        cls.path.write_bytes(vocabulary_file())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_verb(self, verb, data, *options):
        command = [BINARY, verb, "--tokenizer", str(self.path), *options]
        return subprocess.run(command, input=data, capture_output=True, timeout=60)

    def answer(self, verb, data, *options):
        done = self.run_verb(verb, data, *options)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def answers(self, verb, lines, *options):
        done = self.run_verb(verb, "\n".join(lines).encode(), *options)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def error(self, done):
        """The error on stdout, whole."""
        error = json.loads(done.stdout)["error"]
        self.assertEqual(list(error), ["kind", "message", "where", "mend"])
        self.assertTrue(error["message"] and error["mend"])
        return error

    def test_ids_of_stdin(self):
        self.assertEqual(self.answer("tokenize", b"abc"), {"ids": [256, 257, 99], "replaced": 0})
        self.assertEqual(self.answer("tokenize", b""), {"ids": [256], "replaced": 0})
        self.assertEqual(self.answer("tokenize", b"c\n", "--no-special")["ids"], [99, 10])

    def test_special_tokens_stay_text_unless_parsed(self):
        ids = self.answer("tokenize", b"<s>", "--no-special")["ids"]
        self.assertEqual(ids, [60, 115, 62])
        ids = self.answer("tokenize", b"<s>", "--no-special", "--parse-special")["ids"]
        self.assertEqual(ids, [256])

    def test_broken_utf8_is_replaced_as_python_does(self):
        for data in [b"a\xff", b"\xe2\x82", b"\xf0\x9f\x98x\xed\xa0\x80", b"\xc0\xaf\xc3"]:
            text = data.decode("utf-8", "replace")
            answer = self.answer("tokenize", data, "--no-special")
            expected = {"ids": list(text.encode()), "replaced": text.count("\ufffd")}
            self.assertEqual(answer, expected)
        # What is U+FFFD already was not put in.
        self.assertEqual(self.answer("tokenize", "\ufffd".encode())["replaced"], 0)

    def test_strict_refuses_with_the_offset(self):
        done = self.run_verb("tokenize", b"ab\xff", "--strict", "--json")
        self.assertEqual(done.returncode, 2)
        error = self.error(done)
        self.assertEqual((error["kind"], error["where"]), ("bad_input", "stdin, byte 2"))
        self.assertIn("0xFF", error["message"])
        done = self.run_verb("tokenize", b"ab\xff", "--strict")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual(self.answer("tokenize", "é".encode(), "--strict")["replaced"], 0)

    def test_dropped_bytes_are_reported(self):
        answer = self.answer("tokenize", b"a\4b", "--no-special")
        self.assertEqual(answer, {"ids": [97, 98], "replaced": 0, "dropped": 1})

    def test_lines_are_answered_in_order_and_go_on(self):
        code, answers = self.answers(
            "tokenize",
            [
                '{"id": 1, "text": "ab"}',
                '{"hex": "C3a9ff"}',
                "nonsense",
                '{"text": "\\ud800"}',
                '{"hex": "abc"}',
                '{"hex": "zz"}',
                '{"text": 5}',
                '{"text": "a", "hex": "61"}',
                "{}",
                "[1]",
                '{"text": "\\u0000\\ud83d\\ude00"}',
            ],
            "--jsonl",
            "--no-special",
        )
        self.assertEqual(code, 2)
        self.assertEqual(answers[0], {"ids": [257], "replaced": 0})
        self.assertEqual(answers[1], {"ids": list("é\ufffd".encode()), "replaced": 1})
        for number, answer in enumerate(answers[2:10], 3):
            self.assertEqual(answer["error"]["kind"], "bad_input")
            self.assertTrue(answer["error"]["where"].startswith(f"line {number}"), answer)
        self.assertIn("ud800", answers[3]["error"]["message"])
        self.assertEqual(answers[10], {"ids": list("\0😀".encode()), "replaced": 0})

    def test_strict_lines(self):
        lines = ['{"hex": "61ff"}', '{"text": "a"}']
        code, answers = self.answers("tokenize", lines, "--jsonl", "--strict")
        self.assertEqual(code, 2)
        self.assertEqual(answers[0]["error"]["where"], "line 1: /hex, byte 1")
        self.assertEqual(answers[1]["ids"], [256, 97])

    def test_a_line_is_answered_before_the_next_is_sent(self):
        command = [BINARY, "tokenize", "--tokenizer", str(self.path), "--jsonl"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for text in ["a", "b"]:
                process.stdin.write(json.dumps({"text": text}).encode() + b"\n")
                process.stdin.flush()
                self.assertEqual(json.loads(process.stdout.readline())["ids"], [256, ord(text)])
            process.stdin.close()
            self.assertEqual(process.wait(timeout=60), 0)

    def test_pieces(self):
        done = self.run_verb("tokenize", b"ab c\n\xc3\xa9", "--pieces")
        self.assertEqual(
            done.stdout.decode(),
            "<s>│ab│·│c│↵\n│‹C3›│‹A9›\n\n256 257 32 99 10 195 169\n7 tokens, 10 bytes\n",
        )
        pieces = self.answer("tokenize", b"ab c", "--pieces", "--json")["pieces"]
        self.assertEqual(pieces, ["<s>", "ab", " ", "c"])

    def test_detokenize(self):
        code, answers = self.answers(
            "detokenize", ['{"ids": [256, 257, 99]}', '{"ids": [195]}', '{"ids": []}']
        )
        self.assertEqual(code, 0)
        self.assertEqual([a["text"] for a in answers], ["<s>abc", "\ufffd", ""])
        _, answers = self.answers("detokenize", ['{"ids": [256, 97]}'], "--skip-special")
        self.assertEqual(answers, [{"text": "a"}])

    def test_detokenize_names_the_bad_id(self):
        bad = ["258", "-1", "1.5", '"a"', "null", "4294967297", "1e30", "18446744073709551616"]
        lines = [f'{{"ids": [1, {value}]}}' for value in bad] + ["{}", '{"ids": 1}', '{"ids": [98]}']
        code, answers = self.answers("detokenize", lines)
        self.assertEqual((code, len(answers)), (2, len(lines)))
        for number, value in enumerate(bad, 1):
            error = answers[number - 1]["error"]
            self.assertEqual(error["where"], f"line {number}: /ids/1")
        self.assertIn("258", answers[0]["error"]["message"])
        self.assertEqual(answers[-1], {"text": "b"})

    def test_help_and_bad_options(self):
        for verb in ["tokenize", "detokenize"]:
            done = subprocess.run([BINARY, verb, "--help"], capture_output=True)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"--tokenizer", done.stdout)
            done = subprocess.run([BINARY, verb], capture_output=True)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            done = self.run_verb(verb, b"", "--no-such-option", "--json")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(self.error(done)["kind"], "bad_input")

    def test_a_tokenizer_json_or_its_folder(self):
        symbols = [chr(c) for c in [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x144)]]
        vocabulary = {symbol: i for i, symbol in enumerate([*symbols, "ab"])}
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
        model = {"type": "BPE", "vocab": vocabulary, "merges": ["a b"]}
        parts = {"pre_tokenizer": byte_level, "decoder": {"type": "ByteLevel"}, "model": model}
        folder = Path(self.folder.name) / "json"
        folder.mkdir()
        path = folder / "tokenizer.json"
        path.write_text(json.dumps(parts), encoding="utf-8")
        ids = [vocabulary["ab"], vocabulary["c"]]
        for source in [folder, path]:
            command = [BINARY, "tokenize", "--tokenizer", str(source)]
            done = subprocess.run(command, input=b"abc", capture_output=True, timeout=60)
            self.assertEqual(json.loads(done.stdout), {"ids": ids, "replaced": 0})
            command = [BINARY, "detokenize", "--tokenizer", str(source)]
            lines = json.dumps({"ids": ids}).encode()
            done = subprocess.run(command, input=lines, capture_output=True, timeout=60)
            self.assertEqual(json.loads(done.stdout), {"text": "abc"})
        model["type"] = "WordPiece"
        path.write_text(json.dumps(parts), encoding="utf-8")
        command = [BINARY, "tokenize", "--tokenizer", str(folder), "--json"]
        done = subprocess.run(command, input=b"abc", capture_output=True, timeout=60)
        error = self.error(done)
        self.assertEqual((done.returncode, error["kind"]), (2, "unsupported"))
        self.assertEqual(error["where"], f"{path}: /model")
        self.assertIn("WordPiece", error["message"])

    def test_a_bad_tokenizer_is_refused(self):
        path = Path(self.folder.name) / "cut.gguf"
        path.write_bytes(vocabulary_file()[:500])
        for verb in ["tokenize", "detokenize"]:
            command = [BINARY, verb, "--tokenizer", str(path), "--json"]
            done = subprocess.run(command, input=b"", capture_output=True)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(self.error(done)["kind"], "corrupt")


if __name__ == "__main__":
    unittest.main()
