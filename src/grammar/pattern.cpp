#include "grammar/pattern.h"

#include <fmt/format.h>

#include <mutex>

#include "grammar/regex_language.h"
#include "grammar/shown.h"

namespace ashlar::grammar {
namespace {

Result<std::unique_ptr<RegexSearch>> make_search(const std::string& pattern,
                                                 std::size_t most_memory, std::uint64_t& steps) {
  ASHLAR_ASSIGN(Regex regex, parse_regex(pattern));
  ASHLAR_ASSIGN(ByteNfa nfa,
                make_byte_nfa(anywhere(std::move(regex), false), ByteNfa::Kind::found));
  steps += nfa.states.size();
  return regex_search(std::move(nfa), most_memory);
}

}  // namespace

struct Pattern::Kept {
  explicit Kept(std::shared_ptr<PatternMemory> shared) : memory(std::move(shared)) {}
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    if (search) ++memory->left;
  }

  // With the mutex locked. False: none can be kept.
  bool open(const std::string& pattern, std::uint64_t& steps) {
    if (search) return true;
    if (is_large) return false;
    std::uint32_t left = memory->left;
    do {
      if (left == 0) return false;
    } while (!memory->left.compare_exchange_weak(left, left - 1));
    auto made = make_search(pattern, PatternMemory::kBytesOfOne, steps);
    if (made) search = std::move(*made);
    if (!made) give_up();
    return made.has_value();
  }
  void give_up() {
    is_large = true;
    search.reset();
    ++memory->left;
  }

  std::mutex mutex;
  std::unique_ptr<RegexSearch> search;
  bool is_large = false;
  std::shared_ptr<PatternMemory> memory;
};

Result<Pattern> Pattern::compile(std::string_view text, std::string_view where,
                                 std::shared_ptr<PatternMemory> memory) {
  if (const auto regex = parse_regex(text); !regex)
    return fail(regex.error().kind,
                fmt::format("the pattern '{}': {}", shown(text), regex.error().message),
                std::string(where), regex.error().mend);
  Pattern pattern;
  pattern.text_ = text;
  pattern.kept_ = std::make_shared<Kept>(std::move(memory));
  return pattern;
}

Result<bool> Pattern::search(std::string_view text, std::uint64_t* steps) const {
  std::uint64_t taken = 0;
  const auto told = [&](Result<bool> found) {
    if (steps) *steps = taken;
    return found;
  };
  {
    const std::lock_guard lock(kept_->mutex);
    if (kept_->open(text_, taken)) {
      if (auto found = kept_->search->search(text, taken)) return told(std::move(found));
      kept_->give_up();
    }
  }
  auto search = make_search(text_, kMostRegexMemory, taken);
  auto found = search ? (*search)->search(text, taken) : tl::unexpected(search.error());
  if (found) return told(std::move(found));
  return told(fail(found.error().kind,
                   fmt::format("the pattern '{}' on a text of {} bytes: {}", shown(text_),
                               text.size(), found.error().message),
                   {}, "simplify the pattern"));
}

}  // namespace ashlar::grammar
