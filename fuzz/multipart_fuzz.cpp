// Forms as clients send them: never a crash, parts that lie within the body, and what is made of
// the parts again says the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "net/multipart.h"

// The first line is the content type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar::net;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view body = input.substr(std::min(line + 1, input.size()));
  const auto parts = parse_multipart(input.substr(0, line), body);
  if (!parts) {
    if (parts.error().message.empty() || parts.error().mend.empty()) std::abort();
    return 0;
  }
  std::string again;
  for (const FormPart& part : *parts) {
    const bool within =
        part.body.empty() || (part.body.data() >= body.data() &&
                              part.body.data() + part.body.size() <= body.data() + body.size());
    if (!within || !ashlar::base::is_utf8(part.name)) std::abort();
    again += "--a boundary that no input has by chance: 9f8e7d6c5b4a\r\n";
    again += "content-disposition: form-data; name=x\r\n\r\n" + std::string(part.body) + "\r\n";
  }
  again += "--a boundary that no input has by chance: 9f8e7d6c5b4a--";
  const auto same = parse_multipart(
      "multipart/form-data; boundary=\"a boundary that no input has by chance: 9f8e7d6c5b4a\"",
      again);
  if (!same || same->size() != parts->size()) std::abort();
  for (std::size_t i = 0; i < parts->size(); ++i)
    if ((*same)[i].body != (*parts)[i].body) std::abort();
  return 0;
}
