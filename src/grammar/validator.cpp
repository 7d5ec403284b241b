#include "grammar/validator.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_pointer.h"
#include "grammar/format.h"
#include "grammar/shown.h"
#include "grammar/validation_walk.h"

namespace ashlar::grammar {
namespace {

// What counts for evaluation: members of an object, items of an array.
std::size_t parts_of(const Value& value) {
  if (value.array()) return value.array()->size();
  return value.object() ? value.object()->members.size() : 0;
}

}  // namespace

Result<Verdict> validate(const Schema& schema, const Value& instance) {
  return ValidationWalk(schema).run(instance);
}

Result<Verdict> ValidationWalk::run(const Value& instance) {
  verdict_.valid = evaluate(0, instance, nullptr, true);
  if (stopped_) return tl::unexpected(*stopped_);
  return std::move(verdict_);
}

bool ValidationWalk::spend(std::size_t steps) {
  steps_ += steps;
  if (steps_ > kMostSteps && !stopped_)
    stopped_ = Error{ErrorKind::too_large,
                     fmt::format("validating takes over the limit of {} steps", kMostSteps), path(),
                     "simplify the schema or send less"};
  return !stopped_;
}

bool ValidationWalk::enter() {
  if (nesting_ >= kMostNesting && !stopped_)
    stopped_ =
        Error{ErrorKind::too_large,
              fmt::format("over the limit of {} schemas applied inside one another", kMostNesting),
              path(), "refer to a schema only below a property or an item"};
  return spend(1);
}

bool ValidationWalk::found(PatternId pattern, std::string_view text) {
  if (!spend(1 + text.size() / 16)) return false;
  std::uint64_t steps = 0;
  const auto match = schema_.patterns[pattern].search(text, &steps);
  if (match) return spend(steps / 8) && *match;
  stopped_ = match.error();
  stopped_->where = path();
  return false;
}

// A failure that is told comes with its pointers; the rest are counted as such alone.
void ValidationWalk::fail_at(Frame& frame, std::string_view keyword, std::string message,
                             std::string_view below) {
  frame.valid = false;
  if (!frame.loud || stopped_) return;
  if (verdict_.errors.size() >= kMostErrors || error_bytes_ >= kMostErrorBytes) return;
  ValidationError error{path(), schema_.pointer(frame.id), std::string(keyword),
                        std::move(message)};
  if (!frame.node.literal) error.schema += base::pointer_step(keyword) + std::string(below);
  error_bytes_ += error.instance.size() + error.schema.size() + error.message.size();
  verdict_.errors.push_back(std::move(error));
}

std::string ValidationWalk::path() const {
  std::string pointer;
  for (const Step& step : path_)
    pointer += step.name ? base::pointer_step(*step.name) : fmt::format("/{}", step.index);
  return pointer;
}

bool ValidationWalk::evaluate(NodeId id, const Value& value, Evaluated* seen, bool loud) {
  if (!enter()) return false;
  const Node& node = schema_.nodes[id];
  const bool opens = scope_.empty() || scope_.back() != node.resource;
  if (opens) scope_.push_back(node.resource);
  ++nesting_;
  Frame frame{id, node, value, seen, loud};
  const bool asks = (node.array && node.array->unevaluated && value.array()) ||
                    (node.object && node.object->unevaluated && value.object());
  if (asks && !seen) {
    Evaluated own(parts_of(value));
    frame.seen = &own;
    evaluate_node(frame);
  } else {
    evaluate_node(frame);
  }
  --nesting_;
  if (opens) scope_.pop_back();
  return frame.valid && !stopped_;
}

void ValidationWalk::evaluate_node(Frame& frame) {
  if (frame.node.literal) return check_literal(frame);
  check_references(frame);
  if (!frame.over()) check_type(frame);
  if (!frame.over() && frame.node.enumeration) check_choice(frame, *frame.node.enumeration, "enum");
  if (!frame.over() && frame.node.constant) check_choice(frame, *frame.node.constant, "const");
  if (!frame.over()) check_by_type(frame);
  if (!frame.over()) check_combinations(frame);
  if (!frame.over()) check_unevaluated(frame);
}

// In place: what the subschema evaluated counts when it holds.
bool ValidationWalk::apply(Frame& frame, NodeId id, bool loud) {
  if (!frame.seen) return evaluate(id, frame.value, nullptr, loud);
  if (!spend(frame.seen->count() / 16)) return false;
  Evaluated own(frame.seen->count());
  const bool valid = evaluate(id, frame.value, &own, loud);
  if (valid) frame.seen->merge(own);
  return valid;
}

void ValidationWalk::check_literal(Frame& frame) {
  if (*frame.node.literal) return;
  if (!frame.loud) return fail_at(frame, {}, {});
  const auto tokens = base::pointer_tokens(frame.node.step);
  fail_at(frame, tokens && !tokens->empty() ? tokens->front() : "false", "nothing is allowed here");
}

void ValidationWalk::check_references(Frame& frame) {
  if (frame.node.reference && !apply(frame, *frame.node.reference, frame.loud)) frame.valid = false;
  if (frame.over() || !frame.node.dynamic_reference) return;
  const DynamicReference& reference = *frame.node.dynamic_reference;
  if (!spend(scope_.size() / 16)) return;
  const NodeId target = schema_.target(reference, scope_);
  if (!apply(frame, target, frame.loud)) frame.valid = false;
}

void ValidationWalk::check_type(Frame& frame) {
  static constexpr TypeBit bits[] = {kNull, kBoolean, kNumber, kString, kArray, kObject};
  const TypeMask types = frame.node.types;
  if (types & bits[frame.value.data.index()]) return;
  const Number* number = frame.value.number();
  if (number && (types & kInteger)) {
    const bool plain = number->literal.find_first_of(".eE") == std::string::npos;
    if (plain || (!frame.node.integer_by_literal && Decimal::of(number->literal).is_integer()))
      return;
  }
  if (!frame.loud) return fail_at(frame, "type", {});
  std::string wanted;
  for (const auto& [bit, name] : {std::pair{kNull, "null"},
                                  {kBoolean, "boolean"},
                                  {kObject, "object"},
                                  {kArray, "array"},
                                  {kString, "string"},
                                  {kNumber, "number"},
                                  {kInteger, "integer"}})
    if ((types & bit) && !(bit == kInteger && (types & kNumber)))
      wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", name);
  fail_at(frame, "type",
          number ? fmt::format("{} is not of type {}", shown(number->literal), wanted)
                 : fmt::format("{} is not of type {}", type_name(frame.value), wanted));
}

void ValidationWalk::check_choice(Frame& frame, const Choice& choice, std::string_view keyword) {
  if (!spend(choice.longest / 64)) return;
  const auto text = canonical_text(frame.value, choice.longest);
  if (text && std::binary_search(choice.canonical.begin(), choice.canonical.end(), *text)) return;
  fail_at(frame, keyword,
          fmt::format("not {} of {} allowed values", choice.values.size() == 1 ? "that" : "one",
                      choice.values.size()));
}

void ValidationWalk::check_by_type(Frame& frame) {
  const Node& node = frame.node;
  if (const Number* number = frame.value.number()) {
    if (node.number) check_number(frame, *node.number, *number);
  } else if (const std::string* text = frame.value.string()) {
    check_string(frame, *text);
  } else if (const Array* array = frame.value.array()) {
    if (node.array) check_array(frame, *node.array, *array);
  } else if (const Object* object = frame.value.object()) {
    if (node.object) check_object(frame, *node.object, *object);
  }
}

void ValidationWalk::check_number(Frame& frame, const NumberLimits& limits, const Number& number) {
  if (!spend(number.literal.size() / 16)) return;
  const Decimal value = Decimal::of(number.literal);
  const auto tell = [&](std::string_view keyword, std::string_view how, const Decimal& limit) {
    fail_at(frame, keyword,
            fmt::format("{} is {} {}", shown(number.literal), how, shown(limit.text())));
  };
  if (limits.minimum && value < *limits.minimum) tell("minimum", "under", *limits.minimum);
  if (limits.maximum && value > *limits.maximum) tell("maximum", "over", *limits.maximum);
  if (limits.exclusive_minimum && value <= *limits.exclusive_minimum)
    tell("exclusiveMinimum", "not over", *limits.exclusive_minimum);
  if (limits.exclusive_maximum && value >= *limits.exclusive_maximum)
    tell("exclusiveMaximum", "not under", *limits.exclusive_maximum);
  if (limits.multiple_of && !value.is_multiple_of(*limits.multiple_of))
    tell("multipleOf", "no multiple of", *limits.multiple_of);
}

void ValidationWalk::check_string(Frame& frame, const std::string& text) {
  const Node& node = frame.node;
  if (node.string) {
    const StringLimits& limits = *node.string;
    if (!spend(text.size() / 64)) return;
    const auto length =
        static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
          return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        }));
    if (limits.min_length && length < *limits.min_length)
      fail_at(frame, "minLength",
              fmt::format("{} characters, fewer than {}", length, *limits.min_length));
    if (limits.max_length && length > *limits.max_length)
      fail_at(frame, "maxLength",
              fmt::format("{} characters, more than {}", length, *limits.max_length));
    if (limits.pattern && !frame.over() && !found(*limits.pattern, text))
      fail_at(frame, "pattern",
              fmt::format("'{}' doesn't match '{}'", shown(text),
                          shown(schema_.patterns[*limits.pattern].text())));
  }
  if (!node.format || !node.format->asserted || frame.over() || !spend(text.size() / 16)) return;
  if (!node.format->format->accepts(text))
    fail_at(frame, "format", fmt::format("'{}' is no {}", shown(text), node.format->name));
}

