// An engine over the fake model, and what its requests came to.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "tests/engine/fake_backend.h"

namespace ashlar::test {

using engine::EngineOptions;
using engine::Event;
using engine::Output;
using engine::Request;
using engine::RequestId;
using engine::TokenId;

class Rig {
 public:
  explicit Rig(EngineOptions options = {}, std::uint32_t context = 512, std::uint32_t blocks = 64,
               std::unique_ptr<engine::PrefixStore> store = nullptr)
      : pool(2) {
    auto owned = std::make_unique<FakeBackend>(context, blocks);
    backend = owned.get();
    std::unique_ptr<FakeBackend> guesser;
    if (options.speculation == engine::Speculation::draft) {
      guesser = std::make_unique<FakeBackend>(context, blocks);
      guesser->base_ms = 0;
      draft = guesser.get();
    }
    engine = *engine::Engine::create(std::move(owned), tiny_tokenizer(), pool, options,
                                     std::move(guesser), std::move(store));
  }

  struct Result {
    std::optional<Output> output;  // of choice 0
    std::optional<engine::Choices> choices;
    std::optional<Error> error;
    std::string streamed;  // of choice 0
    std::vector<TokenId> ids;
    std::vector<std::uint32_t> prefilled;
    std::map<std::uint32_t, std::string> texts;  // streamed, of each choice
  };

  RequestId submit(Request request) {
    request.listener = [this](const Event& e) { hear(e); };
    return engine->submit(std::move(request)).value();
  }
  void run() {
    while (engine->step()) {
    }
  }
  Result only(Request request) {
    const RequestId id = submit(std::move(request));
    run();
    return results[id];
  }

  base::ThreadPool pool;
  FakeBackend* backend;
  FakeBackend* draft = nullptr;  // with Speculation::draft
  std::unique_ptr<engine::Engine> engine;
  std::map<RequestId, Result> results;

 private:
  void hear(const Event& e) {
    Result& r = results[e.request];
    EXPECT_FALSE(r.choices || r.error) << "an event after the end";
    r.texts[e.choice] += e.text;
    r.streamed = r.texts[0];
    if (e.kind == Event::Kind::token && e.choice == 0) r.ids.push_back(e.id);
    if (e.kind == Event::Kind::prefill) r.prefilled.push_back(e.prefilled);
    if (e.kind == Event::Kind::ended && e.choice == 0) r.output = *e.output;
    if (e.kind == Event::Kind::finished) r.choices = *e.choices;
    if (e.kind == Event::Kind::failed) r.error = *e.error;
  }
};

inline Request prompt(std::string_view text, std::uint64_t seed = 1,
                      std::uint32_t max_tokens = 20) {
  Request request;
  request.prompt = letters(text);
  request.sampling.seed = seed;
  request.sampling.max_tokens = max_tokens;
  return request;
}

// The same answer, to the last bit of its numbers.
inline void expect_same(const Output& a, const Output& b) {
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.logprobs, b.logprobs);
  EXPECT_EQ(a.greedy, b.greedy);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.finish_reason, b.finish_reason);
}

// Makes the model say exactly these tokens after the prompt.
inline void say(Rig& rig, std::size_t prompt_length, std::vector<TokenId> script) {
  rig.backend->tamper = [=](const FakeBackend::Tokens& tokens, std::vector<float>& logits) {
    const std::size_t at = tokens.size() - prompt_length;
    if (at < script.size()) logits[script[at]] = 1000;
  };
}

}  // namespace ashlar::test
