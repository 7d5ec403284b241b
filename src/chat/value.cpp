#include "chat/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chat/evaluate.h"
#include "chat/repr.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

constexpr std::size_t kMaxTupleKey = 4096;

std::uint32_t height_of(const Value& value) {
  if (const auto* sequence = value.get<Sequence*>()) return (*sequence)->height;
  if (const auto* dict = value.get<Dict*>()) return (*dict)->height;
  return 0;
}

// "dict object", "None": how Jinja names the owner of a missing attribute.
std::string owner_name(const Value& value) {
  if (value.is<None>()) return "None";
  if (value.is<Namespace*>()) return "jinja2.utils.Namespace object";
  if (value.is<Loop*>()) return "jinja2.runtime.LoopContext object";
  if (const auto* callable = value.get<Callable*>()) return (*callable)->type + " object";
  return fmt::format("{} object", type_name(value));
}

}  // namespace

Value* Namespace::find(std::string_view name) {
  for (auto& [key, value] : attributes)
    if (key.view() == name) return &value;
  return nullptr;
}

Result<Value> Heap::sequence(SequenceKind kind, List items, std::string label) {
  std::uint32_t height = 0;
  for (const Value& item : items) height = std::max(height, height_of(item));
  if (height >= meter_->depth_limit()) return tl::unexpected<Error>(meter_->too_deep());
  ASHLAR_TRY(meter_->step(1 + items.size()));
  return Value(
      &sequences_.emplace_back(Sequence{kind, std::move(items), height + 1, std::move(label)}));
}

Dict* Heap::dict() {
  return &dicts_.emplace_back();
}

Status Heap::insert(Dict& dict, const Value& key, const Value& value) {
  ASHLAR_TRY(meter_->step());
  const Text* text = key.get<Text>();
  std::string other;
  if (text) {
    ASHLAR_TRY(meter_->scan(text->size()));
  } else {
    ASHLAR_ASSIGN(other, key_of(key));
  }
  const std::uint32_t height = std::max(height_of(key), height_of(value));
  if (height >= meter_->depth_limit()) return tl::unexpected<Error>(meter_->too_deep());
  dict.height = std::max(dict.height, height + 1);
  const std::size_t next = dict.entries.size();
  const std::size_t at = text ? dict.by_text.try_emplace(text->view(), next).first->second
                              : dict.by_other.try_emplace(std::move(other), next).first->second;
  if (at == next)
    dict.entries.emplace_back(key, value);
  else
    dict.entries[at].second = value;
  return {};
}

Value Heap::generator(std::string_view name, std::function<Result<List>()> make) {
  return &generators_.emplace_back(Generator{std::move(make), {}, 0, name});
}

Callable* Heap::callable(Callable callable) {
  return &callables_.emplace_back(std::move(callable));
}

Namespace* Heap::make_namespace() {
  return &namespaces_.emplace_back();
}

Loop* Heap::loop(Loop loop) {
  return loops_.emplace_back(std::make_shared<Loop>(std::move(loop))).get();
}

Value Heap::undefined_variable(std::string_view name) {
  return &undefineds_.emplace_back(
      Undefined{Undefined::Kind::variable, Text(std::string(name)), {}});
}

Value Heap::undefined_member(const Value& owner, const Value& name) {
  return &undefineds_.emplace_back(Undefined{Undefined::Kind::member, name, owner_name(owner)});
}

Value Heap::undefined_hint(std::string message) {
  return &undefineds_.emplace_back(Undefined{Undefined::Kind::hint, {}, std::move(message)});
}

Result<const Value*> find(Meter& meter, const Dict& dict, const Value& key) {
  if (const Text* text = key.get<Text>()) {
    ASHLAR_TRY(meter.scan(text->size()));
    return find(dict, text->view());
  }
  ASHLAR_ASSIGN(const std::string other, key_of(key));
  const auto slot = dict.by_other.find(other);
  return slot == dict.by_other.end() ? nullptr : &dict.entries[slot->second].second;
}

