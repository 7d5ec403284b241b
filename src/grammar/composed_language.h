// Languages made of others. What they are made of is theirs.
#pragma once

#include <memory>
#include <string_view>

#include "grammar/language.h"

namespace ashlar::grammar {

// The language's texts of at most so many bytes.
Result<std::unique_ptr<Language>> capped_language(std::unique_ptr<Language> language,
                                                  std::uint32_t most_bytes);

// A text of the first, one of the joints, a text of the second. REQUIRES: both have texts, and none
// of the first goes on with a joint where another ends.
std::unique_ptr<Language> joined_language(std::unique_ptr<Language> first, std::string_view joints,
                                          std::unique_ptr<Language> second);

}  // namespace ashlar::grammar
