"""The naive pipeline as a peer: Transformers in f32 on the dequantized weights of our GGUF, one
request after the other, as its page begins. A process that answers JSON lines on stdin.

    .venv-peers/torch/bin/python bench/peer_transformers.py MODEL

    {"op": "open", "threads"}                    → {"seconds"}
    {"op": "answer", "ids": [...], "tokens"}     → {"first", "seconds"}
    {"op": "version"}                            → {"version"}

`first` is the time of a generate() of one token, `seconds` what one of all `tokens` takes longer.
"""
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "oracle"))

import reference
import torch
from gguf import GGUFReader


class Peer:
    def __init__(self, path: str):
        self.path, self.model = path, None

    def version(self, _request):
        return {"version": version("transformers")}

    def open(self, request):
        start = time.perf_counter()
        torch.set_num_threads(request["threads"])
        if self.model is None:
            self.model = reference.load_transformers(GGUFReader(self.path))
        return {"seconds": time.perf_counter() - start}

    def answer(self, request):
        first = self.generate(request["ids"], 1)
        return {"first": first, "seconds": self.generate(request["ids"], request["tokens"]) - first}

    def generate(self, prompt, tokens):
        ids = torch.tensor([prompt])
        start = time.perf_counter()
        found = self.model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False,
                                    min_new_tokens=tokens, max_new_tokens=tokens, pad_token_id=2)
        seconds = time.perf_counter() - start
        assert found.shape[1] == len(prompt) + tokens
        return seconds


def main():
    peer = Peer(sys.argv[1])
    operations = {name: getattr(peer, name) for name in ("version", "open", "answer")}
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(operations[request["op"]](request)), flush=True)


if __name__ == "__main__":
    main()
