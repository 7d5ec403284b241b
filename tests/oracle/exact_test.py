"""Exact mode against Transformers f32 on the same weights: the first 2,000 tokens of WikiText-2 valid
(wikitext2_exact.json, made by make_exact_fixture.py).

The targets' log-probabilities come from `ashlar score`, as a user gets them; the likeliest ids in
their places, which score doesn't print, from bench's logprobs_tool.
"""
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import fixture
import places

try:
    import numpy as np
except ImportError as error:
    places.skip(f"needs-peer: {error}")

LOGPROB_TOLERANCE = 1e-3
TOP1_AGREEMENT = 0.999


def json_line_from(command, request) -> dict:
    done = subprocess.run(command, input=json.dumps(request) + "\n", text=True,
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def text_of(expected) -> str:
    text = places.wikitext2_valid().encode()[:expected["text"]["utf8_bytes"]]
    assert places.sha256(text) == expected["text"]["sha256"], "not the text of the fixture"
    return text.decode()


def check_score(expected) -> list[int]:
    """Returns the ids that score found, which are those of the tokenizers library."""
    answer = json_line_from(
        [places.binary(), "score", "-m", places.model_path(), "--precision", "exact", "--jsonl"],
        {"prompt": "", "completion": text_of(expected)})
    ids = [token["id"] for token in answer["tokens"]]
    assert fixture.ids_sha256(ids) == expected["ids_sha256"], "other ids"
    ours = np.array([token["logprob"] for token in answer["tokens"]])
    wanted = fixture.unpack(expected["logprobs_f32_base64"], "f")
    worst = np.abs(ours - wanted).max()
    print(f"log-probability: worst difference {worst:.2e} of {len(ids)} tokens")
    assert worst <= LOGPROB_TOLERANCE
    assert abs(answer["logprob"] - ours.sum()) <= 1e-9 * abs(ours.sum()), "not the tokens' sum"
    return ids


def check_top1(expected, ids):
    tool = places.build_dir() / "bench" / "logprobs_tool"
    answer = json_line_from([tool, places.model_path(), "exact"], {"ids": [expected["bos"]] + ids})
    agreement = np.equal(answer["top1"], fixture.unpack(expected["top1_u16_base64"], "H")).mean()
    print(f"top-1: the same at {agreement:.2%} of positions")
    assert agreement >= TOP1_AGREEMENT
    wanted = fixture.unpack(expected["logprobs_f32_base64"], "f")
    worst = np.abs(np.subtract(answer["logprobs"], wanted)).max()
    assert worst <= LOGPROB_TOLERANCE, "the tool and score read different logits"


def main():
    places.need_model()
    places.need_data()
    expected = fixture.load_for_model("wikitext2_exact.json")
    check_top1(expected, check_score(expected))
    print("ok")


if __name__ == "__main__":
    main()
