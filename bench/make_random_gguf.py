"""A GGUF of architecture `llama` with random weights and the dimensions of a known model: for speed
and memory, which the values of weights do not change.

    .venv-peers/torch/bin/python bench/make_random_gguf.py SHAPE TYPE MODEL OUT

SHAPE: llama-3.2-1b or qwen3-4b (no rope scaling, no q/k norm; tied embeddings). TYPE: F16, Q8_0,
Q4_1, Q4_0, by PyPI gguf's own quantizer. Every layer has the same tensors, so that they are drawn and
quantized once. The vocabulary is MODEL's, padded with unused tokens. Source: the GGUF specification.
"""
import argparse
import os
from dataclasses import dataclass

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, LlamaFileType, TokenType, quants


@dataclass
class Shape:
    """What the model cards' config.json say."""
    width: int
    layers: int
    heads: int
    kv_heads: int
    head: int  # width of one head
    feed_forward: int
    vocabulary: int
    rope_base: float
    norm_epsilon: float


SHAPES = {
    "llama-3.2-1b": Shape(2048, 16, 32, 8, 64, 8192, 128256, 500000.0, 1e-5),
    "qwen3-4b": Shape(2560, 36, 32, 8, 128, 9728, 151936, 1000000.0, 1e-6)}
CONTEXT = 8192


def write_config(writer: GGUFWriter, shape: Shape, kind: GGMLQuantizationType):
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(LlamaFileType[f"MOSTLY_{kind.name}"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def write_tokenizer(writer: GGUFWriter, source: GGUFReader, vocabulary: int):
    def of(key):
        return source.fields["tokenizer.ggml." + key].contents()

    padding = vocabulary - len(of("tokens"))
    writer.add_tokenizer_model(of("model"))
    writer.add_tokenizer_pre(of("pre"))
    writer.add_token_list(of("tokens") + [f"<|unused_{i}|>" for i in range(padding)])
    writer.add_token_types(of("token_type") + [TokenType.UNUSED] * padding)
    writer.add_token_merges(of("merges"))
    writer.add_bos_token_id(of("bos_token_id"))
    writer.add_eos_token_id(of("eos_token_id"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(source.fields["tokenizer.chat_template"].contents())


def random_rows(generator, rows: int, columns: int, kind):
    """Drawn and quantized 4,096 rows at a time: an embedding in f32 would be gigabytes."""
    parts = []
    for first in range(0, rows, 4096):
        part = generator.standard_normal((min(4096, rows - first), columns), dtype=np.float32)
        parts.append(quants.quantize(part / np.float32(columns ** 0.5), kind))
    return np.concatenate(parts)


def layer_tensors(generator, shape: Shape, kind) -> dict:
    q, kv = shape.heads * shape.head, shape.kv_heads * shape.head
    sizes = {"attn_q": (q, shape.width), "attn_k": (kv, shape.width), "attn_v": (kv, shape.width),
             "attn_output": (shape.width, q), "ffn_gate": (shape.feed_forward, shape.width),
             "ffn_up": (shape.feed_forward, shape.width),
             "ffn_down": (shape.width, shape.feed_forward)}
    return {name: random_rows(generator, *size, kind) for name, size in sizes.items()}


def write_tensors(writer: GGUFWriter, shape: Shape, kind):
    generator = np.random.default_rng(1)
    ones = np.ones(shape.width, dtype=np.float32)
    # As llama.cpp does: a tied embedding is the output matrix too, and kept at 8 bits.
    embedding = kind if kind == GGMLQuantizationType.F16 else GGMLQuantizationType.Q8_0
    writer.add_tensor("token_embd.weight",
                      random_rows(generator, shape.vocabulary, shape.width, embedding),
                      raw_dtype=embedding)
    layer = layer_tensors(generator, shape, kind)
    for i in range(shape.layers):
        writer.add_tensor(f"blk.{i}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{i}.ffn_norm.weight", ones)
        for name, data in layer.items():
            writer.add_tensor(f"blk.{i}.{name}.weight", data, raw_dtype=kind)
    writer.add_tensor("output_norm.weight", ones)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("shape", choices=SHAPES)
    arguments.add_argument("type", choices=["F16", "Q8_0", "Q4_1", "Q4_0"])
    arguments.add_argument("model", help="whose tokenizer it gets")
    arguments.add_argument("out")
    asked = arguments.parse_args()
    shape, kind = SHAPES[asked.shape], GGMLQuantizationType[asked.type]
    partial = asked.out + ".partial"
    writer = GGUFWriter(partial, "llama")
    writer.add_name(f"random weights, dimensions of {asked.shape}")
    write_config(writer, shape, kind)
    write_tokenizer(writer, GGUFReader(asked.model), shape.vocabulary)
    write_tensors(writer, shape, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, asked.out)


if __name__ == "__main__":
    main()
