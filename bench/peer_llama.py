"""llama.cpp as a peer: a process that holds its model and answers JSON lines on stdin.

    .venv-peers/llama/bin/python bench/peer_llama.py MODEL

    {"op": "open", "threads", "flash", "ubatch", "context", "sequences", "kv", "repack"}
                                                                          → {"seconds"}
    {"op": "answer", "ids": [...], "tokens"}                              → {"first", "seconds"}
    {"op": "streams", "prompts": [[...], ...], "tokens"}                  → {"seconds"}, all of it
    {"op": "logits", "ids": [...], "file"}  → {} once the file holds every position's logits
    {"op": "version"}                                                     → {"version", "vocabulary", "system"}

kv: "f16" (default) or "q8_0"; repack: weights reordered at load where llama.cpp can (default). `first`
is the prompt's time, `seconds` that of the tokens after it. Greedy by numpy's argmax; end tokens do not
end anything. Source of the calls: llama.h.
"""
import ctypes
import json
import sys
import time
from importlib.metadata import version

import llama_cpp
import numpy as np


KV_TYPES = {"f16": llama_cpp.GGML_TYPE_F16, "q8_0": llama_cpp.GGML_TYPE_Q8_0}


class Peer:
    def __init__(self, path: str):
        llama_cpp.llama_log_set(QUIET, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.path, self.repack = path, True
        self.model = self.load()
        vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.width = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self.context = self.batch = None
        self.output = {}

    def load(self):
        params = llama_cpp.llama_model_default_params()
        params.use_extra_bufts = self.repack
        return llama_cpp.llama_model_load_from_file(self.path.encode(), params)

    def reload(self, repack: bool):
        llama_cpp.llama_model_free(self.model)
        self.repack = repack
        self.model = self.load()

    def version(self, _request):
        return {"version": version("llama-cpp-python"), "vocabulary": self.width,
                "system": llama_cpp.llama_print_system_info().decode().strip()}

    def open(self, request):
        self.close()
        start = time.perf_counter()
        if request.get("repack", True) != self.repack:
            self.reload(not self.repack)
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = request["context"]
        params.n_batch = params.n_ubatch = request["ubatch"]
        params.n_batch = max(params.n_batch, 512)
        params.n_seq_max = request["sequences"]
        params.n_threads = params.n_threads_batch = request["threads"]
        params.flash_attn_type = int(request["flash"])
        params.type_k = params.type_v = KV_TYPES[request.get("kv", "f16")]
        params.no_perf = True
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        if not self.context:
            raise RuntimeError(f"llama.cpp refuses {request}")
        self.limit = params.n_batch
        self.batch = llama_cpp.llama_batch_init(self.limit, 0, 1)
        return {"seconds": time.perf_counter() - start}

    def close(self):
        if self.context:
            llama_cpp.llama_batch_free(self.batch)
            llama_cpp.llama_free(self.context)
        self.context = None

    def clear(self):
        memory = llama_cpp.llama_get_memory(self.context)
        llama_cpp.llama_memory_clear(memory, True)

    def decode_batch(self, rows):
        """rows: (id, position, sequence, wants logits), at most n_batch of them."""
        batch = self.batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.logits[i] = token, position, wanted
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
        if llama_cpp.llama_decode(self.context, batch) != 0:
            raise RuntimeError("llama_decode failed")

    def logits_of(self, rows: int):
        """The logits of the last batch's rows that wanted them, without a copy."""
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits(self.context),
                                     shape=(rows, self.width))

    def feed(self, ids, sequence=0):
        """A whole prompt; returns the likeliest next id."""
        for first in range(0, len(ids), self.limit):
            part = ids[first:first + self.limit]
            self.decode_batch([(t, first + i, sequence, first + i == len(ids) - 1)
                               for i, t in enumerate(part)])
        return int(self.logits_of(1)[0].argmax())

    def answer(self, request):
        self.clear()
        ids, begin = request["ids"], time.perf_counter()
        token = self.feed(ids)
        start = time.perf_counter()
        for i in range(request["tokens"] - 1):
            self.decode_batch([(token, len(ids) + i, 0, True)])
            token = int(self.logits_of(1)[0].argmax())
        return {"first": start - begin, "seconds": time.perf_counter() - start}

    def streams(self, request):
        """Prompts packed into full batches, then one token of each a step."""
        self.clear()
        prompts = request["prompts"]
        start = time.perf_counter()
        rows = [(token, i, s, i == len(ids) - 1)
                for s, ids in enumerate(prompts) for i, token in enumerate(ids)]
        tokens = []
        for first in range(0, len(rows), self.limit):
            part = rows[first:first + self.limit]
            self.decode_batch(part)
            ends = sum(wanted for *_, wanted in part)
            if ends:
                tokens += self.logits_of(ends).argmax(axis=1).tolist()
        for i in range(request["tokens"] - 1):
            self.decode_batch([(t, len(prompts[s]) + i, s, True) for s, t in enumerate(tokens)])
            tokens = self.logits_of(len(prompts)).argmax(axis=1).tolist()
        return {"seconds": time.perf_counter() - start}

    def logits(self, request):
        self.clear()
        ids, path = request["ids"], request["file"]
        if path not in self.output:
            self.output[path] = np.memmap(path, dtype="<f4", mode="r+").reshape(-1, self.width)
        self.decode_batch([(token, i, 0, True) for i, token in enumerate(ids)])
        self.output[path][:len(ids)] = self.logits_of(len(ids))
        return {}


@llama_cpp.llama_log_callback
def QUIET(_level, _text, _data):
    pass


def main():
    peer = Peer(sys.argv[1])
    operations = {name: getattr(peer, name)
                  for name in ("version", "open", "answer", "streams", "logits")}
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(operations[request["op"]](request)), flush=True)


if __name__ == "__main__":
    main()
