// Against the definitions, with libm in double over the logits of the real SmolLM2-135M-Instruct
// and of a copy with one norm's weights changed.
#include "llm/perplexity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/file.h"
#include "model/logits_reader.h"
#include "tests/model/tiny_llama.h"
#include "tests/support/fixtures.h"
#include "tests/support/temp_folder.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {
namespace {

using tokenizer::TokenId;

constexpr const char* kText =
    "The sea was calm in the morning, and the boats went out one after another. In the evening a "
    "storm came from the north; three of them were not seen again until the following summer.";

std::vector<TokenId> ids_of(std::string_view text) {
  const auto file = formats::Gguf::open(test::smollm2());
  return tokenizer::Tokenizer::from_gguf(*file).value()->encode(text, {.add_special = false});
}

// log softmax of each position of a window, by the textbook.
std::vector<std::vector<double>> log_softmaxes(const std::filesystem::path& path,
                                               std::span<const TokenId> window) {
  base::ThreadPool pool(2);
  auto reader = model::LogitsReader::open(path, model::Precision::fast, 64, pool).value();
  const auto logits = reader.extend(window).value();
  std::vector<std::vector<double>> rows;
  for (std::size_t row = 0; row < window.size(); ++row) {
    const auto own = logits.subspan(row * reader.vocabulary(), reader.vocabulary());
    double sum = 0;
    for (const float logit : own) sum += std::exp(double{logit});
    rows.emplace_back();
    for (const float logit : own) rows.back().push_back(logit - std::log(sum));
  }
  return rows;
}

class PerplexityTest : public test::TempFolder {
 protected:
  void SetUp() override { ASHLAR_NEEDS_SMOLLM2(); }

  // The model with the first weights of its last norm halved.
  std::filesystem::path changed_copy() {
    const auto file = formats::Gguf::open(test::smollm2()).value();
    const auto norm = file.find_tensor("output_norm.weight")->data;
    const std::string_view old(reinterpret_cast<const char*>(norm.data()), norm.size());
    std::string bytes = base::read_file(test::smollm2()).value();
    const std::size_t at = bytes.find(old);
    auto* weights = reinterpret_cast<float*>(bytes.data() + at);
    for (int i = 0; i < 40; ++i) weights[i] *= 0.5f;
    test::spill(root() / "changed.gguf", bytes);
    return root() / "changed.gguf";
  }
};

TEST_F(PerplexityTest, IsTheExponentialOfTheMeanOverWindowsFromTheirSecondToken) {
  const auto ids = ids_of(kText);
  std::vector<double> nll;
  for (std::size_t first = 0; first < ids.size(); first += 16) {
    const auto window =
        std::span(ids).subspan(first, std::min<std::size_t>(16, ids.size() - first));
    const auto rows = log_softmaxes(test::smollm2(), window);
    for (std::size_t i = 0; i + 1 < window.size(); ++i) nll.push_back(-rows[i][window[i + 1]]);
  }
  double mean = 0, variance = 0;
  const auto count = static_cast<double>(nll.size());
  for (const double value : nll) mean += value / count;
  for (const double value : nll) variance += (value - mean) * (value - mean) / (count - 1);

  const auto found = perplexity({.model = test::smollm2(), .context = 16, .chunk = 5}, kText);
  EXPECT_EQ(found->tokens, nll.size());
  EXPECT_NEAR(found->ppl, std::exp(mean), 1e-5 * found->ppl);
  EXPECT_NEAR(found->standard_error, std::exp(mean) * std::sqrt(variance / count), 1e-4);
  EXPECT_FALSE(found->divergence);
}

TEST_F(PerplexityTest, DivergenceIsFromTheReferenceToTheModel) {
  const auto other = changed_copy();
  const auto ids = ids_of(kText);
  const auto q = log_softmaxes(other, ids), p = log_softmaxes(test::smollm2(), ids);
  std::vector<double> kl;
  double same = 0;
  for (std::size_t row = 0; row + 1 < ids.size(); ++row) {
    kl.push_back(0);
    for (std::size_t id = 0; id < p[row].size(); ++id)
      kl.back() += std::exp(p[row][id]) * (p[row][id] - q[row][id]);
    same += std::ranges::max_element(p[row]) - p[row].begin() ==
            std::ranges::max_element(q[row]) - q[row].begin();
  }
  double mean = 0;
  for (const double value : kl) mean += value / static_cast<double>(kl.size());
  std::ranges::sort(kl);

  const auto found = perplexity({.model = other, .against = test::smollm2(), .context = 64}, kText);
  ASSERT_TRUE(found->divergence);
  EXPECT_GT(mean, 1e-3);
  EXPECT_NEAR(found->divergence->mean, mean, 1e-6);
  EXPECT_GE(found->divergence->p99, kl[kl.size() - 2] - 1e-6);
  EXPECT_LE(found->divergence->p99, kl.back() + 1e-6);
  EXPECT_EQ(found->divergence->same_top1, same / static_cast<double>(kl.size()));
}

TEST_F(PerplexityTest, AModelIsNotFarFromItself) {
  const auto found = perplexity({.model = test::smollm2(), .against = test::smollm2()}, kText);
  EXPECT_EQ(found->divergence->mean, 0);
  EXPECT_EQ(found->divergence->same_top1, 1);
}

TEST_F(PerplexityTest, ChunksAndThreadsChangeNothing) {
  const PerplexityRequest request{.model = test::smollm2(), .threads = 2, .context = 20};
  PerplexityRequest other = request;
  other.threads = 1;
  other.chunk = 3;
  EXPECT_EQ(perplexity(request, kText)->ppl, perplexity(other, kText)->ppl);
}

TEST_F(PerplexityTest, RefusesWhatItCannotMeasure) {
  const auto kind = [](std::string_view text, std::uint32_t context = 16) {
    return perplexity({.model = test::smollm2(), .context = context}, text).error().kind;
  };
  EXPECT_EQ(kind("\xff"), ErrorKind::bad_input);
  EXPECT_EQ(kind(""), ErrorKind::bad_input);
  EXPECT_EQ(kind("a"), ErrorKind::bad_input);
  EXPECT_EQ(kind(kText, 1), ErrorKind::bad_input);
  EXPECT_EQ(kind(kText, 1'000'000), ErrorKind::too_large);
}

class BrokenModel : public test::TempFolder {};

TEST_F(BrokenModel, TokensThatTheWeightsDontHaveAreRefused) {
  test::TinyLlama shape;
  shape.vocabulary = 16;
  auto builder = shape.builder();
  std::vector<std::string> tokens;
  for (char c = 'a'; c <= 'z'; ++c) tokens.emplace_back(1, c);
  builder.string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "gpt-2");
  builder.strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", {});
  builder.i32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(tokens.size(), 1));
  put("/broken.gguf", builder.build());
  const PerplexityRequest request{.model = root() / "broken.gguf", .context = 8};
  EXPECT_TRUE(perplexity(request, "abcabc"));
  const auto refused = perplexity(request, "abz");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("token 25"));
}

TEST_F(PerplexityTest, TellsHowFarItIsAndStopsWhenAsked) {
  std::stop_source stop;
  std::vector<std::uint64_t> seen;
  PerplexityRequest request{.model = test::smollm2(), .context = 16, .stop = stop.get_token()};
  request.on_progress = [&](std::uint64_t done, std::uint64_t) {
    seen.push_back(done);
    if (seen.size() == 2) stop.request_stop();
  };
  EXPECT_EQ(perplexity(request, kText).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{15, 30}));
}

}  // namespace
}  // namespace ashlar::llm
