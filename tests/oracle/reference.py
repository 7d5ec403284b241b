"""The reference that exact mode is held against: SmolLM2's GGUF weights, dequantized to f32, in
Transformers' LlamaForCausalLM, and its vocabulary in the tokenizers library.

Needs the environment that bench/peers.sh makes for torch (for the tokenizer alone: gguf, tokenizers).
Sources: the GGUF specification for the metadata keys; GGUF's llama tensors hold the rows of q and k
in interleaved rope order, Transformers wants half-split order (see `to_half_split`).
"""
from gguf import GGUFReader
from gguf.quants import dequantize


def load_tokenizer(reader: GGUFReader):
    """tokenizers' byte-level BPE with pre-tokenizer `smollm` (digits apart, then GPT-2's pattern)."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    def metadata(key):
        return reader.fields["tokenizer.ggml." + key].contents()

    assert (metadata("model"), metadata("pre")) == ("gpt2", "smollm")
    pieces, control = metadata("tokens"), 3
    tokenizer = Tokenizer(models.BPE(vocab={piece: i for i, piece in enumerate(pieces)},
                                     merges=[tuple(m.split(" ")) for m in metadata("merges")]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False)
                                  for piece, kind in zip(pieces, metadata("token_type"))
                                  if kind == control])
    return tokenizer


def to_half_split(rows, heads: int):
    """Rows of a head ordered (x0 y0 x1 y1 …), as rope's pairs lie in GGUF, to (x0 x1 … y0 y1 …)."""
    out_width, in_width = rows.shape
    pairs = rows.reshape(heads, out_width // heads // 2, 2, in_width)
    return pairs.swapaxes(1, 2).reshape(out_width, in_width)


LAYER_NAMES = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj"}
OUTER_NAMES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}


def transformers_name(gguf_name: str) -> str:
    parts = gguf_name.removesuffix(".weight").split(".")
    if parts[0] != "blk":
        return OUTER_NAMES[parts[0]] + ".weight"
    return f"model.layers.{parts[1]}.{LAYER_NAMES[parts[2]]}.weight"


def llama_config(reader: GGUFReader):
    from transformers import LlamaConfig

    def metadata(key):
        return reader.fields["llama." + key].contents()

    return LlamaConfig(
        vocab_size=metadata("vocab_size"), hidden_size=metadata("embedding_length"),
        intermediate_size=metadata("feed_forward_length"), num_hidden_layers=metadata("block_count"),
        num_attention_heads=metadata("attention.head_count"),
        num_key_value_heads=metadata("attention.head_count_kv"),
        max_position_embeddings=metadata("context_length"),
        rms_norm_eps=metadata("attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": metadata("rope.freq_base")},
        tie_word_embeddings=True, attention_bias=False, mlp_bias=False, hidden_act="silu")


def load_transformers(reader: GGUFReader):
    """LlamaForCausalLM in f32 with every tensor of the file in it, and no other."""
    import torch
    from transformers import LlamaForCausalLM

    config = llama_config(reader)
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    state = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type)
        kind = tensor.name.split(".")[-2]
        if kind in heads:
            values = to_half_split(values, heads[kind])
        state[transformers_name(tensor.name)] = torch.from_numpy(values.copy()).float()
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = LlamaForCausalLM(config).eval()
    model.load_state_dict(state, strict=True)
    return model.float()


def log_probabilities(model, ids: list[int]):
    """Of every id but the first: its natural log-probability given all before it, f64, and the
    likeliest id in its place.
    """
    import torch

    with torch.inference_mode():
        logits = model(torch.tensor([ids[:-1]])).logits[0]
        logprobs = torch.log_softmax(logits.double(), dim=-1)
    targets = logprobs.gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
    return targets.numpy(), logits.argmax(dim=-1).numpy()
