// Elementary functions from IEEE operations alone, so that every machine gives the same bits: libm
// picks variants by CPU. Accurate to a few units in the last place; no errno, no exceptions.
#pragma once

#include <span>

namespace ashlar::kernels {

double exp_f64(double x);
double log_f64(double x);            // x > 0; 0 gives -inf, negative gives NaN
double pow_f64(double x, double y);  // x > 0
double sin_f64(double x);            // |x| < 2^20
double cos_f64(double x);            // |x| < 2^20

// log Σ exp(logits[i]): the maximum is taken out, f32 terms are summed in id order in fixed chunks
// of 1,024 (16 lanes, then a tree), the chunks in f64. NaN if any logit is NaN.
double log_sum_exp(std::span<const float> logits);

// out[i] = exp((logits[i] - shift) × scale), f32; the weights of a softmax when shift is the
// maximum and scale 1 / temperature. REQUIRES: equal sizes, scale ≥ 0.
void exp_scaled(std::span<const float> logits, float shift, float scale, std::span<float> out);

}  // namespace ashlar::kernels