void ValidationWalk::check_combinations(Frame& frame) {
  const Node& node = frame.node;
  for (const NodeId id : node.all_of) {
    if (!apply(frame, id, frame.loud)) frame.valid = false;
    if (frame.over() || stopped_) return;
  }
  if (!node.any_of.empty()) check_any_of(frame);
  if (!node.one_of.empty() && !frame.over()) check_one_of(frame);
  if (node.negated && !frame.over() && evaluate(*node.negated, frame.value, nullptr, false))
    fail_at(frame, "not", "it is what it must not be");
  if (node.condition && !frame.over()) check_condition(frame);
}

void ValidationWalk::check_any_of(Frame& frame) {
  bool any = false;
  for (const NodeId id : frame.node.any_of) {
    any |= apply(frame, id, false);
    if ((any && !frame.seen) || stopped_) break;  // what the others evaluate counts as well
  }
  if (!any)
    fail_at(frame, "anyOf", fmt::format("none of {} alternatives holds", frame.node.any_of.size()));
}

void ValidationWalk::check_one_of(Frame& frame) {
  std::size_t count = 0;
  for (const NodeId id : frame.node.one_of) {
    if (apply(frame, id, false)) ++count;
    if ((count > 1 && !frame.loud) || stopped_) break;
  }
  if (count != 1)
    fail_at(frame, "oneOf",
            fmt::format("{} of {} alternatives hold, not one", count, frame.node.one_of.size()));
}

void ValidationWalk::check_condition(Frame& frame) {
  const bool holds = apply(frame, *frame.node.condition, false);
  const auto& branch = holds ? frame.node.consequence : frame.node.alternative;
  if (branch && !apply(frame, *branch, frame.loud)) frame.valid = false;
}

}  // namespace ashlar::grammar
