"""llama.cpp's quantizer: .venv-peers/llama/bin/python bench/quantize_llama.py MODEL TYPE[,pure] OUT

TYPE as llama.cpp names it (Q4_0, Q8_0, Q4_K_S …); the mixture of types is llama.cpp's own, with `pure`
every matrix has the one type. Source of the calls: llama.h.
"""
import os
import sys

import llama_cpp


def main():
    source, kind, out = sys.argv[1:]
    params = llama_cpp.llama_model_quantize_default_params()
    kind, _, mixture = kind.partition(",")
    params.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    params.pure = mixture == "pure"
    partial = out + ".partial"
    if llama_cpp.llama_model_quantize(source.encode(), partial.encode(), params) != 0:
        raise SystemExit(f"llama.cpp can't quantize {source} to {kind}")
    os.replace(partial, out)


if __name__ == "__main__":
    main()
