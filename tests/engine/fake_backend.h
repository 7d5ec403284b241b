// A model that is a hash: the logits of a row are a function of all tokens up to it, read back
// through the KV blocks. A wrong block, position or token changes them, and every promise that the
// engine makes to a backend is checked. An adapter marks every token that it writes.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "engine/backend.h"
#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::test {

inline std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

class FakeBackend final : public engine::Backend {
 public:
  using Tokens = std::vector<tokenizer::TokenId>;
  static constexpr std::uint32_t kBlock = model::KvCache::kBlockTokens;

  FakeBackend(std::uint32_t context, std::uint32_t blocks) : context_(context), cells_(blocks) {}

  // Logits of the token after `tokens`: what forward() must come to.
  static std::vector<float> logits_after(std::span<const tokenizer::TokenId> tokens) {
    std::uint64_t hash = 1;
    for (const auto token : tokens) hash = mix(hash ^ token);
    std::vector<float> logits(kTinyVocabulary);
    for (std::size_t id = 0; id < logits.size(); ++id)
      logits[id] = static_cast<float>(mix(hash + id) % 8000) / 1000 - 4;
    return logits;
  }

  // What an adapter's KV remembers of a token.
  static tokenizer::TokenId marked(tokenizer::TokenId id, const model::Adapter* adapter) {
    return adapter ? id + 1000 * static_cast<tokenizer::TokenId>(adapter->key().id) : id;
  }

  std::uint32_t vocabulary() const override { return kTinyVocabulary; }
  std::uint32_t context() const override { return context_; }
  std::uint32_t blocks() const override { return static_cast<std::uint32_t>(cells_.size()); }

  Result<std::span<const float>> forward(std::span<const model::Run> runs,
                                         const model::Abandoned& abandoned) override {
    ++steps;
    if (during_step) during_step();
    for (int layer = 0; layer < layers; ++layer) {
      if (abandoned()) return fail(ErrorKind::cancelled, "abandoned", "fake");
      ++layers_run;
      if (after_layer) after_layer(layer);
    }
    if (broken) return fail(ErrorKind::internal, "the backend is broken", "fake");
    check_nobody_writes_what_others_hold(runs);
    out_.clear();
    rows = 0;
    for (const model::Run& run : runs) forward_run(run);
    all_rows += rows;
    return std::span<const float>(out_);
  }
  double forward_ms() const override { return kStepCost + static_cast<double>(rows); }
  void copy_block(model::BlockId from, model::BlockId to) override {
    ++copies;
    cells_.at(to) = cells_.at(from);
  }

  static constexpr double kStepCost = 16;  // rows that a step costs before its first
  int layers = 2, layers_run = 0;
  std::function<void(int layer)> after_layer;
  std::span<std::byte> block_bytes(model::BlockId block) override {
    return std::as_writable_bytes(std::span(cells_.at(block)));
  }

  double step_ms(std::uint32_t step_rows) const override { return base_ms + step_rows; }

  double base_ms = 7;  // of a step's time, beside 1 ms for each row
  std::function<void()> during_step;
  bool broken = false;
  std::function<void(const Tokens&, std::vector<float>&)> tamper;  // with a row's logits
  int steps = 0;
  std::size_t rows = 0;  // of the last step
  std::size_t all_rows = 0;
  int copies = 0;  // of blocks

 private:
  void forward_run(const model::Run& run) {
    ASSERT_GT(run.tokens.size(), 0u);
    ASSERT_LE(run.start + run.tokens.size(), context_);
    ASSERT_LE(run.start + run.tokens.size(), run.blocks.size() * kBlock);
    Tokens tokens;
    for (std::uint32_t p = 0; p < run.start; ++p) tokens.push_back(cell(run, p));
    for (std::size_t row = 0; row < run.tokens.size(); ++row) {
      tokens.push_back(marked(run.tokens[row], run.adapter));
      cell(run, static_cast<std::uint32_t>(tokens.size() - 1)) = tokens.back();
      ++rows;
      const bool last = row + 1 == run.tokens.size();
      if (run.logits == model::LogitsWanted::all ||
          (run.logits == model::LogitsWanted::last && last))
        append_logits(tokens);
    }
  }

  void append_logits(const Tokens& tokens) {
    auto logits = logits_after(tokens);
    if (tamper) tamper(tokens, logits);
    out_.insert(out_.end(), logits.begin(), logits.end());
  }

  tokenizer::TokenId& cell(const model::Run& run, std::uint32_t position) {
    return cells_.at(run.blocks[position / kBlock])[position % kBlock];
  }

  // Whole blocks may be shared by those who read them.
  static void check_nobody_writes_what_others_hold(std::span<const model::Run> runs) {
    std::map<model::BlockId, int> holders;
    for (const auto& run : runs)
      for (const auto block : run.blocks) ++holders[block];
    for (const auto& run : runs)
      for (const auto block : run.blocks.subspan(run.start / kBlock))
        EXPECT_EQ(holders[block], 1) << "block " << block << " is written and lent twice";
  }

  std::uint32_t context_;
  std::vector<std::array<tokenizer::TokenId, kBlock>> cells_;
  std::vector<float> out_;
};

}  // namespace ashlar::test
