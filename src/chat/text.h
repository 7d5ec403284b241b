// An immutable UTF-8 string that remembers which of its bytes came from the caller's variables.
// Cutting and joining keep that knowledge to the byte.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/meter.h"
#include "chat/template.h"

namespace ashlar::chat {

class Text {
 public:
  Text() = default;
  // A constant: counted by no meter.
  explicit Text(std::string bytes);

  std::string_view view() const { return data_ ? std::string_view(data_->bytes) : ""; }
  std::size_t size() const { return data_ ? data_->bytes.size() : 0; }
  bool empty() const { return size() == 0; }
  // Sorted, disjoint, none empty.
  std::span<const InputRange> input() const {
    return data_ ? std::span<const InputRange>(data_->input) : std::span<const InputRange>();
  }
  bool has_input() const { return !input().empty(); }

  // MarkupSafe's Markup: joined with +, it escapes the other side for HTML.
  bool markup() const { return markup_; }
  Text with_markup(bool markup) const;

 private:
  friend class TextBuilder;
  struct Data {
    std::string bytes;
    std::vector<InputRange> input;
    Meter* meter = nullptr;  // outlives the text
    std::size_t held = 0;
    ~Data() {
      if (meter) meter->release(held);
    }
  };
  std::shared_ptr<const Data> data_;
  bool markup_ = false;
};

// Puts a Text together. Past the meter's limit it takes no more, and finish() says so.
class TextBuilder {
 public:
  explicit TextBuilder(Meter& meter) : meter_(&meter) {}

  void append(std::string_view bytes, bool input = false);
  void append(const Text& text) { append(text, 0, text.size()); }
  void append(const Text& text, std::size_t begin, std::size_t end);  // bytes
  void fill(std::size_t count, std::string_view bytes, bool input = false);

  std::size_t size() const { return bytes_.size(); }
  bool full() const { return overflow_; }
  Result<Text> finish();  // leaves the builder empty

 private:
  bool take(std::size_t bytes);
  void mark(std::size_t begin, std::size_t end);

  Meter* meter_;
  std::string bytes_;
  std::vector<InputRange> input_;
  bool overflow_ = false;
};

// text[begin, end) in bytes.
Result<Text> cut(Meter& meter, const Text& text, std::size_t begin, std::size_t end);

// A string made by an operation that keeps no byte ranges: input if any of its sources was.
Result<Text> whole_text(Meter& meter, std::string_view bytes, bool input);

}  // namespace ashlar::chat
