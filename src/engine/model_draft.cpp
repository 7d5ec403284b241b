#include "engine/model_draft.h"

#include <algorithm>
#include <set>

#include "engine/logprobs.h"

namespace ashlar::engine {
namespace {

constexpr std::uint32_t kBlock = model::KvCache::kBlockTokens;

// Until it was measured: a draft takes a quarter of the model's time.
constexpr double kFirstShare = 0.25;

// Tokens that may be read for `allowance` steps of the model's time, `share` being a step of ours:
// a token among many takes about a quarter of a step, those of the last guesses are always read.
std::size_t may_read(double allowance, double share) {
  constexpr double kLeast = 16, kMost = 1e6, kReading = 0.25;
  return static_cast<std::size_t>(kLeast +
                                  std::min(kMost, std::max(0.0, allowance) / (kReading * share)));
}

std::size_t common_length(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

void ModelDraft::drop_ended(std::span<const Ask> asks) {
  std::set<SequenceKey> alive;
  for (const Ask& ask : asks) alive.insert(ask.sequence);
  std::erase_if(readers_, [&](const auto& entry) {
    const bool ended = !alive.contains(entry.first);
    if (ended) pool_.release(entry.second.blocks);
    return ended;
  });
}

ModelDraft::Reader* ModelDraft::reader_of(const Ask& ask) {
  const auto known = readers_.find(ask.sequence);
  if (known != readers_.end()) return &known->second;
  const std::uint32_t positions = std::min(ask.positions, backend_->context());
  if (ask.tokens.size() >= positions) return nullptr;
  auto loan = pool_.lend(ask.tokens.first(ask.tokens.size() - 1), positions);
  if (!loan) return nullptr;
  const auto read = ask.tokens.first(loan->filled);
  return &(readers_[ask.sequence] = {
               {read.begin(), read.end()}, std::move(loan->blocks), loan->filled / kBlock});
}

// Who can be caught up with by reading `most_read` tokens goes back to the last token that is the
// sequence's own and plans what to read from there: the newest token in any case, as the guesses
// come from its logits.
std::vector<ModelDraft::Guessing> ModelDraft::begin(std::span<Ask> asks, std::uint32_t count,
                                                    std::size_t most_read) {
  std::vector<Guessing> all;
  std::size_t chunk = kChunk;
  for (Ask& ask : asks) {
    Reader* reader = reader_of(ask);
    if (!reader) continue;
    reader->read.resize(common_length(reader->read, ask.tokens.first(ask.tokens.size() - 1)));
    const auto unread = ask.tokens.subspan(reader->read.size());
    const auto next = unread.first(std::min(unread.size(), chunk));
    const std::size_t room = reader->blocks.size() * kBlock;
    if (next.empty() || unread.size() > most_read ||
        ask.tokens.size() + count > std::min<std::size_t>(room, backend_->context()))
      continue;
    chunk -= next.size();
    const bool all_read = next.size() == unread.size();
    all.push_back(
        {&ask, reader, all_read ? std::min(count, ask.most) : 0, {next.begin(), next.end()}});
  }
  return all;
}

bool ModelDraft::forward(std::vector<Guessing>& all, const model::Abandoned& abandoned) {
  std::vector<model::Run> runs;
  for (const Guessing& g : all)
    runs.push_back({g.next, static_cast<std::uint32_t>(g.reader->read.size()), g.reader->blocks,
                    g.count > 0 ? model::LogitsWanted::last : model::LogitsWanted::none});
  const auto logits = backend_->forward(runs, abandoned);
  if (!logits) return false;
  std::size_t row = 0;
  for (Guessing& g : all) {
    g.reader->read.insert(g.reader->read.end(), g.next.begin(), g.next.end());
    g.next.clear();
    if (g.count == 0) continue;
    const std::size_t vocabulary = backend_->vocabulary();
    g.next.push_back(argmax(logits->subspan(row++ * vocabulary, vocabulary)));
    g.ask->guesses.push_back(g.next.front());
  }
  std::erase_if(all, [](const Guessing& g) { return g.ask->guesses.size() >= g.count; });
  return true;
}

// Blocks of the sequence's own tokens: others that begin alike needn't read them again.
void ModelDraft::keep_filled_blocks(const Ask& ask, Reader& reader) {
  const std::size_t own = std::min(reader.read.size(), ask.tokens.size());
  const auto filled = static_cast<std::uint32_t>(own / kBlock);
  if (filled <= reader.kept) return;
  pool_.keep(ask.tokens.first(std::size_t{filled} * kBlock), reader.blocks);
  reader.kept = filled;
}

void ModelDraft::propose(std::span<Ask> asks, const Price& price,
                         const model::Abandoned& abandoned) {
  drop_ended(asks);
  std::uint32_t most = 0;
  for (const Ask& ask : asks) most = std::max(most, ask.most);
  const double own_ms = backend_->step_ms(static_cast<std::uint32_t>(asks.size()));
  const double share = own_ms > 0 ? own_ms / price.step_ms : kFirstShare;
  const std::uint32_t count = odds_.worth(price.row + share, most);
  if (count == 0) return;
  std::vector<Guessing> all = begin(asks, count, may_read(price.allowance, share));
  while (!all.empty() && forward(all, abandoned)) {
  }
  for (const Ask& ask : asks)
    if (const auto found = readers_.find(ask.sequence); found != readers_.end())
      keep_filled_blocks(ask, found->second);
}

void ModelDraft::learn(SequenceKey /*sequence*/, std::uint32_t proposed, std::uint32_t accepted) {
  odds_.learn(proposed, accepted);
}

}  // namespace ashlar::engine
