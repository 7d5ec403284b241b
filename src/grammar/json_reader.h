// Strict JSON text to Value: RFC 8259, every number's text kept. A name that comes twice keeps its
// first place and takes the last value, as Python's json does. Lone surrogates are refused: no
// UTF-8 text could hold them (RFC 8259 section 8.2 leaves that open).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "grammar/json_value.h"

namespace ashlar::grammar {

struct ReadLimits {
  std::size_t bytes = 64u << 20;
  std::size_t values = 1'000'000;
  int depth = 256;
};

// `where` names the source in errors, which add the byte's offset. bad_input for text that is not
// JSON, too_large for what is over a limit, which the message names.
Result<Value> read_json(std::string_view text, std::string_view where,
                        const ReadLimits& limits = {});

}  // namespace ashlar::grammar