const Value* find(const Dict& dict, std::string_view key) {
  const auto slot = dict.by_text.find(key);
  return slot == dict.by_text.end() ? nullptr : &dict.entries[slot->second].second;
}

Result<std::string> key_of(const Value& value) {
  if (const auto* text = value.get<Text>()) return fmt::format("s{}", text->view());
  if (value.is<None>()) return "n";
  if (value.is<const Undefined*>()) return "u";
  if (const auto integer = integer_of(value)) return fmt::format("i{}", *integer);
  if (const auto* real = value.get<double>()) {
    const bool whole = std::trunc(*real) == *real && std::abs(*real) < 9e18;
    return whole ? fmt::format("i{}", static_cast<std::int64_t>(*real)) : fmt::format("f{}", *real);
  }
  if (const auto* sequence = value.get<Sequence*>();
      sequence && (*sequence)->kind == SequenceKind::tuple) {
    std::string key = "t";
    for (const Value& item : (*sequence)->items) {
      ASHLAR_ASSIGN(const std::string part, key_of(item));
      key += fmt::format("{}:{}", part.size(), part);
      if (key.size() > kMaxTupleKey)  // tuples of tuples double
        return fail(ErrorKind::too_large,
                    fmt::format("a tuple as key holds more than {} bytes", kMaxTupleKey));
    }
    return key;
  }
  return python_error(fmt::format("unhashable type: '{}'", type_name(value)));
}

std::string_view type_name(const Value& value) {
  static constexpr std::string_view kNames[] = {
      "NoneType", "bool", "int",       "float",  "str",       "Undefined",
      "list",     "dict", "generator", "method", "Namespace", "LoopContext"};
  if (const auto* sequence = value.get<Sequence*>()) {
    static constexpr std::string_view kSequences[] = {"list",      "tuple",       "range",
                                                      "dict_keys", "dict_values", "dict_items"};
    return kSequences[static_cast<int>((*sequence)->kind)];
  }
  if (const auto* text = value.get<Text>(); text && text->markup()) return "Markup";
  return kNames[value.variant().index()];
}

bool truth(const Value& value) {
  if (value.is<None>() || value.is<const Undefined*>()) return false;
  if (const auto* flag = value.get<bool>()) return *flag;
  if (const auto* integer = value.get<std::int64_t>()) return *integer != 0;
  if (const auto* real = value.get<double>()) return *real != 0;
  if (const auto* text = value.get<Text>()) return !text->empty();
  if (const auto* sequence = value.get<Sequence*>()) return !(*sequence)->items.empty();
  if (const auto* dict = value.get<Dict*>()) return !(*dict)->entries.empty();
  return true;
}

std::string message_of(const Undefined& undefined) {
  if (undefined.kind == Undefined::Kind::hint) return undefined.owner;
  const Text* name = undefined.name.get<Text>();
  const std::string quoted = name ? quote(name->view()) : plain_repr(undefined.name);
  if (undefined.kind == Undefined::Kind::variable) return quoted + " is undefined";
  return name ? fmt::format("'{}' has no attribute {}", undefined.owner, quoted)
              : fmt::format("{} has no element {}", undefined.owner, quoted);
}

Error undefined_error(const Undefined& undefined) {
  return {ErrorKind::bad_input,
          message_of(undefined),
          {},
          "pass the variable, or test it with `is defined`"};
}

tl::unexpected<Error> python_error(std::string message, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), {}, std::move(mend));
}

bool is_number(const Value& value) {
  return value.is<bool>() || value.is<std::int64_t>() || value.is<double>();
}

std::optional<std::int64_t> integer_of(const Value& value) {
  if (const auto* flag = value.get<bool>()) return *flag;
  if (const auto* integer = value.get<std::int64_t>()) return *integer;
  return std::nullopt;
}

std::optional<double> number_of(const Value& value) {
  if (const auto* real = value.get<double>()) return *real;
  if (const auto integer = integer_of(value)) return static_cast<double>(*integer);
  return std::nullopt;
}

}  // namespace ashlar::chat
