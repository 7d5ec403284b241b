// The Simd type on NEON as every ARMv8-A has it: four lanes.
#pragma once

#include <arm_neon.h>
#include <stdint.h>

namespace ashlar::kernels {
namespace {

struct Simd {
  static constexpr int width = 4;
  static constexpr int tiles = 1;              // that the int8 kernels take at once
  static constexpr int queries = 6, sums = 8;  // of attention, at once and in registers
  static constexpr int row_block = 6;  // 24 accumulators, 4 weights, 1 broadcast of 32 registers
  using F = float32x4_t;
  using I = int32x4_t;

  static F zero() { return vdupq_n_f32(0); }
  static F set1(float x) { return vdupq_n_f32(x); }
  static F load(const float* p) { return vld1q_f32(p); }
  static void store(float* p, F x) { vst1q_f32(p, x); }
  static F load_f16(const void* p) { return vcvt_f32_f16(vreinterpret_f16_u16(load_halves(p))); }
  static void store_f16(uint16_t* p, F x) { vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(x))); }
  static F set1_f16(const uint16_t* p) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(*p)));
  }
  static F load_i8(const int8_t* p) {
    int32_t bytes;
    __builtin_memcpy(&bytes, p, sizeof bytes);
    const int16x8_t words = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(bytes)));
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(words)));
  }
  static F load_bf16(const void* p) {
    return vreinterpretq_f32_u32(vshll_n_u16(load_halves(p), 16));
  }
  static F add(F a, F b) { return vaddq_f32(a, b); }
  static F sub(F a, F b) { return vsubq_f32(a, b); }
  static F mul(F a, F b) { return vmulq_f32(a, b); }
  static F div(F a, F b) { return vdivq_f32(a, b); }
  static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
  // The second operand where either is NaN, which vmaxq and vminq don't give.
  static F max(F a, F b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  static F min(F a, F b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
  static F abs(F a) { return vabsq_f32(a); }
  static F select_less(F a, F b, F yes, F no) { return vbslq_f32(vcltq_f32(a, b), yes, no); }
  static float sum(F a) {
    const float32x2_t two = vadd_f32(vget_low_f32(a), vget_high_f32(a));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
  static float largest(F a) { return vmaxvq_f32(a); }

  static I set1_i(int32_t x) { return vdupq_n_s32(x); }
  static I load_i(const void* p) {
    I r;
    __builtin_memcpy(&r, p, sizeof r);
    return r;
  }
  // The low bytes of lanes within ±127.
  static void store_i(void* p, I a) { vst1q_s32(static_cast<int32_t*>(p), a); }
  static void store_i8(int8_t* p, I a) {
    const int16x4_t words = vmovn_s32(a);
    const int8x8_t bytes = vmovn_s16(vcombine_s16(words, words));
    __builtin_memcpy(p, &bytes, width);
  }
  static I add_i(I a, I b) { return vaddq_s32(a, b); }
  static I sub_i(I a, I b) { return vsubq_s32(a, b); }
  static I mul_i(I a, I b) { return vmulq_s32(a, b); }
  static I xor_i(I a, I b) { return veorq_s32(a, b); }
  static I and_i(I a, I b) { return vandq_s32(a, b); }
  static I shift_right(I a, int n) {
    return vreinterpretq_s32_u32(vreinterpretq_u32_s32(a) >> vdupq_n_u32(static_cast<uint32_t>(n)));
  }
  static I shift_left(I a, int n) { return a << vdupq_n_s32(n); }
  static I shift_right_signed(I a, int n) { return a >> vdupq_n_s32(n); }
  static F to_float(I a) { return vcvtq_f32_s32(a); }
  static I as_int(F a) { return vreinterpretq_s32_f32(a); }
  static F as_float(I a) { return vreinterpretq_f32_s32(a); }

  // Four activations in every lane.
  static I quad(const int8_t* x) {
    int32_t bytes;
    __builtin_memcpy(&bytes, x, sizeof bytes);
    return vdupq_n_s32(bytes);
  }
  // A product of a 4-bit weight is at most 15 × 127, so that 2 × 8 of them fit 16 bits.
  struct NibbleSum {
    static constexpr int rows = 2;  // 16 sums, 4 weights, 1 broadcast of 32 registers
    int16x8_t low = vdupq_n_s16(0), high = vdupq_n_s16(0);
    void add(I w, I x, int /*index*/) {
      const int8x16_t weights = vreinterpretq_s8_s32(w), values = vreinterpretq_s8_s32(x);
      low = vmlal_s8(low, vget_low_s8(weights), vget_low_s8(values));
      high = vmlal_high_s8(high, weights, values);
    }
    I total() const { return vpaddlq_s16(vpaddq_s16(low, high)); }
  };
  // A pair of products of 8-bit weights, 2 × 128 × 127, fits 16 bits once.
  using Bytes = I;
  static Bytes bytes(I w) { return w; }
  struct ByteSum {
    static constexpr int rows = 4;  // 16 sums, 4 weights, 1 broadcast, 2 products of 32 registers
    I lanes = vdupq_n_s32(0);
    void add(I w, I x, int /*index*/) {
      const int8x16_t weights = vreinterpretq_s8_s32(w), values = vreinterpretq_s8_s32(x);
      const int16x8_t low = vmull_s8(vget_low_s8(weights), vget_low_s8(values));
      lanes = vpadalq_s16(lanes, vpaddq_s16(low, vmull_high_s8(weights, values)));
      asm("" : "+w"(lanes));  // now: GCC would gather more products than there are registers
    }
    I total(int32_t /*sum of x*/) const { return lanes; }
  };

 private:
  static uint16x4_t load_halves(const void* p) {
    uint16x4_t r;
    __builtin_memcpy(&r, p, sizeof r);
    return r;
  }
};

}  // namespace
}  // namespace ashlar::kernels
