// Chat templates: a sandboxed subset of Jinja (docs/formats/jinja.md), with no way to a file, a
// network, an attribute of a host object or an unbounded loop. Knows text only, no tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace ashlar::chat {

// Running over a limit ends the render with an error that names it: steps and depth as
// ErrorKind::exhausted, bytes as ErrorKind::too_large.
struct RenderLimits {
  std::uint64_t steps = 2'000'000;       // evaluated nodes, list items made, KiB of text copied
  std::uint32_t depth = 256;             // nested expressions, blocks, macro calls, lists
  std::size_t output_bytes = 64u << 20;  // of the output and of every intermediate string; all
                                         // strings alive at one time may hold four times as much
};

// A byte range of the output that came from the caller's variables, not from the template.
struct InputRange {
  std::size_t begin, end;
};

struct Rendered {
  std::string text;
  std::vector<InputRange> input;  // sorted, disjoint
};

class Template {
 public:
  // Lexes and parses with trim_blocks and lstrip_blocks, as Transformers sets Jinja up. `where`
  // names the source in errors, which add line and column.
  static Result<Template> compile(std::string_view source, std::string where);

  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

  // `variables` is an object; those named in `trusted` (bos_token, eos_token …) do not count as
  // input. strftime_now reads `clock`. raise_exception gives ErrorKind::bad_input with its message.
  Result<Rendered> render(const base::Json& variables, const base::Json& trusted,
                          const base::Clock& clock, const RenderLimits& limits = {}) const;

  // The names that it reads and nothing in it has set, functions that every template has left out
  // (chat/globals.h): what `variables` may give it. A name that only some way through it sets
  // counts as set.
  std::set<std::string> names() const;

 private:
  struct State;
  explicit Template(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::chat
