// Adapters as requests see them: chosen one by one, never mixed, and alive as long as they are
// used.
#include <gtest/gtest.h>

#include "model/adapter.h"
#include "tests/engine/rig.h"
#include "tests/model/tiny_adapter.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::prompt;
using test::Rig;

class EngineAdapter : public test::TempFolder {
 protected:
  // One that has an id; what it holds is nobody's business here.
  std::shared_ptr<const model::Adapter> adapter(std::uint64_t seed = 1) {
    const std::string base = test::TinyLlama().file();
    const auto file = formats::Gguf::parse(test::bytes_of(base), "tiny").value();
    test::TinyAdapter{.seed = seed}.save_peft(root());
    return *model::Adapter::load(root(), *model::Config::from_gguf(file), model::Precision::fast);
  }
  static Request with(std::shared_ptr<const model::Adapter> adapter, const std::string& text,
                      std::uint64_t seed = 1) {
    Request request = prompt(text, seed);
    request.sampling.logprobs = 2;
    request.adapter = std::move(adapter);
    return request;
  }
};

TEST_F(EngineAdapter, TwoAdaptersAndNoneShareNoBlock) {
  const auto one = adapter(), two = adapter();
  const std::string text(200, 'q');
  Rig rig;
  std::vector<Output> cold;
  for (const auto& which : {one, two, std::shared_ptr<const model::Adapter>()}) {
    cold.push_back(*rig.only(with(which, text)).output);
    EXPECT_EQ(cold.back().cached_tokens, 0u);
    expect_same(cold.back(), *Rig().only(with(which, text)).output);
  }
  EXPECT_NE(cold[0].logprobs, cold[1].logprobs);
  EXPECT_NE(cold[0].logprobs, cold[2].logprobs);
  const Output again = *rig.only(with(one, text)).output;
  EXPECT_EQ(again.cached_tokens, 192u);
  expect_same(again, cold[0]);
}

TEST_F(EngineAdapter, WhatOneGetsDoesNotDependOnItsMatesAdapters) {
  const auto one = adapter(), two = adapter();
  Rig rig({.max_sequences = 5, .chunk = 40, .speculation = Speculation::ngram}, 512, 30);
  std::vector<Request> requests;
  std::vector<RequestId> ids;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const auto which = i % 3 == 0 ? one : i % 3 == 1 ? two : nullptr;
    requests.push_back(with(which, std::string(60 + i * 11 % 90, 'a'), i));
    ids.push_back(rig.submit(requests.back()));
  }
  rig.run();
  for (std::size_t i = 0; i < requests.size(); ++i)
    expect_same(*rig.results[ids[i]].output, *Rig().only(requests[i]).output);
}

// A store finds what this very adapter wrote, and serves it to nobody else.
TEST_F(EngineAdapter, OnDiskEachHasItsOwnBlocks) {
  const auto one = adapter(1), two = adapter(2);
  const std::string text(200, 'q');
  for (const std::uint32_t cached : {0u, 192u})
    for (const auto& which : {one, two, std::shared_ptr<const model::Adapter>()}) {
      Rig rig({}, 512, 64,
              PrefixStore::open({.folder = root() / "store", .identity = "fake"}).value());
      const Output output = *rig.only(with(which, text)).output;
      EXPECT_EQ(output.cached_tokens, cached);
      expect_same(output, *Rig().only(with(which, text)).output);
    }
}

TEST_F(EngineAdapter, ARequestKeepsItsAdapterToItsEndAndNoLonger) {
  auto dropped = adapter();
  const std::weak_ptr<const model::Adapter> watched = dropped;
  Rig rig;
  const RequestId id = rig.submit(with(std::move(dropped), "abc"));
  rig.engine->step();
  EXPECT_FALSE(watched.expired());
  rig.run();
  EXPECT_TRUE(rig.results[id].output);
  EXPECT_TRUE(watched.expired());
}

TEST_F(EngineAdapter, ACancelledRequestLetsItGo) {
  auto dropped = adapter();
  const std::weak_ptr<const model::Adapter> watched = dropped;
  Rig rig({.max_sequences = 1});
  rig.submit(prompt("first"));
  const RequestId id = rig.submit(with(std::move(dropped), "waits"));
  rig.engine->step();
  rig.engine->cancel(id);
  rig.run();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace ashlar::engine
