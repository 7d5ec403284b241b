"""A small Llama-shaped model that has learnt something, in f32, for the quality of quantizers: rows are
multiples of 256, so that K-quants fit, which no file of ours has.

    .venv-peers/torch/bin/python bench/train_small.py OUT [--minutes M]

13 M parameters and a byte-level BPE of 4,096 tokens, trained from seed 1 on the first nine tenths of
tiny-shakespeare and WikiText-2 valid ($ASHLAR_TEST_DATA/text); the last tenths are written to
OUT.held-out.txt. Stops after M minutes (default 25) or 2,000 steps. Writes OUT, a GGUF.
"""
import argparse
import gzip
import json
import math
import os
import sys
import time
from pathlib import Path

import gguf
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "oracle")]

import places
import reference

END, VOCABULARY = "<|endoftext|>", 4096
WIDTH, FEED_FORWARD, LAYERS, HEADS, KV_HEADS = 512, 1280, 4, 8, 4
ROWS, WINDOW, STEPS, WARMUP, RATE = 8, 256, 2000, 50, 1e-3
EPSILON, ROPE_BASE = 1e-5, 10000.0


def texts() -> tuple[list[str], list[str]]:
    """What is trained on, and what is held out."""
    folder = places.data_path() / "text"
    both = [(folder / "tiny-shakespeare.txt").read_text(),
            gzip.decompress((folder / "wikitext-2-valid.txt.gz").read_bytes()).decode()]
    cuts = [len(text) * 9 // 10 for text in both]
    return ([text[:cut] for text, cut in zip(both, cuts)],
            [text[cut:] for text, cut in zip(both, cuts)])


def train_tokenizer(known: list[str]) -> Tokenizer:
    """As SmolLM2's: digits apart, then GPT-2's pattern over bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(known, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=[END], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def build_model() -> LlamaForCausalLM:
    torch.manual_seed(1)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=FEED_FORWARD,
        num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_key_value_heads=KV_HEADS,
        max_position_embeddings=2048, rms_norm_eps=EPSILON, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE}))


def rate_of(done: float) -> float:
    """The learning rate's factor when a share of the run is done: a cosine down to a tenth."""
    return 0.1 + 0.45 * (1 + math.cos(math.pi * min(done, 1.0)))


def train(model, ids: torch.Tensor, minutes: float) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.95), weight_decay=0.1)
    begin = time.monotonic()
    for step in range(STEPS):
        spent = (time.monotonic() - begin) / (60 * minutes)
        if spent >= 1:
            break
        factor = rate_of(max(spent, step / STEPS)) * min(1.0, (step + 1) / WARMUP)
        for group in optimizer.param_groups:
            group["lr"] = RATE * factor
        starts = torch.randint(len(ids) - WINDOW, (ROWS,))
        batch = torch.stack([ids[start:start + WINDOW] for start in starts])
        loss = model(batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step}: loss {loss.item():.3f}", file=sys.stderr, flush=True)


def to_interleaved(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """The inverse of reference.to_half_split: GGUF's llama tensors want rope's pairs side by side."""
    out_width, in_width = rows.shape
    halves = rows.reshape(heads, 2, out_width // heads // 2, in_width)
    return halves.swapaxes(1, 2).reshape(out_width, in_width)


def write_metadata(writer: gguf.GGUFWriter, tokenizer: Tokenizer):
    writer.add_name("13 M parameters, trained to be quantized")
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(VOCABULARY)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    found = gguf_vocabulary(tokenizer.to_str())
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(found["pieces"])
    writer.add_token_types([gguf.TokenType.CONTROL if piece == END else gguf.TokenType.NORMAL
                            for piece in found["pieces"]])
    writer.add_token_merges(found["merges"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)


def gguf_vocabulary(trained: str) -> dict:
    """Pieces in the order of their ids, and merges as "left right", of a tokenizer's JSON."""
    model = json.loads(trained)["model"]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    return {"pieces": pieces, "merges": [" ".join(pair) for pair in model["merges"]]}


def write_model(path: str, model, tokenizer: Tokenizer):
    partial = path + ".partial"
    writer = gguf.GGUFWriter(partial, "llama")
    write_metadata(writer, tokenizer)
    state = model.state_dict()
    heads = {"attn_q": HEADS, "attn_k": KV_HEADS}
    names = [*reference.OUTER_NAMES, *(f"blk.{i}.{name}" for i in range(LAYERS)
                                      for name in reference.LAYER_NAMES)]
    for name in names:
        values = state[reference.transformers_name(name + ".weight")].float()
        kind = name.split(".")[-1]
        if kind in heads:
            values = to_interleaved(values, heads[kind])
        writer.add_tensor(name + ".weight", values.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("--minutes", type=float, default=25)
    asked = arguments.parse_args()
    known, held_out = texts()
    tokenizer = train_tokenizer(known)
    ids = torch.tensor([i for text in known for i in tokenizer.encode(text).ids])
    model = build_model()
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters, {len(ids)} tokens",
          file=sys.stderr)
    train(model.train(), ids, asked.minutes)
    Path(asked.out + ".held-out.txt").write_text("\n".join(held_out))
    write_model(asked.out, model.eval(), tokenizer)


if __name__ == "__main__":
    main()
