// Filters: `value|name(arguments)`. A table of names; adding one is a function and a line.
// Source: jinja2 3.1.6's filters, and tojson as Transformers defines it.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "chat/arguments.h"
#include "chat/value.h"

namespace ashlar::chat {

using FilterFunction = Result<Value> (*)(Evaluator&, const Value& input, Arguments&);

struct NamedFilter {
  std::string_view name;
  FilterFunction function;
};

// Each file of filters has its own table.
std::span<const NamedFilter> text_filters();      // filters_text.cpp
std::span<const NamedFilter> sequence_filters();  // filters_sequence.cpp
std::span<const NamedFilter> order_filters();     // filters_order.cpp
std::span<const NamedFilter> select_filters();    // filters_select.cpp
std::span<const NamedFilter> value_filters();     // filters_value.cpp

// Null when there is no filter of that name.
FilterFunction find_filter(std::string_view name);

}  // namespace ashlar::chat
