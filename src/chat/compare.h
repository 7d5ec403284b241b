// Equality, order and membership, as Python has them.
#pragma once

#include "base/result.h"
#include "chat/ast.h"
#include "chat/value.h"

namespace ashlar::chat {

Result<bool> equal(Meter& meter, const Value& left, const Value& right);
Result<bool> equal(Meter& meter, const List& left, const List& right);

// left < right; values without an order between them are an error.
Result<bool> less(Meter& meter, const Value& left, const Value& right);

Result<bool> contains(Evaluator& evaluator, const Value& container, const Value& item);
Result<bool> compare(Evaluator& evaluator, CompareOp op, const Value& left, const Value& right);

// Stable. `descending` keeps equal items in their order too. Sorts `order` by the keys it indexes.
Status sort_by_keys(Meter& meter, std::vector<std::size_t>& order, const List& keys,
                    bool descending);

}  // namespace ashlar::chat
