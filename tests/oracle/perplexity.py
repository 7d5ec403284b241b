"""What Transformers f32 with SmolLM2's dequantized weights says of the text on stdin:
{"ppl", "ppl_se", "tokens"} over windows of CONTEXT tokens, each scored from its second.

    .venv-peers/torch/bin/python tests/oracle/perplexity.py CONTEXT
"""
import json
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import places
import reference


def main():
    context = int(sys.argv[1])
    reader = reference.GGUFReader(places.model_path())
    ids = reference.load_tokenizer(reader).encode(sys.stdin.buffer.read().decode()).ids
    model = reference.load_transformers(reader)
    windows = [ids[first:first + context] for first in range(0, len(ids), context)]
    nll = -np.concatenate([reference.log_probabilities(model, window)[0]
                           for window in windows if len(window) > 1])
    ppl = math.exp(nll.mean())
    print(json.dumps({"ppl": ppl, "ppl_se": ppl * float(nll.std(ddof=1)) / math.sqrt(len(nll)),
                      "tokens": len(nll)}))


main()
