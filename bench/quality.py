#!/usr/bin/env python3
"""What each type costs in quality, and our quantizer against llama.cpp's, on the small model that
train_small.py trains in f32 (25 minutes, once).

    bench/quality.py [--type T]... [--json] [--record]

Every matrix gets the type, by both quantizers; both files then run in exact mode (f32 activations), so
that the figures are the weights' alone. KL(f32 || type) in nats over text that was held out, mean of
all positions. A K-quant passes when our KL is at most 1.02 times llama.cpp's.

--json: [{"type", "ours", "peer": {"bytes", "ppl", "kl", "top1"}, "ratio", "need", "pass"}]; need is
null for types that have no bar.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import bars  # sets $ASHLAR_BINARY
import models
import peer
from sides import say

# Ours → llama.cpp's name of a file whose matrices are all of that type.
TYPES = {"q8_0": "Q8_0", "q6_k": "Q6_K", "q5_k": "Q5_K_S", "q5_1": "Q5_1", "q5_0": "Q5_0",
         "q4_k": "Q4_K_S", "q4_1": "Q4_1", "q4_0": "Q4_0", "iq4_nl": "IQ4_NL"}
MOST = 1.02
CONTEXT = 512


def quantized(source: Path, kind: str) -> tuple[Path, Path]:
    """(ours, made anew: the encoders may have changed; llama.cpp's, made once)."""
    ours, theirs = (source.with_name(f"small-{kind}.{who}.gguf") for who in ("ashlar", "llama"))
    ours.unlink(missing_ok=True)
    peer.ashlar_json("quantize", source, ours, "--type", kind, "--json", stderr=peer.QUIET)
    if not theirs.exists():
        models.make(peer.llama_python(), "quantize_llama.py", source, f"{TYPES[kind]},pure", theirs)
    return ours, theirs


def measure(source: Path, model: Path) -> dict:
    text = f"{source}.held-out.txt"
    found = peer.ashlar_json("perplexity", "-m", model, "-f", text, "--against", source, "--ctx",
                             CONTEXT, "--precision", "exact", "--json", stderr=peer.QUIET)
    return {"bytes": model.stat().st_size, "ppl": found["ppl"], "kl": found["kl"]["mean"],
            "top1": found["top1"]}


def entry(kind: str, ours: dict, theirs: dict) -> dict:
    ratio, need = ours["kl"] / theirs["kl"], MOST if kind.endswith("_k") else None
    return {"type": kind, "ours": ours, "peer": theirs, "ratio": ratio, "need": need,
            "pass": need is None or ratio <= need}


def row(line: dict) -> str:
    ours, theirs = line["ours"], line["peer"]
    need = f"{line['need']:.2f}" if line["need"] else "–"
    return (f"| {line['type']} | {ours['bytes'] / 1e6:.1f} | {ours['ppl']:.3f} | {theirs['ppl']:.3f} "
            f"| {ours['kl']:.6f} | {theirs['kl']:.6f} | {line['ratio']:.4f} | {need} | "
            f"{'yes' if line['pass'] else 'no'} |")


def section(found: list[dict], ppl: float) -> str:
    lines = "\n".join(map(row, found))
    return f"""
### Quality of quantized types, and our quantizer against llama.cpp's

| type | MB | PPL | PPL, llama.cpp's | KL, nats | KL, llama.cpp's | ratio | at most | passes |
|---|---|---|---|---|---|---|---|---|
{lines}

A Llama-shaped model of 13 M parameters trained by `bench/train_small.py`; its perplexity in f32 is
{ppl:.3f}. Every matrix has the type. {peer.conditions_line(peer.conditions())}. Made by
`bench/quality.py --record`.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--type", action="append", choices=TYPES)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    source, found = models.path_of("small-f32"), []
    for kind in asked.type or TYPES:
        ours, theirs = quantized(source, kind)
        found.append(entry(kind, measure(source, ours), measure(source, theirs)))
        say(f"{kind}: KL {found[-1]['ratio']:.4f} of llama.cpp's")
    text = section(found, measure(source, source)["ppl"])
    print(json.dumps(found) if asked.json else text.strip())
    if asked.record:
        peer.write_section("quality", text)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (peer.PeerMissing, peer.AshlarFailed, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
