#include <fmt/format.h>

#include "chat/evaluate.h"
#include "chat/lexer.h"
#include "chat/repr.h"

namespace ashlar::chat {

Result<Text> Evaluator::run() {
  for (const auto& [body, names] : program_.hidden)
    for (const std::string& name : names)
      if (globals_.contains(name)) hidden_[body].emplace_back(name, heap_.undefined_variable(name));
  ASHLAR_TRY(execute(program_.body, enter(program_.body, nullptr)));
  return page_.finish();
}

ScopePtr Evaluator::enter(const Body& body, const ScopePtr& outside) {
  auto scope = std::make_shared<Scope>(Scope{outside, {}});
  if (const auto hidden = hidden_.find(&body); hidden != hidden_.end())
    scope->names = hidden->second;
  return scope;
}

Evaluator::Step Evaluator::execute(const Body& body, const ScopePtr& scope) {
  for (const Statement* statement : body) {
    ASHLAR_ASSIGN(const Flow flow, execute(statement, scope));
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Evaluator::Step Evaluator::execute(const Statement* statement, const ScopePtr& scope) {
  DepthScope level(meter_);
  Status ready = level.entered();
  if (ready) ready = meter_.step();
  Step flow = ready ? std::visit([&](const auto& node) { return on(node, scope); }, statement->node)
                    : Step(tl::unexpected<Error>(std::move(ready.error())));
  if (flow && output_->full()) flow = tl::unexpected<Error>(meter_.text_too_large());
  if (!flow && flow.error().where.empty())
    flow.error().where = position(program_.source, program_.where, statement->at);
  return flow;
}

Evaluator::Step Evaluator::on(const Data& node, const ScopePtr&) {
  ASHLAR_TRY(meter_.scan(node.text.size()));
  output_->append(node.text);
  return Flow::next;
}

Evaluator::Step Evaluator::on(const Output& node, const ScopePtr& scope) {
  for (const Expression* expression : node.values) {
    ASHLAR_ASSIGN(const Value value, evaluate(expression, scope));
    ASHLAR_ASSIGN(const Text text, to_text(meter_, value));
    ASHLAR_TRY(meter_.scan(text.size()));
    output_->append(text);
  }
  return Flow::next;
}

Evaluator::Step Evaluator::on(const If& node, const ScopePtr& scope) {
  for (const auto& [test, body] : node.branches) {
    ASHLAR_ASSIGN(const Value value, evaluate(test, scope));
    if (truth(value)) return execute(body, scope);
  }
  return execute(node.otherwise, scope);
}

Evaluator::Step Evaluator::on(const For& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value iterable, evaluate(node.iterable, scope));
  ASHLAR_ASSIGN(List items, iterate(*this, iterable));
  return run_loop(heap_.loop(Loop{&node, scope, 0, std::move(items), {}}));
}

Evaluator::Step Evaluator::run_loop(Loop* loop) {
  const For& node = *loop->node;
  if (!node.filter)
    loop->items = std::exchange(loop->source, {});
  else
    loop->accept = [this, &node, loop](const Value& item) -> Result<bool> {
      const auto scope = std::make_shared<Scope>(Scope{loop->outside, {}});
      ASHLAR_TRY(assign(node.target, item, scope));
      ASHLAR_ASSIGN(const Value accepted, evaluate(node.filter, scope));
      return truth(accepted);
    };
  bool finished_one = false;  // a body that break or continue cuts doesn't count, as in jinja2
  for (;;) {
    ASHLAR_ASSIGN(const bool more, loop->advance());
    if (!more) break;
    ASHLAR_TRY(meter_.step());
    const ScopePtr scope = enter(node.body, loop->outside);
    scope->set("loop", loop);
    ASHLAR_TRY(assign(node.target, loop->item(), scope));
    ASHLAR_ASSIGN(const Flow flow, execute(node.body, scope));
    if (flow == Flow::stop) break;
    if (flow == Flow::next) finished_one = true;
  }
  if (finished_one) return Flow::next;
  return execute(node.otherwise, enter(node.otherwise, loop->outside));
}

// loop(items) of a recursive loop: the body again over other items, as a string.
Result<Value> Evaluator::recurse(Loop* loop, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("loop", {"iterable"}, 1));
  if (!loop->node->recursive)
    return python_error("The loop must have the 'recursive' marker to be called recursively.");
  ASHLAR_ASSIGN(List items, iterate(*this, *arguments.at(0)));
  TextBuilder page(meter_);
  TextBuilder* const before = std::exchange(output_, &page);
  const Step flow =
      run_loop(heap_.loop(Loop{loop->node, loop->outside, loop->depth0 + 1, std::move(items), {}}));
  output_ = before;
  if (!flow) return tl::unexpected<Error>(flow.error());
  return page.finish();
}

Status Evaluator::assign(const Expression* target, const Value& value, const ScopePtr& scope) {
  if (const auto* name = std::get_if<Name>(&target->node)) {
    ASHLAR_TRY(meter_.search(scope->names.size()));
    scope->set(name->name, value);
    return {};
  }
  if (const auto* items = std::get_if<Collection>(&target->node))
    return unpack(*items, value, scope);
  const auto& attribute = std::get<NamespaceTarget>(target->node);
  ASHLAR_ASSIGN(const Value owner, on(Name{attribute.name}, scope));
  const auto* space = owner.get<Namespace*>();
  if (!space) return python_error("cannot assign attribute on non-namespace object");
  ASHLAR_TRY(meter_.search((*space)->attributes.size()));
  if (Value* held = (*space)->find(attribute.attribute)) {
    *held = value;
    return {};
  }
  (*space)->attributes.emplace_back(Text(attribute.attribute), value);
  return {};
}

Status Evaluator::unpack(const Collection& target, const Value& value, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const List items, iterate(*this, value));
  const std::size_t wanted = target.items.size();
  if (items.size() < wanted)
    return python_error(
        fmt::format("not enough values to unpack (expected {}, got {})", wanted, items.size()));
  if (items.size() > wanted)
    return python_error(fmt::format("too many values to unpack (expected {})", wanted));
  for (std::size_t i = 0; i < wanted; ++i) ASHLAR_TRY(assign(target.items[i], items[i], scope));
  return {};
}

