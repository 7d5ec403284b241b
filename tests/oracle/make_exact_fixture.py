"""Makes wikitext2_exact.json: what Transformers f32 says about the first 2,000 tokens of WikiText-2
valid, with SmolLM2's weights dequantized from the GGUF file.

    .venv-peers/torch/bin/python tests/oracle/make_exact_fixture.py [--out FILE]

One window: BOS, then the tokens; so there are 2,000 targets, each conditioned on BOS and all tokens
before it, which is what `ashlar score` does with an empty prompt.
"""
import argparse
import base64
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import places
import reference

TOKENS = 2000
FIXTURE = Path(__file__).with_name("wikitext2_exact.json")
LIBRARIES = ["gguf", "numpy", "tokenizers", "torch", "transformers"]


def first_tokens(tokenizer, text: str) -> tuple[str, list[int]]:
    """The text of the first TOKENS tokens; it must give the same ids when it stands alone."""
    encoding = tokenizer.encode(text)
    prefix = text[:encoding.offsets[TOKENS - 1][1]]
    ids = encoding.ids[:TOKENS]
    assert tokenizer.encode(prefix).ids == ids, "the cut falls inside a pre-token"
    return prefix, ids


def as_base64(values: np.ndarray, dtype: str) -> str:
    return base64.b64encode(values.astype(dtype).tobytes()).decode()


def make() -> dict:
    path = places.model_path()
    reader = reference.GGUFReader(path)
    prefix, ids = first_tokens(reference.load_tokenizer(reader), places.wikitext2_valid())
    bos = reader.fields["tokenizer.ggml.bos_token_id"].contents()
    model = reference.load_transformers(reader)
    logprobs, top1 = reference.log_probabilities(model, [bos] + ids)
    logprobs = logprobs.astype(np.float32)
    return {
        "what": "Transformers f32 on dequantized weights: BOS, then the first tokens of WikiText-2 "
                "valid; natural log-probability of each token and the likeliest id in its place",
        "command": ".venv-peers/torch/bin/python tests/oracle/make_exact_fixture.py",
        "versions": {name: version(name) for name in LIBRARIES},
        "model": {"file": path.name, "sha256": places.sha256(path.read_bytes())},
        "text": {"file": "text/wikitext-2-valid.txt.gz", "utf8_bytes": len(prefix.encode()),
                 "sha256": places.sha256(prefix.encode())},
        "bos": bos,
        "tokens": len(ids),
        "ids_sha256": places.sha256(np.array(ids, "<u4").tobytes()),
        "mean_logprob": round(float(logprobs.mean(dtype=np.float64)), 6),
        "logprobs_f32_base64": as_base64(logprobs, "<f4"),
        "top1_u16_base64": as_base64(top1, "<u2"),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=Path, default=FIXTURE)
    out = arguments.parse_args().out
    fixture = make()
    out.write_text(json.dumps(fixture, indent=1) + "\n")
    print(f"{fixture['tokens']} tokens, mean log-probability {fixture['mean_logprob']}: {out}",
          file=sys.stderr)


if __name__ == "__main__":
    main()
