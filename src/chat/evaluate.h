// Walks the tree of a template and writes its output. One Evaluator is one render.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "chat/arguments.h"
#include "chat/ast.h"
#include "chat/loop.h"
#include "chat/meter.h"
#include "chat/value.h"

namespace ashlar::chat {

// The names that a block of statements sets. Reading goes outward; setting stays here.
struct Scope {
  using Names = std::vector<std::pair<std::string_view, Value>>;
  std::shared_ptr<Scope> parent;
  Names names;

  void set(std::string_view name, Value value);
};
using ScopePtr = std::shared_ptr<Scope>;

class Evaluator {
 public:
  Evaluator(const Program& program, const RenderLimits& limits, const base::Clock& clock)
      : program_(program), meter_(limits), heap_(meter_), clock_(clock), output_(&page_) {}

  // A variable of the caller, or a global function.
  void define(std::string name, Value value) { globals_[std::move(name)] = std::move(value); }
  Result<Text> run();

  // --- what filters, tests, methods and globals need
  Meter& meter() { return meter_; }
  Heap& heap() { return heap_; }
  const base::Clock& clock() const { return clock_; }
  Result<Value> call(const Value& callee, Arguments& arguments);
  Result<Value> apply_filter(std::string_view name, const Value& input, Arguments& arguments);
  Result<bool> apply_test(std::string_view name, const Value& input, Arguments& arguments);

 private:
  enum class Flow { next, stop, again };  // the latter two by break and continue
  using Step = Result<Flow>;

  // --- evaluate_expressions.cpp
  Result<Value> evaluate(const Expression* expression, const ScopePtr& scope);
  Result<Value> on(const Constant& node, const ScopePtr& scope);
  Result<Value> on(const Name& node, const ScopePtr& scope);
  Result<Value> on(const NamespaceTarget& node, const ScopePtr& scope);
  Result<Value> on(const Collection& node, const ScopePtr& scope);
  Result<Value> on(const DictLiteral& node, const ScopePtr& scope);
  Result<Value> on(const Attribute& node, const ScopePtr& scope);
  Result<Value> on(const Subscript& node, const ScopePtr& scope);
  Result<Value> on(const Slice& node, const ScopePtr& scope);
  Result<Value> on(const Call& node, const ScopePtr& scope);
  Result<Value> on(const Filter& node, const ScopePtr& scope);
  Result<Value> on(const Test& node, const ScopePtr& scope);
  Result<Value> on(const Unary& node, const ScopePtr& scope);
  Result<Value> on(const Binary& node, const ScopePtr& scope);
  Result<Value> on(const Logical& node, const ScopePtr& scope);
  Result<Value> on(const Compare& node, const ScopePtr& scope);
  Result<Value> on(const Concat& node, const ScopePtr& scope);
  Result<Value> on(const Conditional& node, const ScopePtr& scope);
  Result<Arguments> arguments(const CallArguments& given, const ScopePtr& scope);
  // A chain of filters whose innermost input is `input`.
  Result<Value> filter_chain(const Expression* filter, const Value& input, const ScopePtr& scope);

  // --- evaluate_statements.cpp
  Step execute(const Body& body, const ScopePtr& scope);
  // A scope for a block that has its own.
  ScopePtr enter(const Body& body, const ScopePtr& outside);
  Step execute(const Statement* statement, const ScopePtr& scope);
  Step on(const Data& node, const ScopePtr& scope);
  Step on(const Output& node, const ScopePtr& scope);
  Step on(const If& node, const ScopePtr& scope);
  Step on(const For& node, const ScopePtr& scope);
  Step on(const Set& node, const ScopePtr& scope);
  Step on(const SetBlock& node, const ScopePtr& scope);
  Step on(const Macro& node, const ScopePtr& scope);
  Step on(const CallBlock& node, const ScopePtr& scope);
  Step on(const FilterBlock& node, const ScopePtr& scope);
  Step on(const With& node, const ScopePtr& scope);
  Step on(const Generation& node, const ScopePtr& scope);
  Step on(const Break& node, const ScopePtr& scope);
  Step on(const Continue& node, const ScopePtr& scope);
  Step run_loop(Loop* loop);
  Result<Value> recurse(Loop* loop, Arguments& arguments);
  Status assign(const Expression* target, const Value& value, const ScopePtr& scope);
  Status unpack(const Collection& target, const Value& value, const ScopePtr& scope);
  // What `body` writes, as a string of its own. `flow` tells how it ended.
  Result<Text> capture(const Body& body, const ScopePtr& scope, Flow& flow);

  // --- evaluate_macros.cpp
  Value make_macro(const Function& function, const ScopePtr& scope);
  Result<Value> call_macro(const Function& function, const ScopePtr& scope, Arguments& arguments);
  Status bind_parameters(const Function& function, Arguments& arguments, const ScopePtr& scope);
  Status bind_rest(const Function& function, Arguments& arguments, const ScopePtr& scope);

  const Program& program_;
  Meter meter_;  // first: texts hold on to it
  Heap heap_;
  const base::Clock& clock_;
  std::unordered_map<std::string, Value> globals_;
  // What a block's scope starts with: names that hide the caller's (scopes.h).
  std::unordered_map<const Body*, Scope::Names> hidden_;
  TextBuilder page_{meter_};
  TextBuilder* output_;
};

}  // namespace ashlar::chat
