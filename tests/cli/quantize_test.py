"""`ashlar quantize`: a tiny model made on the spot, and the real one; the file is read by PyPI's `gguf`,
and its blocks are that package's own."""
import os
import resource
import signal
import sys
import time
import unittest
from pathlib import Path

import gguf
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, run, start

TEXT = "thequickbrownfoxjumpsoverthelazydogandrunsawayintothewood"


def write_model(path, width=64, layers=2, seed=1):
    """A random llama in f32, with single letters for a vocabulary."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(layers)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_context_length(128)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // 4)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*(chr(c) for c in range(ord("a"), ord("z") + 1)), "th"])
    writer.add_token_types([1] * 27)
    writer.add_token_merges(["t h"])

    def matrix(name, rows, columns, scale=1.0):
        values = random.standard_normal((rows, columns)) * scale / columns ** 0.5
        writer.add_tensor(name, values.astype(np.float32))

    def norm(name):
        writer.add_tensor(name, (1 + random.standard_normal(width) / 8).astype(np.float32))

    matrix("token_embd.weight", 27, width, 6)
    norm("output_norm.weight")
    for i in range(layers):
        for name, rows, columns in (("attn_q", width, width), ("attn_k", width // 2, width),
                                    ("attn_v", width // 2, width), ("attn_output", width, width),
                                    ("ffn_gate", 2 * width, width), ("ffn_up", 2 * width, width),
                                    ("ffn_down", width, 2 * width)):
            matrix(f"blk.{i}.{name}.weight", rows, columns)
        norm(f"blk.{i}.attn_norm.weight")
        norm(f"blk.{i}.ffn_norm.weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensors_of(path):
    return {t.name: t for t in gguf.GGUFReader(path).tensors}


class Tiny(VerbTest):
    def setUp(self):
        super().setUp()
        self.model, self.out = Path(self.folder) / "in.gguf", Path(self.folder) / "out.gguf"
        write_model(self.model)

    def quantize(self, *arguments, model=None, **options):
        self.out.unlink(missing_ok=True)
        return self.answer("quantize", model or self.model, self.out, *arguments, "--json", **options)

    def test_blocks_are_the_references(self):
        source = tensors_of(self.model)
        for name in ("q4_0", "q4_1", "q5_0", "q5_1", "q8_0"):
            done = self.quantize("--type", name)
            self.assertEqual(list(done), ["bytes", "bpw", "kl", "fallbacks", "tensors"])
            self.assertEqual((done["bytes"], done["kl"], done["fallbacks"]),
                             (self.out.stat().st_size, None, []))
            kind = gguf.GGMLQuantizationType[name.upper()]
            for tensor, row in zip(gguf.GGUFReader(self.out).tensors, done["tensors"], strict=True):
                vector = len(tensor.shape) == 1
                self.assertEqual(row, {"name": tensor.name, "type": "f32" if vector else name, "kl": None})
                values = source[tensor.name].data
                wanted = values if vector else gguf.quants.quantize(values, kind)
                self.assertEqual(tensor.data.tobytes(), wanted.tobytes(), tensor.name)

    def test_metadata_stays(self):
        self.quantize("--type", "q8_0")
        before, after = (gguf.GGUFReader(path).fields for path in (self.model, self.out))
        for key in before:
            if not key.startswith("GGUF."):
                self.assertEqual(before[key].contents(), after[key].contents(), key)
        self.assertEqual(after["general.file_type"].contents(), gguf.LlamaFileType.MOSTLY_Q8_0)
        self.assertEqual(after["general.quantization_version"].contents(), gguf.GGML_QUANT_VERSION)

    def test_k_quants_need_rows_of_256(self):
        self.refused("quantize", self.model, self.out, "--type", "q6_k", kind="unsupported",
                     message="64 elements, which are no whole blocks of 256")
        done = self.quantize("--type", "q6_k", "--allow-fallback")
        self.assertEqual({row["type"] for row in done["tensors"]}, {"f32", "q8_0"})
        self.assertEqual(len(done["fallbacks"]), 15)
        write_model(self.model, width=256, layers=1)
        for name in ("q4_k", "q5_k", "q6_k"):
            done = self.quantize("--type", name)
            for tensor in gguf.GGUFReader(self.out).tensors:
                if len(tensor.shape) == 2:
                    self.assertEqual(tensor.tensor_type.name, name.upper())
                    back = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
                    off = back - tensors_of(self.model)[tensor.name].data
                    self.assertLess(np.abs(off).max(), 0.4)

    def test_budgets(self):
        text = Path(self.folder) / "text"
        text.write_text(TEXT)
        plain = self.quantize("--type", "q4_0")
        done = self.quantize("--type", "q4_0", "--bpw", str(plain["bpw"] + 0.5), "-f", text)
        self.assertLessEqual(done["bpw"], plain["bpw"] + 0.5)
        self.assertGreater(len({row["type"] for row in done["tensors"]}), 2)
        for row in done["tensors"]:
            self.assertEqual(row["kl"] is None, "norm" in row["name"], row)
        found = self.quantize("--type", "q4_0", "--max-kl", "1e-3", "-f", "-", stdin=TEXT)
        self.assertLessEqual(found["kl"], 1e-3)
        measured = self.answer("perplexity", "-m", self.out, "--against", self.model, "--precision",
                               "exact", "-f", text, "--ctx", "128", "--json")
        self.assertAlmostEqual(measured["kl"]["mean"], found["kl"], delta=0.2 * found["kl"])
        lower = self.quantize("--type", "q4_0", "--max-kl", "1e-5", "-f", text)
        self.assertGreater(lower["bytes"], found["bytes"])

    def test_importance_of_llama_cpps_forms(self):
        names = [row["name"] for row in self.quantize("--type", "q4_0")["tensors"]
                 if row["type"] == "q4_0" and row["name"] != "token_embd.weight"]
        plain, source = tensors_of(self.out), tensors_of(self.model)
        plain = {name: plain[name].data.tobytes() for name in names}
        path = Path(self.folder) / "imatrix.dat"
        with open(path, "wb") as file:
            np.int32(len(names)).tofile(file)
            for name in names:
                np.int32(len(name)).tofile(file)
                file.write(name.encode())
                width = source[name].data.shape[1]
                np.array([3, width], dtype=np.int32).tofile(file)
                np.linspace(0, 9, width, dtype=np.float32).tofile(file)
        self.quantize("--type", "q4_0", "--imatrix", path)
        for name in names:
            self.assertNotEqual(tensors_of(self.out)[name].data.tobytes(), plain[name])
        self.refused("quantize", MODEL if os.path.exists(MODEL) else self.model,
                     Path(self.folder) / "other", "--type", "q4_0", "--imatrix", self.model,
                     kind="corrupt", message="importances")

    def test_goes_on_after_a_kill(self):
        write_model(self.model, width=512, layers=6)
        whole = self.quantize("--type", "q5_k")
        wanted = self.out.read_bytes()
        self.out.unlink()
        child = start("quantize", self.model, self.out, "--type", "q5_k", "--threads", "1")
        journal = Path(f"{self.out}.partial.journal")
        while child.poll() is None and (not journal.exists() or journal.read_text().count("\n") < 5):
            time.sleep(0.001)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        self.assertFalse(self.out.exists())
        done = run("quantize", self.model, self.out, "--type", "q5_k")
        self.assertRegex(done.stderr, r"went on behind \d+ tensors")
        self.assertEqual(self.out.read_bytes(), wanted)
        self.assertEqual(len(wanted), whole["bytes"])
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.gguf", "out.gguf"])

    def test_refusals(self):
        self.refused("quantize", self.model, self.out, where="command line", message="--type")
        self.refused("quantize", self.model, self.out, "--type", "f32", message="--type")
        self.refused("quantize", "/no/such", self.out, "--type", "q4_0", kind="not_found")
        self.refused("quantize", self.model, self.model, "--type", "q4_0", message="over itself")
        self.quantize("--type", "q4_0")
        self.refused("quantize", self.model, self.out, "--type", "q4_0", message="exists")
        self.out.unlink()
        self.refused("quantize", self.model, self.out, "--type", "q4_0", "--bpw", "4",
                     where="--bpw", message="coarsest")
        self.refused("quantize", self.model, self.out, "--type", "q4_0", "--bpw", "5", "--max-kl",
                     "1", where="--bpw", message="two budgets")
        self.refused("quantize", self.model, self.out, "--type", "q4_0", "--bpw", "5", "-f", "-",
                     stdin=b"a\xff", where="stdin", message="UTF-8")
        self.refused("quantize", self.model, self.out, "--type", "q4_0", "-f", "-", stdin=TEXT,
                     where="stdin", message="no budget")
        partial = Path(f"{self.out}.partial")
        partial.write_text("precious")
        self.refused("quantize", self.model, self.out, "--type", "q4_0", where=str(partial))
        self.assertEqual(partial.read_text(), "precious")

    def test_broken_sources(self):
        whole = self.model.read_bytes()
        for size in (0, 3, 100, len(whole) // 2, len(whole) - 1):
            self.model.write_bytes(whole[:size])
            self.refused("quantize", self.model, self.out, "--type", "q4_0", kind="corrupt",
                         where=str(self.model))
            self.assertEqual(os.listdir(self.folder), ["in.gguf"])

    def test_disks(self):
        done = run("quantize", self.model, "/no/such/folder/out", "--type", "q4_0", "--json")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("/no/such/folder/out", self.error_in(done.stdout, "io")["where"])
        wanted = self.quantize("--type", "q4_0")["bytes"]
        self.out.unlink()
        full = start("quantize", self.model, self.out, "--type", "q4_0", "--json",
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
        error = self.error_in(full.communicate()[0].decode(), "exhausted")
        self.assertEqual((full.returncode, error["where"]), (1, f"{self.out}.partial"))
        self.assertEqual(self.quantize("--type", "q4_0")["bytes"], wanted)

    def test_for_people(self):
        done = run("quantize", self.model, self.out, "--type", "q4_0")
        self.assertRegex(done.stdout, r"^\d+ bytes, 4\.\d{4} bits a weight; 5 F32, 15 Q4_0\n$")


class SmolLm2(VerbTest):
    def test_real_tensors(self):
        if not os.path.exists(MODEL):
            places.skip(f"needs-model: no model at {MODEL}")
        out = Path(self.folder) / "out.gguf"
        source = tensors_of(MODEL)
        for name in ("q8_0", "q4_0"):
            self.answer("quantize", MODEL, out, "--type", name, "--json")
            kind = gguf.GGMLQuantizationType[name.upper()]
            for tensor in gguf.GGUFReader(out).tensors[:30]:
                own = source[tensor.name]
                if tensor.tensor_type != kind or own.tensor_type == kind:
                    continue
                values = gguf.quants.dequantize(own.data, own.tensor_type)
                self.assertEqual(tensor.data.tobytes(), gguf.quants.quantize(values, kind).tobytes())
            answer = self.answer("generate", "-m", out, "-p", "The capital of France is", "--json",
                                 "--temperature", "0", "--max-tokens", "4")
            self.assertIn("Paris" if name == "q8_0" else "capital", answer["text"])
            out.unlink()


if __name__ == "__main__":
    unittest.main()
