// Errors are values. An Error names the thing, the place and the mend, and nothing throws across a
// module's edge.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace ashlar {

// What went wrong, in the words that reach a user as error.kind.
enum class ErrorKind {
  bad_input,    // the caller's arguments, JSON or text
  corrupt,      // a file that contradicts its own format
  unsupported,  // well formed, but something that this build doesn't do
  not_found,    // no such file, model, tensor, id
  too_large,    // over a limit that the message states
  exhausted,    // memory, disk or time ran out
  io,           // the operating system refused
  denied,       // who asks may not
  cancelled,    // stopped on request
  internal,     // a broken promise of our own
};

std::string_view name_of(ErrorKind kind);

struct Error {
  ErrorKind kind;
  std::string message;  // what is wrong, with the offending value
  std::string where;    // file and offset, line and column, JSON pointer, tensor name
  std::string mend;     // what the reader can do about it

  // One line: "kind: message (where); mend".
  std::string line() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string where = {},
                                  std::string mend = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(where), std::move(mend)});
}

}  // namespace ashlar

#define ASHLAR_CONCAT_(a, b) a##b
#define ASHLAR_CONCAT(a, b) ASHLAR_CONCAT_(a, b)

// Returns the error of a Status or Result expression to the caller; else goes on.
#define ASHLAR_TRY(expression)                                                  \
  do {                                                                          \
    if (auto ashlar_status = (expression); !ashlar_status)                      \
      return tl::unexpected<::ashlar::Error>(std::move(ashlar_status.error())); \
  } while (false)

// ASHLAR_ASSIGN(auto x, f()): declares x from the value, or returns the error.
#define ASHLAR_ASSIGN(declaration, expression)                       \
  auto ASHLAR_CONCAT(ashlar_result_, __LINE__) = (expression);       \
  if (!ASHLAR_CONCAT(ashlar_result_, __LINE__))                      \
    return tl::unexpected<::ashlar::Error>(                          \
        std::move(ASHLAR_CONCAT(ashlar_result_, __LINE__).error())); \
  declaration = std::move(*ASHLAR_CONCAT(ashlar_result_, __LINE__))
