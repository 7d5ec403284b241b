"""Mask engines as peers: llguidance and XGrammar walk the tokens that Ashlar's walk took. A process
that answers JSON lines on stdin.

    .venv-peers/structure/bin/python bench/peer_masks.py llguidance|xgrammar TOKENIZER

    {"schema": TEXT, "ids": [[id, …], …]}  →  {"error": null or why there is no matcher,
                                               "stopped": texts that it doesn't let through,
                                               "first": [us, …], "least": [us, …]}
    {"version": true}                      →  {"version"}

A time is of one mask and the step behind it, as Python calls them; `least` of 3 replays, each with a
new matcher. TOKENIZER is a tokenizer.json, or a GGUF file.
"""
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "oracle"))

import reference
import tokenizers
from gguf import GGUFReader
from transformers import PreTrainedTokenizerFast

REPLAYS = 3
ENDS = ("<|im_end|>", "<|end_of_text|>")  # of SmolLM2, of llama3


def tokenizer_of(path: str):
    if path.endswith(".gguf"):
        return reference.load_tokenizer(GGUFReader(path))
    return tokenizers.Tokenizer.from_file(path)


def wrapped(tokenizer) -> PreTrainedTokenizerFast:
    end = next(each for each in ENDS if tokenizer.token_to_id(each) is not None)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=end)


class LlGuidance:
    def __init__(self, tokenizer):
        import llguidance
        import llguidance.hf
        import llguidance.numpy
        self.library = llguidance
        self.tokenizer = llguidance.hf.from_tokenizer(wrapped(tokenizer))
        self.mask = llguidance.numpy.allocate_token_bitmask(1, self.tokenizer.vocab_size)
        self.fill = llguidance.numpy.fill_next_token_bitmask

    def compile(self, schema: str):
        return self.library.LLMatcher.grammar_from_json_schema(
            schema, defaults={"whitespace_flexible": True})

    def matcher(self, compiled):
        made = self.library.LLMatcher(self.tokenizer, compiled, log_level=0)
        if made.is_error():
            raise ValueError(made.get_error())
        return made

    def step(self, matcher, token: int) -> bool:
        self.fill(matcher, self.mask)
        return matcher.consume_token(token)


class XGrammar:
    def __init__(self, tokenizer):
        import xgrammar
        self.library = xgrammar
        info = xgrammar.TokenizerInfo.from_huggingface(wrapped(tokenizer))
        self.compiler = xgrammar.GrammarCompiler(info, max_threads=2, cache_enabled=False)
        self.mask = xgrammar.allocate_token_bitmask(1, info.vocab_size)

    def compile(self, schema: str):
        return self.compiler.compile_json_schema(schema, strict_mode=False, any_order=True)

    def matcher(self, compiled):
        return self.library.GrammarMatcher(compiled)

    def step(self, matcher, token: int) -> bool:
        matcher.fill_next_token_bitmask(self.mask)
        return matcher.accept_token(token)


def walk(engine, compiled, ids: list[int]) -> tuple[list[float], bool]:
    matcher, times = engine.matcher(compiled), []
    for token in ids:
        begin = time.perf_counter()
        allowed = engine.step(matcher, token)
        times.append((time.perf_counter() - begin) * 1e6)
        if not allowed:
            return times, False
    return times, True


def answer(engine, request: dict) -> dict:
    found = {"error": None, "stopped": 0, "first": [], "least": []}
    try:
        compiled = engine.compile(request["schema"])
        for ids in request["ids"]:
            first, through = walk(engine, compiled, ids)
            again = [walk(engine, compiled, ids)[0] for _ in range(REPLAYS - 1)]
            found["stopped"] += not through
            found["first"] += first
            found["least"] += map(min, first, *again)
    except Exception as wrong:  # each engine has its own kinds
        found["error"] = f"{type(wrong).__name__}: {wrong}"[:300]
    return found


def main():
    name, path = sys.argv[1:]
    engine = {"llguidance": LlGuidance, "xgrammar": XGrammar}[name](tokenizer_of(path))
    for line in sys.stdin:
        request = json.loads(line)
        told = {"version": version(name)} if "version" in request else answer(engine, request)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
