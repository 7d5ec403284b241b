#include <fmt/format.h>

#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/lexer.h"
#include "chat/lookup.h"
#include "chat/operators.h"
#include "chat/repr.h"
#include "chat/tests.h"

namespace ashlar::chat {

void Scope::set(std::string_view name, Value value) {
  for (auto& [known, held] : names)
    if (known == name) {
      held = std::move(value);
      return;
    }
  names.emplace_back(name, std::move(value));
}

Result<Value> Evaluator::evaluate(const Expression* expression, const ScopePtr& scope) {
  DepthScope level(meter_);
  Status ready = level.entered();
  if (ready) ready = meter_.step();
  Result<Value> result =
      ready ? std::visit([&](const auto& node) { return on(node, scope); }, expression->node)
            : Result<Value>(tl::unexpected<Error>(std::move(ready.error())));
  if (!result && result.error().where.empty())
    result.error().where = position(program_.source, program_.where, expression->at);
  return result;
}

Result<Value> Evaluator::on(const Constant& node, const ScopePtr&) {
  return node.value;
}

Result<Value> Evaluator::on(const Name& node, const ScopePtr& scope) {
  for (const Scope* at = scope.get(); at; at = at->parent.get()) {
    ASHLAR_TRY(meter_.search(at->names.size()));
    for (const auto& [name, value] : at->names)
      if (name == node.name) return value;
  }
  const auto global = globals_.find(node.name);
  if (global != globals_.end()) return global->second;
  return heap_.undefined_variable(node.name);
}

Result<Value> Evaluator::on(const NamespaceTarget& node, const ScopePtr&) {
  return python_error(fmt::format("'{}.{}' is no value here", node.name, node.attribute));
}

Result<Value> Evaluator::on(const Collection& node, const ScopePtr& scope) {
  List items;
  items.reserve(node.items.size());
  for (const Expression* item : node.items) {
    ASHLAR_ASSIGN(Value value, evaluate(item, scope));
    items.push_back(std::move(value));
  }
  return heap_.sequence(node.kind, std::move(items));
}

Result<Value> Evaluator::on(const DictLiteral& node, const ScopePtr& scope) {
  Dict* dict = heap_.dict();
  for (const auto& [key, value] : node.entries) {
    ASHLAR_ASSIGN(const Value made_key, evaluate(key, scope));
    ASHLAR_ASSIGN(const Value made_value, evaluate(value, scope));
    ASHLAR_TRY(heap_.insert(*dict, made_key, made_value));
  }
  return dict;
}

Result<Value> Evaluator::on(const Attribute& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value object, evaluate(node.object, scope));
  return get_attribute(*this, object, node.name);
}

Result<Value> Evaluator::on(const Subscript& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value object, evaluate(node.object, scope));
  ASHLAR_ASSIGN(const Value key, evaluate(node.key, scope));
  return get_item(*this, object, key);
}

Result<Value> Evaluator::on(const Slice& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value object, evaluate(node.object, scope));
  Value bounds[3];
  const Expression* given[3] = {node.start, node.stop, node.step};
  for (int i = 0; i < 3; ++i) {
    if (!given[i]) continue;
    ASHLAR_ASSIGN(bounds[i], evaluate(given[i], scope));
  }
  return slice(*this, object, bounds[0], bounds[1], bounds[2]);
}

Result<Arguments> Evaluator::arguments(const CallArguments& given, const ScopePtr& scope) {
  Arguments made;
  for (const Expression* value : given.positional) {
    ASHLAR_ASSIGN(Value argument, evaluate(value, scope));
    made.positional.push_back(std::move(argument));
  }
  for (const auto& [name, value] : given.keywords) {
    ASHLAR_ASSIGN(Value argument, evaluate(value, scope));
    made.keywords.emplace_back(name, std::move(argument));
  }
  if (given.rest) {
    ASHLAR_ASSIGN(const Value rest, evaluate(given.rest, scope));
    ASHLAR_ASSIGN(const List items, iterate(*this, rest));
    made.positional.insert(made.positional.end(), items.begin(), items.end());
  }
  if (!given.more) return made;
  ASHLAR_ASSIGN(const Value more, evaluate(given.more, scope));
  const auto* dict = more.get<Dict*>();
  if (!dict) return python_error("the argument after ** must be a mapping");
  ASHLAR_TRY(meter_.step((*dict)->entries.size()));
  for (const auto& [key, value] : (*dict)->entries) {
    const Text* name = key.get<Text>();
    if (!name) return python_error("keywords must be strings");
    ASHLAR_TRY(meter_.search(made.keywords.size()));
    if (made.keyword(name->view()))
      return python_error(fmt::format("the argument '{}' is given twice", name->view()));
    made.keywords.emplace_back(*name, value);
  }
  return made;
}

