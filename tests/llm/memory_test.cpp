// The prediction's parts. Whether they come true is measured in tests/cli/inspect_test.py.
#include "llm/memory.h"

#include <gmock/gmock.h>

#include "tests/support/fixtures.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::llm {
namespace {

using model::Precision;

TEST(PredictMemory, GrowsWithTheContextInKeysAndValues) {
  ASHLAR_NEEDS_SMOLLM2();
  const auto file = formats::Gguf::open(test::smollm2()).value();
  const auto at = [&](std::uint32_t context, Precision precision = Precision::fast) {
    return predict_memory(file, precision, context).value();
  };
  // SmolLM2-135M: 30 layers × 3 heads × 64 wide, keys and values, two bytes each.
  EXPECT_EQ(at(1024).kv, 1024u * 30 * 3 * 64 * 2 * 2);
  EXPECT_EQ(at(1024, Precision::exact).kv, 2 * at(1024).kv);
  const auto q8_0 = predict_memory(file, Precision::fast, 1024, model::KvDtype::q8_0).value();
  EXPECT_EQ(q8_0.kv, at(1024).kv / 64 * 34) << "32 values and a scale in 34 bytes";
  EXPECT_EQ(q8_0.kv_dtype, model::KvDtype::q8_0);
  EXPECT_EQ(at(0).context, 8192u);
  const MemoryPrediction whole = at(8192);
  EXPECT_EQ(whole.total(), whole.weights + whole.kv + whole.workspace + whole.overhead);
  EXPECT_EQ(at(1024).weights, whole.weights);
}

TEST(PredictMemory, RefusesMoreThanTheModelsContext) {
  ASHLAR_NEEDS_SMOLLM2();
  const auto file = formats::Gguf::open(test::smollm2()).value();
  const auto refused = predict_memory(file, Precision::fast, 8193);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("8193 is over the model's 8192"));
}

TEST(PredictMemory, SaysWhichArchitectureItDoesNotKnow) {
  const std::string bytes = test::GgufBuilder().string("general.architecture", "t5").build();
  const auto file = formats::Gguf::parse(test::bytes_of(bytes), "t5.gguf").value();
  const auto refused = predict_memory(file, Precision::fast);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace ashlar::llm
