"""Exact mode against Transformers f32 on the same weights: the first 2,000 tokens of WikiText-2 valid
(wikitext2_exact.json, made by make_exact_fixture.py).

The targets' log-probabilities come from `ashlar score`, as a user gets them; the likeliest ids in
their places, which score doesn't print, from bench's logprobs_tool.
"""
import base64
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
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


def decoded(fixture, key, dtype):
    return np.frombuffer(base64.b64decode(fixture[key]), dtype)


def text_of(fixture) -> str:
    text = places.wikitext2_valid().encode()[:fixture["text"]["utf8_bytes"]]
    assert places.sha256(text) == fixture["text"]["sha256"], "not the text of the fixture"
    return text.decode()


def check_model(fixture):
    found = places.sha256(places.model_path().read_bytes())
    assert found == fixture["model"]["sha256"], "not the model of the fixture"


def check_score(fixture) -> list[int]:
    """Returns the ids that score found, which are those of the tokenizers library."""
    answer = json_line_from(
        [places.binary(), "score", "-m", places.model_path(), "--precision", "exact", "--jsonl"],
        {"prompt": "", "completion": text_of(fixture)})
    ids = [token["id"] for token in answer["tokens"]]
    assert places.sha256(np.array(ids, "<u4").tobytes()) == fixture["ids_sha256"], "other ids"
    ours = np.array([token["logprob"] for token in answer["tokens"]])
    wanted = decoded(fixture, "logprobs_f32_base64", "<f4")
    worst = np.abs(ours - wanted).max()
    print(f"log-probability: worst difference {worst:.2e} of {len(ids)} tokens")
    assert worst <= LOGPROB_TOLERANCE
    assert abs(answer["logprob"] - ours.sum()) <= 1e-9 * abs(ours.sum()), "not the tokens' sum"
    return ids


def check_top1(fixture, ids):
    tool = places.build_dir() / "bench" / "logprobs_tool"
    answer = json_line_from([tool, places.model_path(), "exact"], {"ids": [fixture["bos"]] + ids})
    agreement = (np.array(answer["top1"]) == decoded(fixture, "top1_u16_base64", "<u2")).mean()
    print(f"top-1: the same at {agreement:.2%} of positions")
    assert agreement >= TOP1_AGREEMENT
    worst = np.abs(answer["logprobs"] - decoded(fixture, "logprobs_f32_base64", "<f4")).max()
    assert worst <= LOGPROB_TOLERANCE, "the tool and score read different logits"


def main():
    places.need_model()
    places.need_data()
    fixture = json.loads(Path(__file__).with_name("wikitext2_exact.json").read_text())
    check_model(fixture)
    ids = check_score(fixture)
    check_top1(fixture, ids)
    print("ok")


if __name__ == "__main__":
    main()
