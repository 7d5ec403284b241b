// Macros, call blocks and their arguments. Source: jinja2's Macro.__call__.
#include <fmt/format.h>

#include <algorithm>

#include "chat/evaluate.h"
#include "chat/repr.h"

namespace ashlar::chat {

Value Evaluator::make_macro(const Function& function, const ScopePtr& scope) {
  Callable macro{
      "jinja2.runtime.Macro", fmt::format("<Macro {}>", quote(function.name)), {}, {}, {}};
  macro.call = [this, &function, scope](Evaluator&, Arguments& arguments) {
    return call_macro(function, scope, arguments);
  };
  macro.attributes.emplace_back("name", Text(function.name));
  return heap_.callable(std::move(macro));
}

Evaluator::Step Evaluator::on(const Macro& node, const ScopePtr& scope) {
  scope->set(node.function.name, make_macro(node.function, scope));
  return Flow::next;
}

Evaluator::Step Evaluator::on(const CallBlock& node, const ScopePtr& scope) {
  const Call& call_node = std::get<Call>(node.call->node);
  ASHLAR_ASSIGN(const Value callee, evaluate(call_node.callee, scope));
  ASHLAR_ASSIGN(Arguments made, arguments(call_node.arguments, scope));
  if (made.keyword("caller")) return python_error("the argument 'caller' is given twice");
  made.keywords.emplace_back(Text("caller"), make_macro(node.caller, scope));
  ASHLAR_ASSIGN(const Value value, call(callee, made));
  ASHLAR_ASSIGN(const Text text, to_text(meter_, value));
  output_->append(text);
  return Flow::next;
}

Result<Value> Evaluator::call_macro(const Function& function, const ScopePtr& scope,
                                    Arguments& arguments) {
  DepthScope level(meter_);
  ASHLAR_TRY(level.entered());
  const ScopePtr inner = enter(function.body, scope);
  ASHLAR_TRY(bind_parameters(function, arguments, inner));
  Flow flow = Flow::next;
  return capture(function.body, inner, flow);
}

Status Evaluator::bind_parameters(const Function& function, Arguments& arguments,
                                  const ScopePtr& scope) {
  const std::size_t count = function.parameters.size();
  const std::size_t given = std::min(arguments.positional.size(), count);
  std::vector<std::optional<Value>> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] =
        i < given ? arguments.positional[i] : arguments.take_keyword(function.parameters[i]);
  ASHLAR_TRY(bind_rest(function, arguments, scope));
  const std::size_t first_default = count - function.defaults.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!values[i] && i >= first_default) {
      ASHLAR_ASSIGN(values[i], evaluate(function.defaults[i - first_default], scope));
    }
    if (!values[i])
      values[i] = heap_.undefined_hint(
          fmt::format("parameter {} was not provided", quote(function.parameters[i])));
    scope->set(function.parameters[i], *values[i]);
  }
  return {};
}

// caller, kwargs and varargs exist where the body reads them; else what is left over is an error.
Status Evaluator::bind_rest(const Function& function, Arguments& arguments, const ScopePtr& scope) {
  const bool is_parameter =
      std::ranges::find(function.parameters, "caller") != function.parameters.end();
  if (function.uses_caller && !is_parameter) {
    const std::optional<Value> caller = arguments.take_keyword("caller");
    scope->set("caller", caller ? *caller : heap_.undefined_hint("No caller defined"));
  }
  if (function.uses_kwargs) {
    Dict* kwargs = heap_.dict();
    for (const auto& [name, value] : arguments.keywords)
      ASHLAR_TRY(heap_.insert(*kwargs, name, value));
    scope->set("kwargs", kwargs);
  } else if (!arguments.keywords.empty()) {
    return python_error(fmt::format("macro {} takes no keyword argument {}", quote(function.name),
                                    quote(arguments.keywords[0].first.view())));
  }
  const std::size_t count = function.parameters.size();
  if (function.uses_varargs) {
    List rest;
    if (arguments.positional.size() > count)
      rest.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(count),
                  arguments.positional.end());
    ASHLAR_ASSIGN(const Value varargs, heap_.tuple(std::move(rest)));
    scope->set("varargs", varargs);
  } else if (arguments.positional.size() > count) {
    return python_error(
        fmt::format("macro {} takes not more than {} argument(s)", quote(function.name), count));
  }
  return {};
}

}  // namespace ashlar::chat
