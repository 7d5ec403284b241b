#include "server/model_card.h"

#include <gtest/gtest.h>

#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

using ModelCardTest = test::TempFolder;

std::string small_model(std::uint32_t file_type) {
  return test::GgufBuilder()
      .string("general.architecture", "llama")
      .string("general.license", "mit")
      .u32("general.file_type", file_type)
      .strings("tokenizer.ggml.tokens", {"a", "b"})
      .tensor_f32("output_norm.weight", {4}, {1, 2, 3, 4})
      .build();
}

TEST(ParameterSize, IsShort) {
  EXPECT_EQ(parameter_size(134'515'008), "134.52M");
  EXPECT_EQ(parameter_size(7'000'000'000), "7.0B");
  EXPECT_EQ(parameter_size(12'345), "12K");
  EXPECT_EQ(parameter_size(999), "999");
}

TEST_F(ModelCardTest, SaysWhatTheFileSays) {
  const auto path = root() / "m.gguf";
  test::spill(path, small_model(15));
  ModelCards cards;
  const auto card = cards.of(path);
  ASSERT_TRUE(card) << card.error().line();
  EXPECT_EQ((*card)->architecture, "llama");
  EXPECT_EQ((*card)->license, "mit");
  EXPECT_EQ((*card)->quantization, "Q4_K_M");
  EXPECT_EQ((*card)->parameters, 4u);
  EXPECT_EQ((*card)->chat_template, "");
  EXPECT_EQ((*card)->metadata["general.file_type"], 15);
  EXPECT_TRUE((*card)->metadata["tokenizer.ggml.tokens"].is_null());
  EXPECT_EQ((*card)->sha256.size(), 64u);
  EXPECT_EQ(*cards.of(path), *card) << "the same one while the file stays";
}

TEST_F(ModelCardTest, AnUnnamedTypeIsThatOfTheBytes) {
  const auto path = root() / "m.gguf";
  test::spill(path, small_model(4711));
  ModelCards cards;
  const auto first = cards.of(path);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->quantization, "F32");
  test::spill(path, small_model(1) + std::string(64, '\0'));
  const auto second = cards.of(path);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->quantization, "F16") << "another file has another card";
  EXPECT_FALSE(cards.of(root() / "none"));
}

}  // namespace
}  // namespace ashlar::server