Result<Value> Evaluator::on(const Call& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value callee, evaluate(node.callee, scope));
  ASHLAR_ASSIGN(Arguments made, arguments(node.arguments, scope));
  return call(callee, made);
}

Result<Value> Evaluator::call(const Value& callee, Arguments& arguments) {
  if (const auto* callable = callee.get<Callable*>(); callable && (*callable)->call)
    return (*callable)->call(*this, arguments);
  if (const auto* loop = callee.get<Loop*>()) return recurse(*loop, arguments);
  if (const auto* undefined = callee.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  return python_error(fmt::format("'{}' object is not callable", type_name(callee)));
}

Result<Value> Evaluator::on(const Filter& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value input, evaluate(node.input, scope));
  ASHLAR_ASSIGN(Arguments made, arguments(node.arguments, scope));
  return apply_filter(node.name, input, made);
}

Result<Value> Evaluator::filter_chain(const Expression* filter, const Value& input,
                                      const ScopePtr& scope) {
  const Filter& node = std::get<Filter>(filter->node);
  Value fed = input;
  if (node.input) {
    DepthScope level(meter_);
    ASHLAR_TRY(level.entered());
    ASHLAR_ASSIGN(fed, filter_chain(node.input, input, scope));
  }
  ASHLAR_ASSIGN(Arguments made, arguments(node.arguments, scope));
  return apply_filter(node.name, fed, made);
}

Result<Value> Evaluator::apply_filter(std::string_view name, const Value& input,
                                      Arguments& arguments) {
  ASHLAR_TRY(meter_.step());
  const FilterFunction filter = find_filter(name);
  if (!filter)
    return fail(ErrorKind::unsupported, fmt::format("no filter named '{}'", name), {},
                "docs/formats/jinja.md lists every filter");
  return filter(*this, input, arguments);
}

Result<bool> Evaluator::apply_test(std::string_view name, const Value& input,
                                   Arguments& arguments) {
  ASHLAR_TRY(meter_.step());
  const TestFunction test = find_test(name);
  if (!test)
    return fail(ErrorKind::unsupported, fmt::format("no test named '{}'", name), {},
                "docs/formats/jinja.md lists every test");
  return test(*this, input, arguments);
}

Result<Value> Evaluator::on(const Test& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value input, evaluate(node.input, scope));
  ASHLAR_ASSIGN(Arguments made, arguments(node.arguments, scope));
  ASHLAR_ASSIGN(const bool passed, apply_test(node.name, input, made));
  return Value(passed != node.negated);
}

Result<Value> Evaluator::on(const Unary& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value operand, evaluate(node.operand, scope));
  return unary(node.op, operand);
}

// A long chain a + b + c leans left: walked in a loop, it costs one level of depth.
Result<Value> Evaluator::on(const Binary& node, const ScopePtr& scope) {
  std::vector<const Binary*> chain{&node};
  while (const auto* left = std::get_if<Binary>(&chain.back()->left->node)) chain.push_back(left);
  ASHLAR_ASSIGN(Value value, evaluate(chain.back()->left, scope));
  for (; !chain.empty(); chain.pop_back()) {
    ASHLAR_ASSIGN(const Value right, evaluate(chain.back()->right, scope));
    ASHLAR_ASSIGN(value, binary(*this, chain.back()->op, value, right));
  }
  return value;
}

Result<Value> Evaluator::on(const Logical& node, const ScopePtr& scope) {
  Value value;
  for (const Expression* operand : node.operands) {
    ASHLAR_ASSIGN(value, evaluate(operand, scope));
    if (truth(value) != node.conjunction) break;
  }
  return value;
}

Result<Value> Evaluator::on(const Compare& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(Value left, evaluate(node.first, scope));
  for (const auto& [op, operand] : node.rest) {
    ASHLAR_ASSIGN(Value right, evaluate(operand, scope));
    ASHLAR_ASSIGN(const bool holds, compare(*this, op, left, right));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Evaluator::on(const Concat& node, const ScopePtr& scope) {
  TextBuilder builder(meter_);
  for (const Expression* part : node.parts) {
    ASHLAR_ASSIGN(const Value value, evaluate(part, scope));
    ASHLAR_ASSIGN(const Text text, to_text(meter_, value));
    builder.append(text);
  }
  return builder.finish();
}

Result<Value> Evaluator::on(const Conditional& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value test, evaluate(node.test, scope));
  if (truth(test)) return evaluate(node.then, scope);
  if (node.otherwise) return evaluate(node.otherwise, scope);
  return heap_.undefined_hint(
      "the inline if-expression evaluated to false and no else section was defined.");
}

}  // namespace ashlar::chat
