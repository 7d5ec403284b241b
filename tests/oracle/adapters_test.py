"""Adapters in exact mode against PEFT f32 on the same weights (adapters_exact.json, made by
make_adapters_fixture.py): each kind from a PEFT folder and from a GGUF file, all in one batch with the
model as it is.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import adapters
import fixture
import places

try:
    import gguf
    import numpy as np
except ImportError as error:
    places.skip(f"needs-peer: {error}")

LOGPROB_TOLERANCE = 1e-3
GGUF_NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
              "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
              "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}


def in_gguf_order(rows, heads):
    """Rows of rotated heads from halves (x0 x1 … y0 y1 …) to pairs (x0 y0 x1 y1 …), as llama.cpp's
    converter permutes them."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def write_gguf(kind, path):
    """One alpha for all: what the patterns of the other kinds say can't be said in GGUF."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", adapters.KINDS[kind][2]["lora_alpha"])
    for (layer, linear), matrix, shape, values in adapters.tensors(kind):
        tensor = np.array(values, np.float32).reshape(shape)
        rotated = {"self_attn.q_proj": 9, "self_attn.k_proj": 3}.get(linear)
        if matrix == "B" and rotated:
            tensor = in_gguf_order(tensor, rotated)
        writer.add_tensor(f"blk.{layer}.{GGUF_NAMES[linear]}.weight.lora_{matrix.lower()}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def scores(text, names, loaded):
    """Log-probabilities of the text's tokens under each adapter, all in one batch."""
    options = [option for name, path in loaded.items() for option in ("--lora", f"{name}={path}")]
    lines = [json.dumps({"prompt": "", "completion": text, "adapter": name}) for name in names]
    done = subprocess.run(
        [places.binary(), "score", "-m", places.model_path(), "--precision", "exact", "--jsonl",
         *options], input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stdout[:2000]
    return [json.loads(line)["tokens"] for line in done.stdout.splitlines()]


def main():
    places.need_model()
    expected = fixture.load_for_model("adapters_exact.json")
    with tempfile.TemporaryDirectory() as folder:
        loaded = {}
        for kind in adapters.KINDS:
            loaded[kind] = Path(folder) / kind
            adapters.write_peft(kind, loaded[kind])
        for kind in ("plain", "some_layers"):
            loaded[f"{kind} as GGUF"] = Path(folder) / f"{kind}.gguf"
            write_gguf(kind, loaded[f"{kind} as GGUF"])
        names = ["", *loaded]
        answers = scores(expected["text"], names, loaded)
    assert len(answers) == len(names)
    for name, tokens in zip(names, answers):
        ids = [token["id"] for token in tokens]
        assert fixture.ids_sha256(ids) == expected["ids_sha256"], "other ids"
        wanted = expected["adapters"][name.removesuffix(" as GGUF")]
        worst = np.abs(np.subtract([token["logprob"] for token in tokens],
                                   fixture.unpack(wanted["logprobs_f32_base64"], "f"))).max()
        print(f"{name or 'no adapter'}: worst difference {worst:.1e} of {len(tokens)} "
              f"log-probabilities, which the adapter changes by {wanted['mean_change']} on average")
        assert worst <= LOGPROB_TOLERANCE
        assert not name or wanted["mean_change"] > 0.05, "the adapter does next to nothing"


if __name__ == "__main__":
    main()
