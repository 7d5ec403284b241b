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
  EXPECT_THAT(numbers, ElementsAre(0, 1, 2, 3, 8, 30));
  EXPECT_EQ(find_codec(12), nullptr);
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