Evaluator::Step Evaluator::on(const Set& node, const ScopePtr& scope) {
  ASHLAR_ASSIGN(const Value value, evaluate(node.value, scope));
  ASHLAR_TRY(assign(node.target, value, scope));
  return Flow::next;
}

Result<Text> Evaluator::capture(const Body& body, const ScopePtr& scope, Flow& flow) {
  TextBuilder page(meter_);
  TextBuilder* const before = std::exchange(output_, &page);
  const Step step = execute(body, scope);
  output_ = before;
  if (!step) return tl::unexpected<Error>(step.error());
  flow = *step;
  return page.finish();
}

Evaluator::Step Evaluator::on(const SetBlock& node, const ScopePtr& scope) {
  Flow flow = Flow::next;
  const ScopePtr inner = enter(node.body, scope);
  ASHLAR_ASSIGN(const Text text, capture(node.body, inner, flow));
  if (flow != Flow::next) return flow;
  Value value = text;
  if (node.filter) {
    ASHLAR_ASSIGN(value, filter_chain(node.filter, text, inner));
  }
  ASHLAR_TRY(assign(node.target, value, scope));
  return Flow::next;
}

Evaluator::Step Evaluator::on(const FilterBlock& node, const ScopePtr& scope) {
  Flow flow = Flow::next;
  const ScopePtr inner = enter(node.body, scope);
  ASHLAR_ASSIGN(const Text text, capture(node.body, inner, flow));
  if (flow != Flow::next) return flow;
  ASHLAR_ASSIGN(const Value value, filter_chain(node.filter, text, inner));
  ASHLAR_ASSIGN(const Text filtered, to_text(meter_, value));
  output_->append(filtered);
  return Flow::next;
}

Evaluator::Step Evaluator::on(const With& node, const ScopePtr& scope) {
  const ScopePtr inner = enter(node.body, scope);
  std::vector<Value> values;
  for (const auto& binding : node.bindings) {
    ASHLAR_ASSIGN(Value value, evaluate(binding.second, scope));
    values.push_back(std::move(value));
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    ASHLAR_TRY(assign(node.bindings[i].first, values[i], inner));
  return execute(node.body, inner);
}

Evaluator::Step Evaluator::on(const Generation& node, const ScopePtr& scope) {
  return execute(node.body, enter(node.body, scope));
}

Evaluator::Step Evaluator::on(const Break&, const ScopePtr&) {
  return Flow::stop;
}

Evaluator::Step Evaluator::on(const Continue&, const ScopePtr&) {
  return Flow::again;
}

}  // namespace ashlar::chat
