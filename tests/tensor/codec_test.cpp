// The table of types, and one block of each decoded by hand. Real rows are compared with another
// implementation in codec_oracle_test.py.
#include "tensor/codec.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "tests/support/gguf_builder.h"

namespace ashlar::tensor {
namespace {

using test::put;
using ::testing::ElementsAre;

// REQUIRES: `block` is whole blocks.
std::vector<float> decoded(const Codec& codec, const std::string& block) {
  const std::size_t blocks = block.size() / codec.block_bytes;
  std::vector<float> values(blocks * codec.block_elements);
  codec.dequantize(test::bytes_of(block).data(), values.data(), blocks);
  return values;
}

std::string half(float value) {
  std::string bytes;
  put(bytes, f32_to_f16(value));
  return bytes;
}

TEST(Codecs, AreFoundByTheirNumberInAFile) {
  std::set<std::uint32_t> numbers;
  for (const Codec& codec : codecs()) {
    EXPECT_EQ(find_codec(codec.gguf_type), &codec);
    EXPECT_EQ(&codec_of(codec.dtype), &codec);
    EXPECT_TRUE(numbers.insert(codec.gguf_type).second) << codec.name;
  }
  EXPECT_THAT(numbers, ElementsAre(0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 20, 30));
  EXPECT_EQ(find_codec(31), nullptr);
  EXPECT_EQ(codec_of(Dtype::q4_1).name, "Q4_1");
}

TEST(Codecs, CountBytesInBlocks) {
  EXPECT_EQ(codec_of(Dtype::f32).bytes_for(3), 12u);
  EXPECT_EQ(codec_of(Dtype::f16).bytes_for(3), 6u);
  EXPECT_EQ(codec_of(Dtype::bf16).bytes_for(3), 6u);
  EXPECT_EQ(codec_of(Dtype::q4_0).bytes_for(64), 36u);
  EXPECT_EQ(codec_of(Dtype::q4_1).bytes_for(64), 40u);
  EXPECT_EQ(codec_of(Dtype::q8_0).bytes_for(64), 68u);
}

TEST(Codecs, NoBlocksIsNothingRead) {
  for (const Codec& codec : codecs()) codec.dequantize(nullptr, nullptr, 0);
}

TEST(Codecs, PlainFloats) {
  std::string f32, bf16;
  put(f32, 1.25f);
  put(f32, -3.0f);
  put<std::uint16_t>(bf16, 0x3FC0);
  EXPECT_THAT(decoded(codec_of(Dtype::f32), f32), ElementsAre(1.25f, -3.0f));
  EXPECT_THAT(decoded(codec_of(Dtype::f16), half(0.5f) + half(-2)), ElementsAre(0.5f, -2.0f));
  EXPECT_THAT(decoded(codec_of(Dtype::bf16), bf16), ElementsAre(1.5f));
}

// Low nibbles are the first half of a block, high ones the second; 8 stands for zero.
TEST(Codecs, Q4_0) {
  std::string nibbles(16, '\x88');
  nibbles[0] = '\xF0';
  nibbles[15] = '\x19';
  const auto values = decoded(codec_of(Dtype::q4_0), half(0.5f) + nibbles);
  EXPECT_EQ(values[0], -4.0f);
  EXPECT_EQ(values[16], 3.5f);
  EXPECT_EQ(values[15], 0.5f);
  EXPECT_EQ(values[31], -3.5f);
  EXPECT_EQ(values[7], 0.0f);
}

TEST(Codecs, Q4_1) {
  std::string nibbles(16, '\0');
  nibbles[3] = '\xA1';
  const auto values = decoded(codec_of(Dtype::q4_1), half(2) + half(-5) + nibbles);
  EXPECT_EQ(values[0], -5.0f);
  EXPECT_EQ(values[3], -3.0f);
  EXPECT_EQ(values[19], 15.0f);
}

TEST(Codecs, Q8_0) {
  std::string bytes(32, '\0');
  bytes[0] = '\x80';
  bytes[31] = '\x7F';
  const auto values = decoded(codec_of(Dtype::q8_0), half(0.25f) + bytes);
  EXPECT_EQ(values[0], -32.0f);
  EXPECT_EQ(values[1], 0.0f);
  EXPECT_EQ(values[31], 31.75f);
}

// Bit i of the four bytes is worth 16 in element i.
TEST(Codecs, Q5_0AndQ5_1) {
  std::string fifth(4, '\0'), nibbles(16, '\0');
  fifth[0] = '\x02', fifth[3] = '\x80';
  nibbles[1] = '\x03', nibbles[15] = '\xF0';
  const auto signed_values = decoded(codec_of(Dtype::q5_0), half(2) + fifth + nibbles);
  EXPECT_EQ(signed_values[0], -32.0f);
  EXPECT_EQ(signed_values[1], 6.0f);
  EXPECT_EQ(signed_values[31], 30.0f);
  const auto values = decoded(codec_of(Dtype::q5_1), half(2) + half(1) + fifth + nibbles);
  EXPECT_EQ(values[0], 1.0f);
  EXPECT_EQ(values[1], 39.0f);
  EXPECT_EQ(values[31], 63.0f);
}

// Sub-block 0 has its scale and minimum in bytes 0 and 4, sub-block 7 in bytes 3, 7 and 11.
TEST(Codecs, Q4_KAndQ5_K) {
  std::string scales(12, '\0'), fifth(32, '\0'), nibbles(128, '\0');
  scales[0] = 3, scales[4] = 5;
  scales[3] = '\xC0', scales[7] = '\x40', scales[11] = '\x21';  // 0x31 and 0x12
  nibbles[0] = '\x07', nibbles[127] = '\xF0', fifth[31] = '\x80';
  const std::string head = half(0.5f) + half(2) + scales;
  const auto four = decoded(codec_of(Dtype::q4_k), head + nibbles);
  EXPECT_EQ(four[0], 0.5f * 3 * 7 - 2.0f * 5);
  EXPECT_EQ(four[255], 0.5f * 0x31 * 15 - 2.0f * 0x12);
  const auto five = decoded(codec_of(Dtype::q5_k), head + fifth + nibbles);
  EXPECT_EQ(five[0], four[0]);
  EXPECT_EQ(five[255], 0.5f * 0x31 * 31 - 2.0f * 0x12);
}

TEST(Codecs, Q6_K) {
  std::string low(128, '\0'), high(64, '\0'), scales(16, '\x01');
  low[127] = '\xA0', high[63] = '\xC0', scales[15] = '\xFE';
  const auto values = decoded(codec_of(Dtype::q6_k), low + high + scales + half(0.5f));
  EXPECT_EQ(values[0], -16.0f);
  EXPECT_EQ(values[255], 0.5f * -2 * (0x3A - 32));
}

TEST(Codecs, IQ4_NL) {
  std::string nibbles(16, '\0');
  nibbles[0] = '\xF8';
  const auto values = decoded(codec_of(Dtype::iq4_nl), half(2) + nibbles);
  EXPECT_EQ(values[0], 2.0f);
  EXPECT_EQ(values[1], -254.0f);
  EXPECT_EQ(values[16], 226.0f);
}

TEST(Codecs, BlocksFollowOneAnother) {
  const std::string first = half(1) + std::string(16, '\x99');
  const std::string second = half(3) + std::string(16, '\x66');
  const auto values = decoded(codec_of(Dtype::q4_0), first + second);
  ASSERT_EQ(values.size(), 64u);
  EXPECT_EQ(values[31], 1.0f);
  EXPECT_EQ(values[32], -6.0f);
}

}  // namespace
}  // namespace ashlar::tensor
