// A prompt that an earlier engine has read, in another life of the process, isn't read again.
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/engine/rig.h"
#include "tests/support/temp_folder.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::FakeBackend;
using test::letters;
using test::prompt;

class EnginePrefixStore : public test::TempFolder {
 protected:
  // An engine of its own over the folder; `rows` gets what it computed in all.
  Output answer(const Request& request, std::size_t* rows = nullptr, std::uint32_t blocks = 64) {
    base::ThreadPool pool(2);
    auto backend = std::make_unique<FakeBackend>(512, blocks);
    FakeBackend& fake = *backend;
    auto engine = *Engine::create(std::move(backend), test::tiny_tokenizer(), pool, {}, nullptr,
                                  *PrefixStore::open({.folder = root(), .identity = "fake"}));
    Output output;
    Request heard = request;
    heard.listener = [&](const Event& e) {
      if (e.output) output = *e.output;
    };
    EXPECT_TRUE(engine->submit(std::move(heard)));
    std::size_t computed = 0;
    while (engine->step()) computed += fake.rows;
    if (rows) *rows = computed + fake.rows;
    EXPECT_EQ(engine->load().free_blocks, blocks);
    return output;
  }
};

TEST_F(EnginePrefixStore, AfterARestartAPromptBeginsBehindWhatWasKept) {
  const Request request = prompt(std::string(200, 'q'), 3, 20);
  const Output cold = answer(request);
  EXPECT_EQ(cold.cached_tokens, 0u);
  std::size_t rows = 0;
  const Output hot = answer(request, &rows);
  expect_same(hot, cold);
  EXPECT_EQ(hot.cached_tokens, 192u);
  EXPECT_EQ(rows, 200u - 192u + 19u);
}

TEST_F(EnginePrefixStore, AnswersAreKeptToo) {
  const Request first = prompt("hello", 3, 200);
  const Output said = answer(first);
  Request second = prompt("hello", 4, 5);
  second.prompt.insert(second.prompt.end(), said.ids.begin(), said.ids.end());
  second.prompt.push_back(test::letter('x'));
  const std::size_t whole = (second.prompt.size() - 2) / 64 * 64;
  EXPECT_EQ(answer(second).cached_tokens, whole);
}

TEST_F(EnginePrefixStore, OnlyWhatIsAlikeIsTaken) {
  answer(prompt(std::string(130, 'q') + std::string(70, 'r'), 3, 5));
  const Request other = prompt(std::string(130, 'q') + std::string(70, 's'), 3, 5);
  const Output found = answer(other);
  EXPECT_EQ(found.cached_tokens, 128u);
  test::Rig plain;
  expect_same(found, *plain.only(other).output);
}

TEST_F(EnginePrefixStore, ADamagedBlockIsComputedAnew) {
  const Request request = prompt(std::string(300, 'q'), 3, 20);
  const Output cold = answer(request);
  std::size_t damaged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root())) {
    if (!entry.is_regular_file() || ++damaged % 2 == 0) continue;
    std::string bytes = *base::read_file(entry.path());
    bytes[bytes.size() / 2] ^= 1;
    test::spill(entry.path(), bytes);
  }
  EXPECT_GT(damaged, 2u);
  for (int i = 0; i < 2; ++i) expect_same(answer(request), cold);
  EXPECT_EQ(answer(request).cached_tokens, 256u) << "mended by then";
}

TEST_F(EnginePrefixStore, LittleMemoryIsEnough) {
  const Request request = prompt(std::string(300, 'q'), 3, 50);
  const Output cold = answer(request, nullptr, 8);
  answer(prompt(std::string(300, 'z'), 3, 50), nullptr, 8);
  const Output hot = answer(request, nullptr, 8);
  expect_same(hot, cold);
  EXPECT_EQ(hot.cached_tokens, 256u);
}

}  // namespace
}  // namespace ashlar::engine
