#include "tokenizer/json_document.h"

#include <fmt/format.h>

#include <optional>

#include "base/json_pointer.h"
#include "formats/in_quotes.h"

namespace ashlar::tokenizer {
namespace {

using base::Json;

constexpr std::size_t kMostDepth = 32, kMostKeys = 256, kMostValues = 1'000'000;

// The events of the parser. Which part of the file they belong to is decided at /model's keys.
class DocumentReader final : public nlohmann::json_sax<Json> {
 public:
  explicit DocumentReader(std::string_view where) : where_(where) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool on) override { return value(on); }
  bool number_integer(number_integer_t number) override { return value(number); }
  bool number_unsigned(number_unsigned_t number) override {
    if (part_ != Part::vocabulary) return value(number);
    document_.vocabulary.push_back({std::move(key_), number});
    return true;
  }
  bool number_float(number_float_t number, const string_t&) override { return value(number); }
  bool string(string_t& text) override {
    return part_ == Part::merges ? merge_text(text) : value(std::move(text));
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    if (part_ == Part::rest && is_at("vocab")) return enter(Part::vocabulary);
    return open(Json::object());
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override {
    if (part_ == Part::merges && depth_ == 3) {
      document_.merges.push_back({{}, {}, true});
      texts_ = 0;
      ++depth_;
      return true;
    }
    if (part_ == Part::rest && is_at("merges")) return enter(Part::merges);
    if (part_ == Part::rest && is_at("vocab")) return enter(Part::other_vocabulary);
    return open(Json::array());
  }
  bool end_array() override {
    if (part_ == Part::merges && depth_ == 4 && texts_ != 2)
      return wrong(fmt::format("a merge of {} tokens", texts_));
    return close();
  }

  bool key(string_t& name) override {
    key_ = std::move(name);
    if (part_ != Part::rest) return true;
    const Json& object = *open_.back();
    if (object.size() >= kMostKeys)
      return wrong(fmt::format("an object of over {} keys", kMostKeys), ErrorKind::too_large);
    if (!object.contains(key_) && !(depth_ == 2 && is_taken())) return true;
    return wrong(fmt::format("the key {} occurs twice", formats::in_quotes(key_)));
  }

  bool parse_error(std::size_t byte, const std::string&,
                   const nlohmann::detail::exception&) override {
    if (!error_)
      error_ = Error{ErrorKind::corrupt, "this is not JSON, or only a part of it",
                     fmt::format("{}, byte {}", where_, byte), "get the file anew"};
    return false;
  }

  Result<JsonDocument> finish() {
    if (error_) return tl::unexpected<Error>(*error_);
    return std::move(document_);
  }

 private:
  enum class Part : std::uint8_t { rest, vocabulary, other_vocabulary, merges };

  // At the value of /model/NAME?
  bool is_at(std::string_view name) const { return depth_ == 2 && in_model() && key_ == name; }
  bool in_model() const { return keys_.size() == 2 && keys_[1] == "model"; }
  // Are there the vocabulary or the merges already, which `rest` doesn't hold?
  bool is_taken() const {
    return in_model() &&
           ((key_ == "vocab" && has_vocabulary_) || (key_ == "merges" && document_.has_merges));
  }

  bool enter(Part part) {
    part_ = part;
    ++depth_;
    has_vocabulary_ |= part != Part::merges;
    document_.vocabulary_is_map |= part == Part::vocabulary;
    document_.has_merges |= part == Part::merges;
    return true;
  }

  bool open(Json value) {
    if (depth_ + 1 > kMostDepth)
      return wrong(fmt::format("JSON is nested deeper than {} levels", kMostDepth),
                   ErrorKind::too_large);
    if (part_ == Part::vocabulary) return wrong("a token's id is not a whole number");
    if (part_ == Part::merges) return wrong("a merge that is not two tokens");
    ++depth_;
    if (part_ != Part::rest) return true;
    keys_.push_back(key_);
    Json* const added = add(std::move(value));
    if (added == nullptr) return false;
    open_.push_back(added);
    return true;
  }

  bool close() {
    --depth_;
    if (part_ == Part::rest) {
      open_.pop_back();
      keys_.pop_back();
    } else if (depth_ == 2) {
      part_ = Part::rest;
    }
    return true;
  }

  bool value(Json value) {
    switch (part_) {
      case Part::other_vocabulary: return true;
      case Part::vocabulary: return wrong("a token's id is not a whole number");
      case Part::merges: return wrong("a merge that is not two tokens");
      case Part::rest: return add(std::move(value)) != nullptr;
    }
    return false;
  }

  // Where it went; nothing after an error.
  Json* add(Json value) {
    if (++values_ > kMostValues) {
      wrong(fmt::format("over {} values", kMostValues), ErrorKind::too_large);
      return nullptr;
    }
    if (open_.empty()) return &(document_.rest = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool merge_text(std::string& text) {
    if (depth_ == 3) {
      document_.merges.push_back({std::move(text), {}, false});
      return true;
    }
    ++texts_;
    JsonDocument::Merge& merge = document_.merges.back();
    (texts_ == 1 ? merge.left : merge.right) = std::move(text);
    return true;
  }

  bool wrong(std::string message, ErrorKind kind = ErrorKind::corrupt) {
    error_ = Error{kind, std::move(message), fmt::format("{}: {}", where_, pointer()),
                   "get the file anew"};
    return false;
  }

  std::string pointer() const {
    if (part_ == Part::merges)
      return fmt::format("/model/merges/{}", document_.merges.size() - (depth_ == 4 ? 1 : 0));
    if (part_ == Part::vocabulary) return "/model/vocab" + pointer_part(key_);
    std::string pointer;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (i > 0 && open_[i - 1]->is_object()) pointer += pointer_part(keys_[i]);
      // What is open inside an array is its last item already.
      if (open_[i]->is_array())
        pointer += fmt::format("/{}", open_[i]->size() - (i + 1 < open_.size() ? 1 : 0));
    }
    if (!open_.empty() && open_.back()->is_object()) pointer += pointer_part(key_);
    return pointer;
  }

  std::string_view where_;
  JsonDocument document_;
  Part part_ = Part::rest;
  std::size_t depth_ = 0, values_ = 0, texts_ = 0;
  bool has_vocabulary_ = false;
  std::string key_;                // the last one
  std::vector<std::string> keys_;  // of the values that are open
  std::vector<Json*> open_;
  std::optional<Error> error_;
};

}  // namespace

Result<JsonDocument> parse_document(std::string_view text, std::string_view where) {
  DocumentReader reader(where);
  try {
    Json::sax_parse(text, &reader);
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorKind::corrupt, "this is not JSON", std::string(where), "get the file anew");
  }
  return reader.finish();
}

std::string pointer_part(std::string_view key) {
  std::string shown(key.substr(0, 80));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20) c = '?';
  return base::pointer_step(shown);
}

}  // namespace ashlar::tokenizer
