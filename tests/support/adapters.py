"""LoRA adapters for SmolLM2-135M as PEFT saves them, made from their names alone (SHAKE-256), so that
none of their megabytes is kept. Standard library alone.
"""
import array
import hashlib
import json
import re
import struct
from pathlib import Path

LAYERS, WIDTH, HEADS, KV_WIDTH, FF_WIDTH = 30, 576, 9, 192, 1536
LINEARS = {  # [out][in]
    "self_attn.q_proj": (WIDTH, WIDTH), "self_attn.k_proj": (KV_WIDTH, WIDTH),
    "self_attn.v_proj": (KV_WIDTH, WIDTH), "self_attn.o_proj": (WIDTH, WIDTH),
    "mlp.gate_proj": (FF_WIDTH, WIDTH), "mlp.up_proj": (FF_WIDTH, WIDTH),
    "mlp.down_proj": (WIDTH, FF_WIDTH)}


def plain_rank(layer: int, linear: str) -> int:
    return 8 if linear in ("self_attn.q_proj", "self_attn.v_proj") else 0


def patterned_rank(layer: int, linear: str) -> int:
    if linear == "mlp.down_proj":
        return 4
    return 24 if linear == "self_attn.k_proj" and layer >= 20 else 16


def some_layers_rank(layer: int, linear: str) -> int:
    return 8 if re.fullmatch("3|1[0-9]", str(layer)) and linear in (
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.up_proj") else 0


def every_rank(layer: int, linear: str) -> int:
    return 16


# Of each kind: the dtype of its tensors, the rank of each linear (0: none), and what its
# configuration says of that.
KINDS = {
    "plain": ("F32", plain_rank, {"r": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"]}),
    "rslora": ("F16", patterned_rank, {
        "r": 16, "lora_alpha": 8, "use_rslora": True, "target_modules": "all-linear",
        "rank_pattern": {"mlp.down_proj": 4, r"layers\.2\d\.self_attn\.k_proj": 24},
        "alpha_pattern": {"q_proj": 2, r".*\.3\.mlp\.gate_proj": 1}}),
    "some_layers": ("BF16", some_layers_rank, {
        "r": 8, "lora_alpha": 24,
        "target_modules": r"model\.layers\.(?:3|1\d)\.(?:self_attn\.[qkv]_proj|mlp\.up_proj)"}),
    "every": ("F16", every_rank, {"r": 16, "lora_alpha": 16, "target_modules": "all-linear"}),
}


def numbers(name: str, count: int) -> list[float]:
    """Multiples of 2^-12 from -2^-5 up to 2^-5: F32, F16 and BF16 hold them exactly."""
    return [value * 2.0**-12 for value in
            array.array("b", hashlib.shake_256(name.encode()).digest(count))]


def encoded(values: list[float], dtype: str) -> bytes:
    if dtype == "F16":
        return struct.pack(f"<{len(values)}e", *values)
    floats = struct.pack(f"<{len(values)}f", *values)
    if dtype == "F32":
        return floats
    halves = array.array("H", floats)  # bfloat16 is the upper half of each
    return halves[1::2].tobytes()


def tensors(kind: str, variant: str = ""):
    """(linear's place, "A" or "B", shape, values) of every tensor of an adapter."""
    _, rank_of, _ = KINDS[kind]
    for layer in range(LAYERS):
        for linear, (rows, width) in LINEARS.items():
            rank = rank_of(layer, linear)
            if rank == 0:
                continue
            for matrix, shape in (("A", (rank, width)), ("B", (rows, rank))):
                name = f"{variant}{kind} {layer} {linear} {matrix}"
                yield (layer, linear), matrix, shape, numbers(name, shape[0] * shape[1])


def write_peft(kind: str, folder: Path, variant: str = ""):
    """`variant` sets adapters of one kind apart."""
    dtype, _, fields = KINDS[kind]
    header, data = {}, bytearray()
    for (layer, linear), matrix, shape, values in tensors(kind, variant):
        begin = len(data)
        data += encoded(values, dtype)
        header[f"base_model.model.model.layers.{layer}.{linear}.lora_{matrix}.weight"] = {
            "dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    (folder / "adapter_config.json").write_text(json.dumps(
        {"peft_type": "LORA", "task_type": "CAUSAL_LM", "bias": "none", "inference_mode": True,
         "lora_dropout": 0.0, **fields}))
