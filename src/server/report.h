// The `ashlar` object of an answer: what it was made with, and what was not as asked.
#pragma once

#include <vector>

#include "base/json.h"
#include "server/answering.h"
#include "server/fields.h"
#include "server/models.h"

namespace ashlar::server {

// seed, sampler, adapter (name and generation, or null), template_hash (of chats), cached_tokens,
// ignored_fields, unknown_fields.
base::Json report_of(const Asked& asked, const ServedModel& model, const std::vector<Told>& told);

}  // namespace ashlar::server
