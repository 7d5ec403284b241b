"""What this machine could do at best with a model: tokens a second by the bytes that a token must
read and the products that it must make. The limits themselves are measured by `ashlar bench
--roofline`; without them a roofline is None.
"""
from dataclasses import dataclass

import peer


@dataclass
class Work:
    """What one token of a model costs."""
    vocabulary: int
    kind: str               # the type of most of its weights
    weight_bytes: float     # read for each step of decoding, once for the whole batch
    layer_products: float   # multiplications with the layers' weights, for each token
    head_products: float    # and with the output matrix, for each token that is sampled
    kv_bytes: float         # of one position, keys and values in f16
    score_products: float   # attention's multiplications with one position, keys and values


def work_of(inspected: dict) -> Work:
    """From `ashlar inspect --json`."""
    facts = {key.removeprefix("llama."): value for key, value in inspected["metadata"].items()}
    heads, kv_heads = facts["attention.head_count"], facts["attention.head_count_kv"]
    width = facts.get("attention.key_length", facts["embedding_length"] // heads)
    tensors = {t["name"]: t for t in inspected["tensors"]}
    head = "output.weight" if "output.weight" in tensors else "token_embd.weight"
    matrices = [t for name, t in tensors.items() if name.startswith("blk.") and len(t["shape"]) == 2]
    types = {}
    for t in matrices:
        types[t["type"]] = types.get(t["type"], 0) + t["bytes"]
    unread = 0 if head == "token_embd.weight" else tensors["token_embd.weight"]["bytes"]
    return Work(vocabulary=tensors["token_embd.weight"]["shape"][1], kind=max(types, key=types.get),
                weight_bytes=sum(t["bytes"] for t in tensors.values()) - unread,
                layer_products=sum(products(t) for t in matrices),
                head_products=products(tensors[head]),
                kv_bytes=2 * facts["block_count"] * kv_heads * width * 2,
                score_products=2 * facts["block_count"] * heads * width)


def products(tensor: dict) -> float:
    rows, columns = tensor["shape"]
    return rows * columns


@dataclass
class Limits:
    """Of this machine, measured in the same run."""
    read: float   # bytes a second
    int8: float   # products a second of the type's own exact inner loop
    f32: float


def measure(model, kind: str) -> Limits | None:
    """None where the binary has no exact int8 inner loop of its own for the type, or can't measure
    them. The limits are the machine's: of the model only the shapes beside them are."""
    try:
        found = peer.ashlar_json("bench", "-m", model, "--roofline", "--json", stderr=peer.QUIET)
        int8 = found["int8_gmac_s"].get(kind)
        return int8 and Limits(found["read_gb_s"] * 1e9, int8 * 1e9, found["f32_gmac_s"] * 1e9)
    except (peer.AshlarFailed, KeyError, TypeError):
        return None


def decode(work: Work, limits: Limits, context: float, streams: int = 1) -> float:
    """Tokens a second of `streams` together, each having `context` positions on average."""
    bytes_read = work.weight_bytes + streams * context * work.kv_bytes
    made = streams * (work.layer_products + work.head_products)
    return streams / max(bytes_read / limits.read, made / limits.int8)


def prefill(work: Work, limits: Limits, tokens: int) -> float:
    """Tokens a second of a prompt. Up to 512 tokens the int8 inner loop alone, as the bar has it; over
    longer ones attention, in f32, is no trifle."""
    seconds = (work.layer_products + work.head_products / tokens) / limits.int8
    if tokens > 512:
        seconds += work.score_products * tokens / 2 / limits.f32
    return 1 / seconds


def of_task(work: Work, limits: Limits, task) -> dict:
    """Every figure of a sides.Task."""
    context = task.prompt + task.tokens / 2
    if task.streams == 1:
        return {"prefill": prefill(work, limits, task.prompt),
                "decode": decode(work, limits, context)}
    made = task.streams * task.tokens
    seconds = (task.streams * task.prompt / prefill(work, limits, task.prompt) +
               made / decode(work, limits, context, task.streams))
    return {"streams": made / seconds}
