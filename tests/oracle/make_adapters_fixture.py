"""Makes adapters_exact.json: what PEFT says about a text with the adapters of adapters.py on SmolLM2's
weights, dequantized from the GGUF file, in f32.

    .venv-peers/torch/bin/python tests/oracle/make_adapters_fixture.py [--out FILE]
"""
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import adapters
import fixture
import places
import reference

LIBRARIES = ["gguf", "numpy", "peft", "safetensors", "tokenizers", "torch", "transformers"]
TEXT = """The lighthouse keeper counted 147 steps every evening, and every evening he arrived at a
different number. "Stone doesn't lie," he told the gulls, "but it does get tired." On Tuesday, 3 March,
the lamp went out at 04:12; the ship's log says only: engines stopped, fog, one bell. Nobody asked why
the keeper had written the same line a day before, in blue ink, under a drawing of a whale.

def steps(evening):
    return sum(1 for stone in stairs if not stone.asleep(evening))
"""


def adapted(model, folder: Path):
    """The model with the adapter of `folder`, every tensor of which is in it."""
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors.torch import load_file

    peft = PeftModel.from_pretrained(model, folder).eval()
    held = get_peft_model_state_dict(peft)
    wanted = load_file(folder / "adapter_model.safetensors")
    assert held.keys() == wanted.keys(), held.keys() ^ wanted.keys()
    assert all((held[name] == tensor.float()).all() for name, tensor in wanted.items())
    return peft


def make() -> dict:
    reader = reference.GGUFReader(places.model_path())
    ids = reference.load_tokenizer(reader).encode(TEXT).ids
    bos = reader.fields["tokenizer.ggml.bos_token_id"].contents()
    logprobs = {"": reference.log_probabilities(reference.load_transformers(reader), [bos] + ids)[0]}
    for kind in adapters.KINDS:
        with tempfile.TemporaryDirectory() as folder:
            adapters.write_peft(kind, Path(folder))
            model = adapted(reference.load_transformers(reader), Path(folder))
            logprobs[kind] = reference.log_probabilities(model, [bos] + ids)[0]
    return {
        "what": "PEFT f32 on dequantized weights: BOS, then the text; natural log-probability of each "
                "token with each adapter of adapters.py, and with none",
        **fixture.origin("make_adapters_fixture.py", LIBRARIES),
        "text": TEXT,
        "ids_sha256": fixture.ids_sha256(ids),
        "adapters": {kind: {
            "mean_logprob": round(float(each.mean()), 6),
            "mean_change": round(float(np.abs(each - logprobs[""]).mean()), 4),
            "logprobs_f32_base64": fixture.pack(each, "f")} for kind, each in logprobs.items()},
    }


def in_words(made: dict) -> str:
    changes = {kind: each["mean_change"] for kind, each in made["adapters"].items()}
    return f"mean change of a log-probability: {changes}"


if __name__ == "__main__":
    fixture.write("adapters_exact.json", make, in_words)
