#include "server/batch_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/utf8.h"
#include "server/dialect.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr std::size_t kMostErrors = 100, kLongestId = 512;
constexpr std::array<std::string_view, 4> kFields = {"custom_id", "method", "url", "body"};

tl::unexpected<Error> wrong(std::string message, std::string_view field, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message),
              field.empty() ? std::string() : fmt::format("/{}", field), std::move(mend));
}

Result<std::string> text_at(const Json& line, std::string_view name) {
  const auto field = line.find(name);
  if (field != line.end() && field->is_string()) return field->get<std::string>();
  return wrong(fmt::format("{} is {}", name, field == line.end() ? "missing" : field->type_name()),
               name, "send a string");
}

// What an answer in a file can't be.
Status check_body(const Json& body) {
  for (const std::string_view name : {"stream", "background"})
    if (const auto field = body.find(name);
        field != body.end() && !field->is_null() && *field != false)
      return wrong(fmt::format("a request of a batch can't have {}", name),
                   fmt::format("body/{}", name), "leave it out");
  return {};
}

Result<BatchLine> parse_line(std::string_view text, std::string_view endpoint) {
  if (const auto at = base::first_invalid_utf8(text))
    return wrong(fmt::format("byte {} of the line is not UTF-8", *at), "", "send UTF-8");
  ASHLAR_ASSIGN(const Json line, base::parse_json(text, "line"));
  if (!line.is_object())
    return wrong(fmt::format("the line is {}, not an object", line.type_name()), "",
                 R"(send {"custom_id", "method", "url", "body"})");
  for (const auto& each : line.items())
    if (std::ranges::find(kFields, each.key()) == kFields.end())
      return wrong(fmt::format("unknown field '{}'", each.key()), each.key(), "leave it out");
  BatchLine parsed;
  ASHLAR_ASSIGN(parsed.custom_id, text_at(line, "custom_id"));
  if (parsed.custom_id.empty() || parsed.custom_id.size() > kLongestId)
    return wrong(fmt::format("custom_id has {} bytes", parsed.custom_id.size()), "custom_id",
                 fmt::format("send 1 to {}", kLongestId));
  ASHLAR_ASSIGN(const std::string method, text_at(line, "method"));
  if (method != "POST") return wrong(fmt::format("method is {}", method), "method", "send POST");
  ASHLAR_ASSIGN(const std::string url, text_at(line, "url"));
  if (url != endpoint)
    return wrong(fmt::format("url is {}", url), "url",
                 fmt::format("send {}, the batch's endpoint", endpoint));
  const auto body = line.find("body");
  if (body == line.end() || !body->is_object())
    return wrong("body is no object", "body", "send the request as an object");
  ASHLAR_TRY(check_body(*body));
  parsed.body = base::write_json(*body);
  return parsed;
}

class Reader {
 public:
  explicit Reader(std::string_view endpoint) : endpoint_(endpoint) {}

  // False: enough is wrong.
  bool read(std::string_view text, std::int64_t number) {
    auto line = parse_line(text, endpoint_);
    if (line && !ids_.insert(line->custom_id).second)
      line = wrong(fmt::format("custom_id '{}' comes twice", line->custom_id), "custom_id",
                   "give each line one of its own");
    if (line && input_.lines.size() == kMostBatchLines)
      line = wrong(fmt::format("there are over {} lines", kMostBatchLines), "", "make two batches");
    if (!line) {
      note(line.error(), number);
      return input_.lines.size() < kMostBatchLines && input_.errors.size() < kMostErrors;
    }
    line->line = number;
    input_.lines.push_back(std::move(*line));
    return true;
  }

  BatchInput take() {
    if (input_.lines.empty() && input_.errors.empty())
      note(wrong("the file has no requests", "", "send a line a request").value(), {});
    return std::move(input_);
  }

 private:
  void note(const Error& error, std::optional<std::int64_t> line) {
    input_.errors.push_back(
        {{"code", "invalid_request"},
         {"message", error.message + "; " + error.mend},
         {"param", error.where.starts_with('/') ? Json(field_path(error.where)) : Json(nullptr)},
         {"line", line ? Json(*line) : Json(nullptr)}});
  }

  std::string_view endpoint_;
  std::unordered_set<std::string> ids_;
  BatchInput input_;
};

}  // namespace

BatchInput parse_batch(std::string_view text, std::string_view endpoint) {
  Reader reader(endpoint);
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!reader.read(line, number)) break;
  }
  return reader.take();
}

}  // namespace ashlar::server
