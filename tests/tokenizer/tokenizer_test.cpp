#include "tokenizer/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <thread>

#include "base/json.h"
#include "base/utf8.h"
#include "tests/support/fixtures.h"
#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<TokenId>;

TEST(Tokenizer, AnUnknownModelIsRefusedByName) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.model = "llama";
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("'llama'"));
  EXPECT_EQ(error.where, "built: tokenizer.ggml.model");
}

TEST(Tokenizer, AnUnknownPretokenizerIsRefusedByName) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.pre = "qwen2";
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("'qwen2'"));
  EXPECT_EQ(error.where, "built: tokenizer.ggml.pre");
}

TEST(Tokenizer, ASpacePrefixIsRefused) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.switches = {{"add_space_prefix", true}};
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.where, HasSubstr("add_space_prefix"));
}

TEST(Tokenizer, ThePretokenizerOfTheFileCutsTheText) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId twelve = small.merge("1", "2");
  EXPECT_THAT(small.load()->encode("12"), ElementsAre(twelve));
  small.pre = "smollm";
  EXPECT_THAT(small.load()->encode("12"), ElementsAre('1', '2'));
}

TEST(Tokenizer, BytesWithoutATokenAreDroppedAndCounted) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.tokens[0x04] = "<gone>";
  small.types[0x04] = 3;
  const Encoding encoding = small.load()->encode_with_losses("a\x04\x04z");
  EXPECT_THAT(encoding.ids, ElementsAre('a', 'z'));
  EXPECT_EQ(encoding.dropped_bytes, 2u);
}

TEST(Tokenizer, ASpecialTokenSpelledAsAByteIsNotThatByte) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.types['a'] = 3;
  EXPECT_THAT(small.load()->encode("ab"), ElementsAre('b'));
  EXPECT_THAT(small.load()->encode("ab", {.parse_special = true}), ElementsAre('a', 'b'));
}

TEST(Tokenizer, DecodingSkipsSpecialTokensOrSpellsThem) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId control = small.add("<s>", 3), unknown = small.add("<unk>", 2),
                defined = small.add("<tool>", 4);
  const Ids ids = {control, 'a', unknown, defined};
  EXPECT_EQ(small.load()->decode(ids), "a<tool>");
  EXPECT_EQ(small.load()->decode(ids, false), "<s>a<unk><tool>");
}

RC_GTEST_PROP(Tokenizer, AnyTextComesBack, (const std::string& bytes)) {
  static const auto tokenizer = [] {
    SmallVocabulary small = SmallVocabulary::of_bytes();
    for (const char* pair : {"ab", "cd", "ef"}) small.merge({pair[0]}, {pair[1]});
    small.add("<tool>", 4);
    return small.load();
  }();
  const std::string text = base::repair_utf8(bytes).text;
  const Encoding encoding = tokenizer->encode_with_losses(text);
  RC_ASSERT(encoding.dropped_bytes == 0u);
  RC_ASSERT(tokenizer->decode(encoding.ids) == text);
}

// --- the real vocabulary; ids are compared with the reference in oracle_test.py ---------------

std::shared_ptr<const Tokenizer> real_tokenizer() {
  static const auto tokenizer = [] {
    const auto file = formats::Gguf::open(test::smollm2());
    EXPECT_TRUE(file) << file.error().line();
    auto loaded = Tokenizer::from_gguf(*file);
    EXPECT_TRUE(loaded) << loaded.error().line();
    return *loaded;
  }();
  return tokenizer;
}

TEST(RealTokenizer, IsThatOfSmolLM2) {
  ASHLAR_NEEDS_SMOLLM2();
  const auto tokenizer = real_tokenizer();
  EXPECT_EQ(tokenizer->size(), 49152u);
  EXPECT_EQ(tokenizer->bos(), 1u);
  EXPECT_EQ(tokenizer->eos(), 2u);
  EXPECT_TRUE(tokenizer->ends_generation(2));
  EXPECT_EQ(tokenizer->find("<|im_start|>"), 1u);
  EXPECT_THAT(tokenizer->encode("Hello  world 12 é"),
              ElementsAre(19556, 216, 905, 216, 33, 34, 26411));
  EXPECT_THAT(tokenizer->encode("<|im_end|>\n", {.parse_special = true}), ElementsAre(2, 198));
}

// The bytes of SmolLM2's vocabulary that have no token.
std::string without_missing_bytes(std::string text) {
  std::erase_if(text, [](char c) {
    constexpr std::string_view kMissing = "\x04\x06\x13\x14\x16\x1D\xF1\xF2";
    return kMissing.find(c) != std::string_view::npos;
  });
  return text;
}

TEST(RealTokenizer, EdgeCasesComeBackWholeAndStreamed) {
  ASHLAR_NEEDS_SMOLLM2();
  ASHLAR_NEEDS_DATA();
  const auto tokenizer = real_tokenizer();
  std::ifstream file(test::data() / "text" / "tokenizer-edge-cases.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const auto edge = base::parse_json(line, "edge case");
    ASSERT_TRUE(edge) << edge.error().line();
    std::string bytes = edge->value("text", "");
    const std::string hex = edge->value("hex", "");
    for (std::size_t i = 0; i < hex.size(); i += 2)
      bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    const std::string text = base::repair_utf8(bytes).text;
    for (const bool parse : {false, true}) {
      const Encoding encoding = tokenizer->encode_with_losses(text, {.parse_special = parse});
      const std::string kept = without_missing_bytes(text);
      EXPECT_EQ(tokenizer->decode(encoding.ids, false), kept) << edge->at("id");
      EXPECT_EQ(encoding.dropped_bytes, text.size() - kept.size()) << edge->at("id");

      StreamDecoder decoder(*tokenizer);
      std::string streamed;
      for (const TokenId id : encoding.ids) streamed += decoder.push(id);
      streamed += decoder.finish();
      EXPECT_EQ(streamed, base::repair_utf8(tokenizer->decode(encoding.ids)).text);
    }
  }
  EXPECT_EQ(cases, 96);
}

// Quadratic time would not end within the test's time limit.
TEST(RealTokenizer, TenMegabytesWithoutASpaceComeBack) {
  ASHLAR_NEEDS_SMOLLM2();
  std::string text;
  for (std::uint32_t state = 1; text.size() < 10'000'000;) {
    state = state * 1664525 + 1013904223;
    text.push_back(static_cast<char>('a' + (state >> 24) % 26));
  }
  const Ids ids = real_tokenizer()->encode(text);
  EXPECT_LT(ids.size(), text.size() / 2 + text.size() / 4);
  EXPECT_EQ(real_tokenizer()->decode(ids), text);
}

TEST(RealTokenizer, IsSharedBetweenThreads) {
  ASHLAR_NEEDS_SMOLLM2();
  const std::string text = "One tokenizer, many threads: 12345 – ok? " + std::string(200, 'x');
  const Ids expected = real_tokenizer()->encode(text);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) EXPECT_EQ(real_tokenizer()->encode(text), expected);
    });
}

}  // namespace
}  // namespace ashlar::tokenizer
