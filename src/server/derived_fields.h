// What a model of /api/create adds to a request of any dialect: fields that the request leaves out.
// Pure.
#pragma once

#include <span>

#include "server/derived_models.h"
#include "server/fields.h"

namespace ashlar::server {

// Its system prompt, where the conversation brings none; its parameters by the names that the
// table has for them.
void add_derived(const DerivedModel& model, std::span<const Field> table, base::Json& body);

}  // namespace ashlar::server
