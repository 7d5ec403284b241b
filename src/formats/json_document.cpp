#include "formats/json_document.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "formats/document_builder.h"

namespace ashlar::formats {
namespace {

using base::Json;

// Feeds a builder from nlohmann's parser, which is iterative; its own builder of values looks
// through all names of an object for each.
class Feeder final : public nlohmann::json_sax<Json> {
 public:
  explicit Feeder(DocumentBuilder& builder) : builder_(builder) {}

  std::optional<Error> error = {};
  std::optional<std::size_t> at = {};  // the byte, from 1

  bool null() override { return take(builder_.value(nullptr)); }
  bool boolean(bool value) override { return take(builder_.value(value)); }
  bool number_integer(std::int64_t value) override { return take(builder_.value(value)); }
  bool number_unsigned(std::uint64_t value) override { return take(builder_.value(value)); }
  bool number_float(double value, const std::string& text) override {
    if (text.find_first_of(".eE") == std::string::npos)
      return take(fail(ErrorKind::unsupported,
                       fmt::format("the integer {} needs more than 64 bits", text.substr(0, 40)),
                       {}, "write it as a string"));
    return take(builder_.value(value));
  }
  bool string(std::string& value) override { return take(builder_.value(std::move(value))); }
  bool binary(Json::binary_t&) override { return false; }  // not in text
  bool start_object(std::size_t) override { return take(builder_.begin_object()); }
  bool start_array(std::size_t) override { return take(builder_.begin_array()); }
  bool key(std::string& value) override { return take(builder_.name(std::move(value))); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& failed) override {
    const std::string_view what = failed.what();  // "[json.exception.…] what is wrong"
    const auto bracket = what.find("] ");
    error = Error{ErrorKind::bad_input,
                  std::string(bracket == what.npos ? what : what.substr(bracket + 2)),
                  {},
                  "write valid JSON in UTF-8"};
    at = byte;
    return false;
  }

 private:
  bool end() {
    builder_.end();
    return true;
  }
  bool take(Status status) {
    if (!status) error = std::move(status.error());
    return status.has_value();
  }

  DocumentBuilder& builder_;
};

}  // namespace

Result<Json> read_json_document(std::string_view text, std::string_view where) {
  DocumentBuilder builder;
  Feeder feeder(builder);
  if (Json::sax_parse(text, &feeder)) return builder.take();
  Error error = feeder.error.value_or(
      Error{ErrorKind::bad_input, "not JSON", {}, "write valid JSON in UTF-8"});
  error.where = feeder.at ? fmt::format("{}, byte {}", where, *feeder.at) : std::string(where);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace ashlar::formats
