// What the engine gave of a request, as the façade tells it.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "engine/request.h"
#include "llm/llm.h"

namespace ashlar::llm {

// How the answers of a request with tools are read.
struct ToolReading {
  ToolManner manner;
  CallStreams streams;
};
using SharedToolReading = std::shared_ptr<ToolReading>;  // null: there are no tools

Event event_of(const engine::Event& event, const SharedToolReading& tools);
Result<Answer> answer_of(Result<engine::Choices> choices, std::uint64_t seed,
                         const SharedToolReading& tools);
// Errors: cancelled, where a part is missing.
Result<Score> checked_score(Result<engine::Choices> choices);

}  // namespace ashlar::llm
