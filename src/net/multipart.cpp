#include "net/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/utf8.h"

namespace ashlar::net {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, section 5.1.1

tl::unexpected<Error> wrong(std::string message, std::size_t at) {
  return fail(ErrorKind::bad_input, std::move(message), fmt::format("byte {} of the body", at),
              "send multipart/form-data as RFC 7578 has it");
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes a value off the front of `rest`: a word, or a text in quotes. Within quotes \" and \\ stand
// for a character; any other backslash is itself, as browsers send it.
std::optional<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view word = trimmed(rest.substr(0, end));
    rest.remove_prefix(end);
    return word.empty() ? std::nullopt : std::optional(std::string(word));
  }
  std::string value;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    const bool escape = rest[i] == '\\' && i + 1 < rest.size();
    if (escape && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
    value += rest[i];
  }
  return std::nullopt;
}

// The parameter of a header's value: form-data; name="file"; filename="a.txt". An error is a value
// whose parameters can't be read.
struct Broken {};
tl::expected<std::optional<std::string>, Broken> parameter(std::string_view value,
                                                           std::string_view name) {
  const std::size_t first = value.find(';');
  if (first == std::string_view::npos) return std::nullopt;
  std::optional<std::string> found;
  std::string_view rest = value.substr(first);
  while (!rest.empty()) {
    if (rest.front() != ';') return tl::unexpected(Broken{});
    rest = trimmed(rest.substr(1));
    if (rest.empty()) break;
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return tl::unexpected(Broken{});
    const std::string_view key = trimmed(rest.substr(0, equals));
    rest = trimmed(rest.substr(equals + 1));
    auto text = take_value(rest);
    if (!text) return tl::unexpected(Broken{});
    if (!found && same_word(key, name)) found = std::move(text);
    rest = trimmed(rest);
  }
  return found;
}

Result<std::string> boundary_of(std::string_view content_type) {
  const auto refuse = [&](std::string message) {
    return fail(ErrorKind::bad_input, std::move(message), "content-type",
                "send multipart/form-data; boundary=…");
  };
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  if (!same_word(type, "multipart/form-data"))
    return refuse(fmt::format("the body is '{}', not a form", base::repair_utf8(type).text));
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || !*boundary || (*boundary)->empty()) return refuse("the form has no boundary");
  const auto fine = [](unsigned char c) { return c >= ' ' && c < 0x7f; };
  if ((*boundary)->size() > kLongestBoundary || !std::ranges::all_of(**boundary, fine))
    return refuse("the form's boundary is too long, or has bytes that it may not have");
  return std::move(**boundary);
}

class Parser {
 public:
  Parser(std::string_view body, const std::string& boundary)
      : body_(body), delimiter_("\r\n--" + boundary) {}

  Result<std::vector<FormPart>> parse() {
    ASHLAR_TRY(skip_preamble());
    std::vector<FormPart> parts;
    while (true) {
      ASHLAR_ASSIGN(const bool last, after_delimiter());
      if (last) return parts;
      if (parts.size() == kMostFormParts)
        return fail(ErrorKind::too_large, fmt::format("the form has over {} parts", kMostFormParts),
                    fmt::format("byte {} of the body", at_), "send fewer");
      ASHLAR_ASSIGN(FormPart part, parse_part());
      parts.push_back(std::move(part));
    }
  }

 private:
  // To behind the first delimiter, which may stand at the very beginning.
  Status skip_preamble() {
    const std::string_view first = std::string_view(delimiter_).substr(2);
    if (body_.starts_with(first)) {
      at_ = first.size();
      return {};
    }
    const std::size_t found = body_.find(delimiter_);
    if (found == std::string_view::npos) return wrong("the boundary isn't in the body", 0);
    at_ = found + delimiter_.size();
    return {};
  }

  // Behind a delimiter: "--" ends the form, a line's end begins a part.
  Result<bool> after_delimiter() {
    if (body_.substr(at_).starts_with("--")) return true;
    while (at_ < body_.size() && (body_[at_] == ' ' || body_[at_] == '\t')) ++at_;
    if (!body_.substr(at_).starts_with("\r\n"))
      return wrong("a boundary is followed by neither a line's end nor --", at_);
    at_ += 2;
    return false;
  }

  Result<FormPart> parse_part() {
    FormPart part{.name = {}, .body = {}};
    bool named = false;
    const std::size_t start = at_;
    while (true) {
      const std::size_t end = body_.substr(0, start + kMostPartHeader).find("\r\n", at_);
      if (end == std::string_view::npos)
        return wrong(fmt::format("a part's header has no end within {} bytes", kMostPartHeader),
                     start);
      const std::string_view line = body_.substr(at_, end - at_);
      if (line.empty()) break;
      ASHLAR_TRY(read_header(line, part, named));
      at_ = end + 2;
    }
    if (!named) return wrong("a part has no name", start);
    // The line's end before the delimiter may be the one that ends the header.
    const std::size_t end = body_.find(delimiter_, at_);
    if (end == std::string_view::npos) return wrong("the last part has no end", start);
    if (end > at_) part.body = body_.substr(at_ + 2, std::max(end, at_ + 2) - at_ - 2);
    at_ = end + delimiter_.size();
    return part;
  }

  Status read_header(std::string_view line, FormPart& part, bool& named) const {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return wrong("a part's header has no colon", at_);
    const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (same_word(name, "content-type")) part.content_type = value;
    if (!same_word(name, "content-disposition")) return {};
    const auto own = parameter(value, "name"), file = parameter(value, "filename");
    if (!own || !file) return wrong("a part's content-disposition can't be read", at_);
    if (!same_word(trimmed(value.substr(0, value.find(';'))), "form-data") || !*own)
      return wrong("a part is no form-data, or has no name", at_);
    if (!base::is_utf8(**own) || !base::is_utf8(file->value_or("")))
      return wrong("a part's name is not UTF-8", at_);
    part.name = **own;
    part.filename = *file;
    named = true;
    return {};
  }

  const std::string_view body_;
  const std::string delimiter_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                              std::string_view body) {
  ASHLAR_ASSIGN(const std::string boundary, boundary_of(content_type));
  return Parser(body, boundary).parse();
}

}  // namespace ashlar::net
