// A JSON value put together from what a reader of JSON, YAML or TOML comes upon, within limits that
// hold for all three. Knows no syntax and no places: who feeds it adds those to its errors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::formats {

inline constexpr std::size_t kMostDocumentBytes = 4u << 20;  // of a document's text
inline constexpr std::size_t kMostDocumentValues = 50'000;
inline constexpr std::size_t kMostDocumentText = 16u << 20;  // strings and names, in bytes
inline constexpr int kMostDocumentDepth = 64;

// What a value weighs against the limits.
struct DocumentSize {
  std::size_t values = 0, text = 0;
};
DocumentSize size_of(const base::Json& value);

// Errors: too_large over a limit, bad_input for a name that comes twice. After one, use it no more.
class DocumentBuilder {
 public:
  // Whether the next thing is a member's name: inside an object, behind a whole member.
  bool wants_name() const;

  Status name(std::string name);       // REQUIRES: wants_name()
  Status value(base::Json value);      // whole, however deep; REQUIRES: !wants_name()
  Status begin_object();               // REQUIRES: !wants_name()
  Status begin_array();                // the same
  const base::Json& end();             // what it ended; REQUIRES: one is begun, no name waits
  Status charge(DocumentSize copies);  // what the reader keeps beside the document

  bool inside() const { return !open_.empty(); }
  base::Json take() { return std::move(root_); }  // null where nothing came

 private:
  struct Container {
    base::Json value;
    std::unordered_set<std::string> names = {};
    std::string name = {};  // of the member that comes
    bool named = false;
  };

  Status open(base::Json empty);
  const base::Json& place(base::Json value);

  std::vector<Container> open_;
  base::Json root_;
  DocumentSize used_;
};

// A whole number as base::parse_json would have read it.
base::Json json_of_integer(std::int64_t number);

}  // namespace ashlar::formats
