#include "chat/text.h"

#include <algorithm>

namespace ashlar::chat {

Text::Text(std::string bytes) {
  auto data = std::make_shared<Data>();
  data->bytes = std::move(bytes);
  data_ = std::move(data);
}

Text Text::with_markup(bool markup) const {
  Text copy = *this;
  copy.markup_ = markup;
  return copy;
}

bool TextBuilder::take(std::size_t bytes) {
  if (overflow_ || bytes > meter_->text_limit() - bytes_.size()) overflow_ = true;
  return !overflow_;
}

void TextBuilder::mark(std::size_t begin, std::size_t end) {
  if (begin == end) return;
  if (!input_.empty() && input_.back().end == begin)
    input_.back().end = end;
  else
    input_.push_back({begin, end});
}

void TextBuilder::append(std::string_view bytes, bool input) {
  if (!take(bytes.size())) return;
  const std::size_t begin = bytes_.size();
  bytes_.append(bytes);
  if (input) mark(begin, bytes_.size());
}

void TextBuilder::append(const Text& text, std::size_t begin, std::size_t end) {
  if (begin >= end || !take(end - begin)) return;
  const std::size_t shift = bytes_.size();
  bytes_.append(text.view().substr(begin, end - begin));
  const auto ranges = text.input();
  auto range = std::ranges::upper_bound(ranges, begin, {}, &InputRange::end);
  for (; range != ranges.end() && range->begin < end; ++range)
    mark(shift + std::max(range->begin, begin) - begin, shift + std::min(range->end, end) - begin);
}

void TextBuilder::fill(std::size_t count, std::string_view bytes, bool input) {
  for (std::size_t i = 0; i < count && !overflow_; ++i) append(bytes, input);
}

Result<Text> TextBuilder::finish() {
  if (overflow_) return tl::unexpected<Error>(meter_->text_too_large());
  const std::size_t held = bytes_.size() + input_.size() * sizeof(InputRange);
  ASHLAR_TRY(meter_->scan(held));
  ASHLAR_TRY(meter_->hold(held));
  auto data = std::make_shared<Text::Data>();
  data->meter = meter_;
  data->held = held;
  data->bytes = std::exchange(bytes_, {});
  data->input = std::exchange(input_, {});
  Text text;
  text.data_ = std::move(data);
  return text;
}

Result<Text> cut(Meter& meter, const Text& text, std::size_t begin, std::size_t end) {
  if (begin == 0 && end == text.size()) return text;
  TextBuilder builder(meter);
  builder.append(text, begin, end);
  ASHLAR_ASSIGN(const Text piece, builder.finish());
  return piece.with_markup(text.markup());
}

Result<Text> whole_text(Meter& meter, std::string_view bytes, bool input) {
  TextBuilder builder(meter);
  builder.append(bytes, input);
  return builder.finish();
}

}  // namespace ashlar::chat
