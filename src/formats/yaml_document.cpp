// Source: YAML 1.2.2 and its core schema, over the events of libyaml.
#include "formats/yaml_document.h"

#include <fmt/format.h>

#include <yaml.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "formats/document_builder.h"
#include "formats/yaml_scalar.h"

namespace ashlar::formats {
namespace {

using base::Json;

std::string_view text_of(const yaml_char_t* text) {
  return text ? reinterpret_cast<const char*>(text) : "";
}

tl::unexpected<Error> unsupported(std::string message, std::string mend) {
  return fail(ErrorKind::unsupported, std::move(message), {}, std::move(mend));
}

struct Event {
  yaml_event_t event = {};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event); }
};

class Reader {
 public:
  Reader(std::string_view text, std::string_view where) : where_(where) {
    made_ = yaml_parser_initialize(&parser_) != 0;
    if (!made_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    if (made_) yaml_parser_delete(&parser_);
  }

  Result<Json> read() {
    if (!made_) return fail(ErrorKind::exhausted, "no memory for a reader", std::string(where_));
    for (bool more = true; more;) {
      Event next;
      if (yaml_parser_parse(&parser_, &next.event) == 0) return failed();
      more = next.event.type != YAML_STREAM_END_EVENT;
      if (Status taken = take(next.event); !taken) {
        taken.error().where = at(next.event.start_mark);
        return tl::unexpected<Error>(std::move(taken.error()));
      }
    }
    return builder_.take();
  }

 private:
  std::string at(const yaml_mark_t& mark) const {
    return fmt::format("{}:{}:{}", where_, mark.line + 1, mark.column + 1);
  }

  tl::unexpected<Error> failed() const {
    if (parser_.error == YAML_MEMORY_ERROR)
      return fail(ErrorKind::exhausted, "out of memory", std::string(where_), "free some memory");
    const std::string context = parser_.context ? fmt::format(" {}", parser_.context) : "";
    return fail(ErrorKind::bad_input,
                fmt::format("not YAML: {}{}", parser_.problem ? parser_.problem : "?", context),
                parser_.error == YAML_READER_ERROR
                    ? fmt::format("{}, byte {}", where_, parser_.problem_offset)
                    : at(parser_.problem_mark),
                "write valid YAML 1.2");
  }

  Status take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT: return take_start(event);
      case YAML_SCALAR_EVENT: return take_scalar(event);
      case YAML_ALIAS_EVENT: return take_alias(text_of(event.data.alias.anchor));
      case YAML_SEQUENCE_START_EVENT:
        return begin(false, event.data.sequence_start.tag, event.data.sequence_start.anchor);
      case YAML_MAPPING_START_EVENT:
        return begin(true, event.data.mapping_start.tag, event.data.mapping_start.anchor);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return end();
      default: return {};
    }
  }

  Status take_start(const yaml_event_t& event) {
    if (std::exchange(started_, true))
      return unsupported("a second document", "keep one document in a file");
    const yaml_version_directive_t* version = event.data.document_start.version_directive;
    if (version && (version->major != 1 || version->minor != 2))
      return unsupported(fmt::format("YAML {}.{}", version->major, version->minor),
                         "write YAML 1.2, or leave %YAML out");
    return {};
  }

  // What a scalar without a tag, or with one of the core schema, stands for.
  static Result<Json> value_of(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const std::string_view tag = text_of(scalar.tag);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (tag == "!" || tag == "tag:yaml.org,2002:str" || (tag.empty() && !plain))
      return Json(std::string(text));
    if (!tag.empty())
      return unsupported(fmt::format("the tag {}", tag), "leave the tag out, or write !!str");
    return resolve_yaml_scalar(text);
  }

  Status take_scalar(const yaml_event_t& event) {
    ASHLAR_ASSIGN(Json value, value_of(event));
    if (builder_.wants_name()) return take_name(std::move(value), event.data.scalar);
    ASHLAR_TRY(remember(text_of(event.data.scalar.anchor), value));
    return builder_.value(std::move(value));
  }

  template <class Scalar>
  Status take_name(Json value, const Scalar& scalar) {
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (scalar.anchor) return unsupported("an anchor at a name", "put it at the value");
    if (!value.is_string())
      return fail(ErrorKind::bad_input, fmt::format("the name {} is no string", text.substr(0, 40)),
                  {}, "put it in quotes");
    if (text == "<<" && scalar.style == YAML_PLAIN_SCALAR_STYLE)
      return unsupported("a merge key, which YAML 1.2 doesn't have", "write the members out");
    return builder_.name(value.get<std::string>());
  }

  Status begin(bool mapping, const yaml_char_t* tag, const yaml_char_t* anchor) {
    if (builder_.wants_name())
      return unsupported("a name that is a list or a mapping", "write a string");
    const std::string_view named = text_of(tag);
    if (!named.empty() && named != (mapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq"))
      return unsupported(fmt::format("the tag {}", named), "leave the tag out");
    anchors_open_.emplace_back(text_of(anchor));
    return mapping ? builder_.begin_object() : builder_.begin_array();
  }

  Status end() {
    const std::string anchor = std::move(anchors_open_.back());
    anchors_open_.pop_back();
    return remember(anchor, builder_.end());
  }

  // Copies count as values of the document: a few anchors that name each other could stand for
  // more than any memory holds.
  Status remember(std::string_view anchor, const Json& value) {
    if (anchor.empty()) return {};
    ASHLAR_TRY(builder_.charge(size_of(value)));
    anchored_.insert_or_assign(std::string(anchor), value);
    return {};
  }

  Status take_alias(std::string_view name) {
    if (builder_.wants_name()) return unsupported("an alias as a name", "write the name out");
    const auto found = anchored_.find(name);
    if (found == anchored_.end())
      return fail(ErrorKind::bad_input,
                  fmt::format("no value before this has the anchor &{}", name), {},
                  "write the value out");
    return builder_.value(found->second);
  }

  std::string_view where_;
  yaml_parser_t parser_ = {};
  bool made_ = false, started_ = false;
  DocumentBuilder builder_;
  std::vector<std::string> anchors_open_;  // of the collections around, "" where none
  std::map<std::string, Json, std::less<>> anchored_;
};

// libyaml holds each %TAG against all before it.
bool has_tag_directive(std::string_view text) {
  return text.starts_with("%TAG") || text.find("\n%TAG") != text.npos ||
         text.find("\r%TAG") != text.npos;
}

}  // namespace

Result<Json> read_yaml_document(std::string_view text, std::string_view where) {
  if (const auto broken = base::first_invalid_utf8(text))
    return fail(ErrorKind::bad_input, "not YAML: no UTF-8",
                fmt::format("{}, byte {}", where, *broken), "save it as UTF-8");
  if (has_tag_directive(text))
    return fail(ErrorKind::unsupported, "a %TAG directive", std::string(where), "leave it out");
  return Reader(text, where).read();
}

}  // namespace ashlar::formats
