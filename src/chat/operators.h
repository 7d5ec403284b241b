// Arithmetic on values: Python's rules on int (64 bits here), float, str and list.
#pragma once

#include "base/result.h"
#include "chat/ast.h"
#include "chat/value.h"

namespace ashlar::chat {

// An integer result beyond 64 bits is ErrorKind::unsupported, never rounded.
Result<Value> binary(Evaluator& evaluator, BinaryOp op, const Value& left, const Value& right);
Result<Value> unary(UnaryOp op, const Value& operand);

// Markup's escaping of & < > ' " for HTML. A markup text comes back as it is.
Result<Text> escape_html(Meter& meter, const Text& text);

}  // namespace ashlar::chat
