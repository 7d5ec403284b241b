// Text from ids as they come. Held back is only what could still become a character: at most three
// bytes. Where the held bytes begin, a sequence begins, so repairing the part before them gives
// what repairing the whole would.
#include "base/utf8.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {

std::string StreamDecoder::push(TokenId id) {
  if (!spell_special_ && tokenizer_->is_special(id)) return {};
  pending_ += tokenizer_->bytes_of(id);
  const std::size_t ready = pending_.size() - base::incomplete_suffix(pending_);
  std::string text = base::repair_utf8(std::string_view(pending_).substr(0, ready)).text;
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::finish() {
  std::string text = base::repair_utf8(pending_).text;
  pending_.clear();
  return text;
}

}  // namespace ashlar::tokenizer
