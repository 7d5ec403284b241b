// Values as text, the way Python writes them: str() for output, repr() inside containers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

std::string float_repr(double value);        // shortest digits that read back the same
std::string quote(std::string_view string);  // repr of a str
std::string plain_repr(const Value& value);  // of anything without items, for messages

// str(value). A string comes back as it is, with its ranges.
Result<Text> to_text(Meter& meter, const Value& value);
Result<Text> to_repr(Meter& meter, const Value& value);

}  // namespace ashlar::chat
