"""Makes wikitext2_exact.json: what Transformers f32 says about the first 2,000 tokens of WikiText-2
valid, with SmolLM2's weights dequantized from the GGUF file.

    .venv-peers/torch/bin/python tests/oracle/make_exact_fixture.py [--out FILE]

One window: BOS, then the tokens; so there are 2,000 targets, each conditioned on BOS and all tokens
before it, which is what `ashlar score` does with an empty prompt.
"""
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import fixture
import places
import reference

TOKENS = 2000
LIBRARIES = ["gguf", "numpy", "tokenizers", "torch", "transformers"]


def first_tokens(tokenizer, text: str) -> tuple[str, list[int]]:
    """The text of the first TOKENS tokens; it must give the same ids when it stands alone."""
    encoding = tokenizer.encode(text)
    prefix = text[:encoding.offsets[TOKENS - 1][1]]
    ids = encoding.ids[:TOKENS]
    assert tokenizer.encode(prefix).ids == ids, "the cut falls inside a pre-token"
    return prefix, ids


def make() -> dict:
    reader = reference.GGUFReader(places.model_path())
    prefix, ids = first_tokens(reference.load_tokenizer(reader), places.wikitext2_valid())
    bos = reader.fields["tokenizer.ggml.bos_token_id"].contents()
    model = reference.load_transformers(reader)
    logprobs, top1 = reference.log_probabilities(model, [bos] + ids)
    logprobs = logprobs.astype(np.float32)
    return {
        "what": "Transformers f32 on dequantized weights: BOS, then the first tokens of WikiText-2 "
                "valid; natural log-probability of each token and the likeliest id in its place",
        **fixture.origin("make_exact_fixture.py", LIBRARIES),
        "text": {"file": "text/wikitext-2-valid.txt.gz", "utf8_bytes": len(prefix.encode()),
                 "sha256": places.sha256(prefix.encode())},
        "bos": bos,
        "tokens": len(ids),
        "ids_sha256": fixture.ids_sha256(ids),
        "mean_logprob": round(float(logprobs.mean(dtype=np.float64)), 6),
        "logprobs_f32_base64": fixture.pack(logprobs, "f"),
        "top1_u16_base64": fixture.pack(top1, "H"),
    }


if __name__ == "__main__":
    fixture.write("wikitext2_exact.json", make, lambda made:
                  f"{made['tokens']} tokens, mean log-probability {made['mean_logprob']}")
