// Forms as clients send them: never a crash, parts that lie within the body, and what is made of
// the parts again says the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "net/multipart.h"

namespace {

using ashlar::net::FormPart;
using ashlar::net::parse_multipart;

void check(bool holds) {
  if (!holds) std::abort();
}

// A boundary that isn't in `body`.
std::string boundary_for(std::string_view body) {
  std::string boundary = "x";
  for (int i = 0; body.find(boundary) != std::string_view::npos; ++i)
    boundary = "x" + std::to_string(i);
  return boundary;
}

void check_again(const std::vector<FormPart>& parts, std::string_view body) {
  const std::string boundary = boundary_for(body);
  std::string again;
  for (const FormPart& part : parts)
    again += "--" + boundary + "\r\ncontent-disposition: form-data; name=x\r\n\r\n" +
             std::string(part.body) + "\r\n";
  again += "--" + boundary + "--";
  const auto same = parse_multipart("multipart/form-data; boundary=" + boundary, again);
  check(same && same->size() == parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) check((*same)[i].body == parts[i].body);
}

}  // namespace

// The first line is the content type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view body = input.substr(std::min(line + 1, input.size()));
  const auto parts = parse_multipart(input.substr(0, line), body);
  if (!parts) {
    check(!parts.error().message.empty() && !parts.error().mend.empty());
    return 0;
  }
  for (const FormPart& part : *parts) {
    check(part.body.empty() || (part.body.data() >= body.data() &&
                                part.body.data() + part.body.size() <= body.data() + body.size()));
    check(ashlar::base::is_utf8(part.name));
  }
  check_again(*parts, body);
  return 0;
}
