#include "chat/tests.h"

#include <fmt/format.h>

#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/operators.h"
#include "chat/repr.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

// A test of the value alone.
template <bool (*holds)(const Value&)>
Result<bool> simple(Evaluator&, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("this test", {}));
  return holds(input);
}

bool is_defined(const Value& v) {
  return !v.is<const Undefined*>();
}
bool is_undefined(const Value& v) {
  return v.is<const Undefined*>();
}
bool is_none(const Value& v) {
  return v.is<None>();
}
bool is_boolean(const Value& v) {
  return v.is<bool>();
}
bool is_true(const Value& v) {
  return v.is<bool>() && v.as<bool>();
}
bool is_false(const Value& v) {
  return v.is<bool>() && !v.as<bool>();
}
bool is_integer(const Value& v) {
  return v.is<std::int64_t>();
}
bool is_float(const Value& v) {
  return v.is<double>();
}
bool is_string(const Value& v) {
  return v.is<Text>();
}
bool is_mapping(const Value& v) {
  return v.is<Dict*>();
}
bool is_escaped(const Value& v) {
  return v.is<Text>() && v.get<Text>()->markup();
}

bool is_sequence(const Value& v) {
  const auto* sequence = v.get<Sequence*>();
  const bool indexed = sequence && (*sequence)->kind <= SequenceKind::range;
  return indexed || v.is<Text>() || v.is<Dict*>() || v.is<const Undefined*>();
}

bool is_callable(const Value& v) {
  return v.is<Callable*>() || v.is<const Undefined*>() || v.is<Loop*>();
}

template <bool upper>
Result<bool> is_case(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("this test", {}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  ASHLAR_TRY(evaluator.meter().scan(text.size()));
  return is_cased_text(text.view(), upper);
}

Result<bool> remainder_is(Evaluator& evaluator, const Value& input, const Value& divisor,
                          std::int64_t wanted) {
  ASHLAR_ASSIGN(const Value remainder, binary(evaluator, BinaryOp::modulo, input, divisor));
  return equal(evaluator.meter(), remainder, Value(wanted));
}

template <std::int64_t wanted>
Result<bool> parity(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("this test", {}));
  return remainder_is(evaluator, input, Value(std::int64_t{2}), wanted);
}

Result<bool> divisible(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("divisibleby", {"num"}, 1));
  return remainder_is(evaluator, input, *arguments.at(0), 0);
}

template <CompareOp op>
Result<bool> compared(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("this test", 1, 1));
  return compare(evaluator, op, input, arguments.positional[0]);
}

Result<bool> in(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("in", {"seq"}, 1));
  return contains(evaluator, *arguments.at(0), input);
}

// Identity: of containers the same object; of scalars the same type and value.
Result<bool> sameas(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("sameas", {"other"}, 1));
  const Value& other = *arguments.at(0);
  if (input.variant().index() != other.variant().index()) return false;
  if (const auto* sequence = input.get<Sequence*>()) return *sequence == other.as<Sequence*>();
  if (const auto* dict = input.get<Dict*>()) return *dict == other.as<Dict*>();
  return equal(evaluator.meter(), input, other);
}

template <bool filter>
Result<bool> is_known(Evaluator&, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("this test", {}));
  const Text* name = input.get<Text>();
  if (!name) return false;
  return filter ? find_filter(name->view()) != nullptr : find_test(name->view()) != nullptr;
}

struct NamedTest {
  std::string_view name;
  TestFunction function;
};

constexpr NamedTest kTable[] = {
    {"!=", compared<CompareOp::unequal>},
    {"<", compared<CompareOp::less>},
    {"<=", compared<CompareOp::less_equal>},
    {"==", compared<CompareOp::equal>},
    {">", compared<CompareOp::greater>},
    {">=", compared<CompareOp::greater_equal>},
    {"boolean", simple<is_boolean>},
    {"callable", simple<is_callable>},
    {"defined", simple<is_defined>},
    {"divisibleby", divisible},
    {"eq", compared<CompareOp::equal>},
    {"equalto", compared<CompareOp::equal>},
    {"escaped", simple<is_escaped>},
    {"even", parity<0>},
    {"false", simple<is_false>},
    {"filter", is_known<true>},
    {"float", simple<is_float>},
    {"ge", compared<CompareOp::greater_equal>},
    {"greaterthan", compared<CompareOp::greater>},
    {"gt", compared<CompareOp::greater>},
    {"in", in},
    {"integer", simple<is_integer>},
    {"iterable", simple<is_iterable>},
    {"le", compared<CompareOp::less_equal>},
    {"lessthan", compared<CompareOp::less>},
    {"lower", is_case<false>},
    {"lt", compared<CompareOp::less>},
    {"mapping", simple<is_mapping>},
    {"ne", compared<CompareOp::unequal>},
    {"none", simple<is_none>},
    {"number", simple<is_number>},
    {"odd", parity<1>},
    {"sameas", sameas},
    {"sequence", simple<is_sequence>},
    {"string", simple<is_string>},
    {"test", is_known<false>},
    {"true", simple<is_true>},
    {"undefined", simple<is_undefined>},
    {"upper", is_case<true>},
};

}  // namespace

TestFunction find_test(std::string_view name) {
  for (const NamedTest& test : kTable)
    if (test.name == name) return test.function;
  return nullptr;
}

}  // namespace ashlar::chat
