// What goes into a prompt: values for its variables, held against their types.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "prompt/spec.h"

namespace ashlar::prompt {

// Of string, integer, number, boolean, list and object; none for another name.
std::optional<base::Json> schema_of_type_name(std::string_view name);

// bad_input, with `where`, unless the value is what the variable's schema asks for. REQUIRES: that
// is compiled.
Status check_value(const std::string& name, const Variable& variable, const base::Json& value,
                   const std::string& where);

// What `text` means as a value of the variable: where that is a string, itself; else the JSON that
// it spells, or itself where it spells none. Errors: a name that isn't declared.
Result<base::Json> value_of_text(const PromptSpec& spec, const std::string& name,
                                 const std::string& text);

// That `given` is an object of declared variables, each of its type; `where` is `pointer` and the
// name.
Status check_values(const PromptSpec& spec, const base::Json& given, const std::string& pointer);

// `given`, an object, and what it leaves out by the variables' defaults. Errors: check_values()',
// and a variable without value, by its name.
Result<base::Json> complete_values(const PromptSpec& spec, const base::Json& given,
                                   const std::string& pointer = "");

// The same of an example, which needs only the variables that the user's template `reads`.
Result<base::Json> example_values(const PromptSpec& spec, const std::set<std::string>& reads,
                                  const base::Json& given, const std::string& pointer);

}  // namespace ashlar::prompt
