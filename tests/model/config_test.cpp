// What a file must say to be run, and what is refused by name rather than run wrongly.
#include "model/config.h"

#include <gtest/gtest.h>

#include "model/model.h"
#include "tests/model/tiny_llama.h"

namespace ashlar::model {
namespace {

using test::TinyLlama;

Error error_of(const std::string& bytes) {
  base::ThreadPool pool(1);
  auto file = formats::Gguf::parse(test::bytes_of(bytes), "tiny.gguf");
  if (!file) return file.error();
  const auto model = Model::load(std::move(*file), Precision::fast, pool);
  return model ? Error{ErrorKind::internal, "loaded", "", ""} : model.error();
}

TEST(Config, ReadsTheShape) {
  const std::string bytes = TinyLlama{}.file();
  const auto file = formats::Gguf::parse(test::bytes_of(bytes), "tiny");
  const auto config = Config::from_gguf(*file);
  ASSERT_TRUE(config) << config.error().line();
  EXPECT_EQ(config->layers, 2u);
  EXPECT_EQ(config->kv_heads, 2u);
  EXPECT_EQ(config->head_width, 16u);
  EXPECT_EQ(config->vocabulary, 50u);
  EXPECT_TRUE(config->tied_embedding);
}

TEST(Config, RefusesAnotherArchitectureByName) {
  const Error error = error_of(test::GgufBuilder().string("general.architecture", "mamba").build());
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_NE(error.message.find("mamba"), std::string::npos);
}

TEST(Config, RefusesWhatChangesTheForwardPass) {
  const Error experts = error_of(TinyLlama{}.builder().u32("llama.expert_count", 8).build());
  EXPECT_NE(experts.message.find("expert_count"), std::string::npos);
  const Error scaling =
      error_of(TinyLlama{}.builder().string("llama.rope.scaling.type", "yarn").build());
  EXPECT_NE(scaling.message.find("yarn"), std::string::npos);
  const Error bias = error_of(
      TinyLlama{}.builder().tensor_f32("blk.0.attn_q.bias", {64}, std::vector<float>(64)).build());
  EXPECT_EQ(bias.kind, ErrorKind::unsupported);
  EXPECT_NE(bias.message.find("blk.0.attn_q.bias"), std::string::npos);
}

TEST(Config, NamesAMissingTensor) {
  TinyLlama shape;
  for (const char* name : {"blk.1.ffn_down.weight", "output_norm.weight", "token_embd.weight"}) {
    shape.without = name;
    const Error error = error_of(shape.file());
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << name;
    EXPECT_NE(error.message.find(name), std::string::npos) << error.line();
  }
}

TEST(Config, NamesATensorOfTheWrongShape) {
  TinyLlama shape;
  shape.without = "blk.0.attn_norm.weight";
  const std::string bytes =
      shape.builder().tensor_f32("blk.0.attn_norm.weight", {32}, std::vector<float>(32)).build();
  const Error error = error_of(bytes);
  EXPECT_NE(error.message.find("blk.0.attn_norm.weight is 32"), std::string::npos) << error.line();
}

TEST(Config, RefusesAbsurdNumbersBeforeAllocating) {
  TinyLlama shape;
  for (std::uint32_t TinyLlama::* field :
       {&TinyLlama::layers, &TinyLlama::heads, &TinyLlama::kv_heads, &TinyLlama::context}) {
    TinyLlama absurd = shape;
    absurd.*field = 0;  // builder() writes no tensors for 0 layers; the key is refused first
    EXPECT_NE(error_of(absurd.file()).message, "loaded");
  }
  const Error huge = error_of(test::GgufBuilder()
                                  .string("general.architecture", "llama")
                                  .u32("llama.block_count", 0xffffffff)
                                  .build());
  EXPECT_NE(huge.message.find("llama.block_count"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::model
