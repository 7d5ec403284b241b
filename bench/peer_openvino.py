"""OpenVINO GenAI as a peer: a process that answers JSON lines on stdin. It reads our GGUF itself.

    .venv-peers/openvino/bin/python bench/peer_openvino.py MODEL

    {"op": "open", "attention", "threads", "kv", "batch"}    → {"seconds"}
    {"op": "answer", "ids": [...], "tokens"}                 → {"first", "seconds"}
    {"op": "streams", "prompts": [[...], ...], "tokens"}     → {"seconds"}, all of it
    {"op": "version"}                                        → {"version"}

attention: "sdpa" (one stream, its stateful pipeline) or "paged" (continuous batching); kv: "u8" or
"f16"; batch: tokens in one step of continuous batching. `first` is the prompt's time, `seconds` that
of the tokens after it. Greedy; end tokens do not end anything. Source of the calls: the package's
docstrings.
"""
import json
import os
import sys
import time
from importlib.metadata import version

os.environ.setdefault("OPENVINO_TELEMETRY_DISABLE", "1")

import numpy as np
import openvino
import openvino_genai as genai

PRECISIONS = {"u8": openvino.Type.u8, "f16": openvino.Type.f16}
CACHE_GB = 1  # over 4k positions of every model that we run


def tensor(ids) -> openvino.Tensor:
    return openvino.Tensor(np.array([ids], dtype=np.int64))


def greedy(tokens: int) -> genai.GenerationConfig:
    return genai.GenerationConfig(max_new_tokens=tokens, ignore_eos=True, do_sample=False,
                                  apply_chat_template=False)


class Stateful:
    """One stream, keys and values within the graph's state."""

    def __init__(self, path, properties, _batch):
        self.pipeline = genai.LLMPipeline(path, "CPU", ATTENTION_BACKEND="SDPA", **properties)

    def one(self, ids, tokens):
        """(seconds to the first token, seconds of those after it)"""
        found = self.pipeline.generate(tensor(ids), greedy(tokens))
        assert len(found.tokens[0]) == tokens
        first = found.perf_metrics.get_ttft().mean / 1000
        return first, found.perf_metrics.get_generate_duration().mean / 1000 - first


class Paged:
    """Continuous batching."""

    def __init__(self, path, properties, batch):
        scheduler = genai.SchedulerConfig()
        scheduler.cache_size = CACHE_GB
        scheduler.enable_prefix_caching = False  # every round reads its prompts
        scheduler.max_num_batched_tokens = batch
        self.pipeline = genai.ContinuousBatchingPipeline(path, scheduler, "CPU", properties)

    def one(self, ids, tokens):
        found = self.many([ids], tokens)[0].perf_metrics
        first = found.get_ttft().mean / 1000
        return first, found.get_generate_duration().mean / 1000 - first

    def many(self, prompts, tokens):
        found = self.pipeline.generate([tensor(ids) for ids in prompts],
                                       [greedy(tokens)] * len(prompts))
        assert all(len(one.m_generation_ids[0]) == tokens for one in found)
        return found


class Peer:
    def __init__(self, path: str):
        self.path, self.pipeline = path, None

    def version(self, _request):
        return {"version": version("openvino-genai")}

    def open(self, request):
        self.pipeline = None  # the old one's memory first
        start = time.perf_counter()
        properties = {"INFERENCE_NUM_THREADS": request["threads"],
                      "KV_CACHE_PRECISION": PRECISIONS[request["kv"]]}
        kind = {"sdpa": Stateful, "paged": Paged}[request["attention"]]
        self.pipeline = kind(self.path, properties, request["batch"])
        self.pipeline.one([1000] * 16, 2)  # what is compiled at the first use
        return {"seconds": time.perf_counter() - start}

    def answer(self, request):
        first, after = self.pipeline.one(request["ids"], request["tokens"])
        return {"first": first, "seconds": after}

    def streams(self, request):
        start = time.perf_counter()
        self.pipeline.many(request["prompts"], request["tokens"])
        return {"seconds": time.perf_counter() - start}


def main():
    peer = Peer(sys.argv[1])
    operations = {name: getattr(peer, name)
                  for name in ("version", "open", "answer", "streams")}
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(operations[request["op"]](request)), flush=True)


if __name__ == "__main__":
    main()
