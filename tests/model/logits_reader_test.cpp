#include "model/logits_reader.h"

#include <gtest/gtest.h>

#include "tests/model/tiny_llama.h"
#include "tests/support/temp_folder.h"

namespace ashlar::model {
namespace {

class LogitsReaderTest : public test::TempFolder {
 protected:
  LogitsReaderTest() : pool_(1) { put("/tiny.gguf", test::TinyLlama{}.file()); }

  Result<LogitsReader> open(std::uint32_t positions) {
    return LogitsReader::open(root() / "tiny.gguf", Precision::fast, positions, pool_);
  }
  static std::vector<float> copy(Result<std::span<const float>> logits) {
    return {logits->begin(), logits->end()};
  }

  base::ThreadPool pool_;
};

const std::vector<TokenId> kIds = {3, 1, 4, 1, 5, 9, 2, 6};

TEST_F(LogitsReaderTest, InPiecesAndAgainItSaysTheSame) {
  LogitsReader reader = open(100).value();
  const auto whole = copy(reader.extend(kIds));
  ASSERT_EQ(whole.size(), kIds.size() * reader.vocabulary());
  reader.restart();
  std::vector<float> pieces = copy(reader.extend(std::span(kIds).first(3)));
  for (const float logit : copy(reader.extend(std::span(kIds).subspan(3)))) pieces.push_back(logit);
  EXPECT_EQ(pieces, whole);
}

TEST_F(LogitsReaderTest, HasRoomForWhatWasAskedAndTheContextAtMost) {
  LogitsReader reader = open(5).value();
  EXPECT_TRUE(reader.extend(std::span(kIds).first(5)));
  EXPECT_EQ(reader.extend(std::span(kIds).first(1)).error().kind, ErrorKind::too_large);
  EXPECT_EQ(open(1'000'000)->positions(), test::TinyLlama{}.context);
}

// Heads of 16 aren't whole blocks of 32.
TEST_F(LogitsReaderTest, StoresKeysAndValuesAsAskedOrSaysWhyNot) {
  test::TinyLlama wide;
  wide.head_width = 32;
  put("/wide.gguf", wide.file());
  const auto logits_with = [&](std::optional<KvDtype> kv) {
    auto reader = LogitsReader::open(root() / "wide.gguf", Precision::fast, 100, pool_, kv).value();
    return copy(reader.extend(kIds));
  };
  EXPECT_EQ(logits_with({}), logits_with(KvDtype::f16));
  EXPECT_NE(logits_with({}), logits_with(KvDtype::q8_0));
  const auto refused =
      LogitsReader::open(root() / "tiny.gguf", Precision::fast, 100, pool_, KvDtype::q8_0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
}

TEST_F(LogitsReaderTest, RefusesIdsOutsideTheVocabulary) {
  const std::vector<TokenId> ids = {test::TinyLlama{}.vocabulary};
  EXPECT_EQ(open(5)->extend(ids).error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::model
