// A request that isn't taken now.
#pragma once

#include <string_view>

#include "base/result.h"

namespace ashlar::server {

struct Refusal {
  unsigned status = 0;  // of HTTP
  Error error = {};
  unsigned retry_after = 0;      // seconds; 0: trying again won't help
  std::string_view reason = {};  // as metrics name it
};

template <class T>
using Admission = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(unsigned status, Error error, std::string_view reason,
                                      unsigned retry_after = 0) {
  return tl::unexpected<Refusal>(Refusal{status, std::move(error), retry_after, reason});
}

}  // namespace ashlar::server
