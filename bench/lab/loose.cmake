# What our promise of equal bits costs: the same program, but its compiler may sum in any order, contract
# any product into a sum and use every instruction of the processor at hand. Never shipped; the preset
# "loose" builds it, bench/bars.py holds the product against it ("price of determinism").
set(ASHLAR_LOOSE "-ffast-math;-fno-finite-math-only;-ffp-contract=fast;-march=native")
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:${ASHLAR_LOOSE}>")
