// What a template computes with: Python's values as far as templates meet them. Containers live in
// the Heap of one render and die with it, so values may point to each other freely.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "chat/text.h"

namespace ashlar::chat {

class Evaluator;
class Arguments;
struct Undefined;
struct Sequence;
struct Dict;
struct Generator;
struct Callable;
struct Namespace;
struct Loop;

struct None {};

class Value {
 public:
  using Variant = std::variant<None, bool, std::int64_t, double, Text, const Undefined*, Sequence*,
                               Dict*, Generator*, Callable*, Namespace*, Loop*>;

  Value() = default;  // None
  template <class T>
    requires std::constructible_from<Variant, T> && (!std::same_as<std::decay_t<T>, Value>)
  Value(T&& value) : variant_(std::forward<T>(value)) {}

  template <class T>
  bool is() const {
    return std::holds_alternative<T>(variant_);
  }
  // Null when it is of another type.
  template <class T>
  const T* get() const {
    return std::get_if<T>(&variant_);
  }
  template <class T>
  T as() const {  // REQUIRES: is<T>()
    return std::get<T>(variant_);
  }
  const Variant& variant() const { return variant_; }

 private:
  Variant variant_;
};

using List = std::vector<Value>;

// Prints as nothing, iterates as nothing, is false; anything else is an error with its message.
struct Undefined {
  enum class Kind { variable, member, hint } kind;
  Value name;         // of a variable (Text), attribute (Text) or element (anything else)
  std::string owner;  // member: the owner's type as in "dict object"; hint: the whole message
};

enum class SequenceKind { list, tuple, range, keys, values, items };

struct Sequence {
  SequenceKind kind;
  List items;
  std::uint32_t height;  // nested containers, itself included
  std::string label;     // of a range: how it prints; of a tuple made by groupby: "group"
};

// Keeps the order of insertion. Keys compare as in Python: 1, 1.0 and True are one key.
struct Dict {
  std::vector<std::pair<Value, Value>> entries;
  // Positions in entries; a text's bytes live in its entry.
  std::unordered_map<std::string_view, std::size_t> by_text;
  std::unordered_map<std::string, std::size_t> by_other;  // by key_of(key)
  std::uint32_t height = 1;
};

// Python's lazy filters: true whatever it holds, without length, and spent after one pass.
struct Generator {
  std::function<Result<List>()> make;  // called at the first look, then dropped
  List items;
  std::size_t next = 0;
  std::string_view name;
};

// Anything that can be called: macros, bound methods, global functions, cyclers.
struct Callable {
  std::string type;  // as in "jinja2.runtime.Macro object"
  std::string repr;  // empty: has no stable one
  std::function<Result<Value>(Evaluator&, Arguments&)> call;
  std::vector<std::pair<std::string, Value>> attributes;
  std::function<Value()> current;  // cycler.current
};

struct Namespace {
  std::vector<std::pair<Text, Value>> attributes;
  Value* find(std::string_view name);
};

// Makes and owns the containers of one render.
class Heap {
 public:
  explicit Heap(Meter& meter) : meter_(&meter) {}

  Result<Value> sequence(SequenceKind kind, List items, std::string label = {});
  Result<Value> list(List items) { return sequence(SequenceKind::list, std::move(items)); }
  Result<Value> tuple(List items) { return sequence(SequenceKind::tuple, std::move(items)); }
  Dict* dict();
  // Replaces the value of an equal key. A list or dict as key is an error.
  Status insert(Dict& dict, const Value& key, const Value& value);

  Value generator(std::string_view name, std::function<Result<List>()> make);
  Callable* callable(Callable callable);
  Namespace* make_namespace();
  Loop* loop(Loop loop);

  Value undefined_variable(std::string_view name);
  Value undefined_member(const Value& owner, const Value& name);
  Value undefined_hint(std::string message);

 private:
  Meter* meter_;
  std::deque<Undefined> undefineds_;
  std::deque<Sequence> sequences_;
  std::deque<Dict> dicts_;
  std::deque<Generator> generators_;
  std::deque<Callable> callables_;
  std::deque<Namespace> namespaces_;
  std::deque<std::shared_ptr<Loop>> loops_;  // shared: Loop is incomplete here
};

// Null when the key is absent; an error when it can't be a key.
Result<const Value*> find(Meter& meter, const Dict& dict, const Value& key);
const Value* find(const Dict& dict, std::string_view key);

// Equal for keys other than texts that are equal in Python; a list or dict has none ("unhashable
// type: 'list'").
Result<std::string> key_of(const Value& value);

std::string_view type_name(const Value& value);  // "str", "dict", "NoneType" …
bool truth(const Value& value);
std::string message_of(const Undefined& undefined);
Error undefined_error(const Undefined& undefined);

// Every kind of Python error that a template can run into.
tl::unexpected<Error> python_error(std::string message, std::string mend = {});

bool is_number(const Value& value);  // bool, int, float
// bool and int as Python's arithmetic sees them.
std::optional<std::int64_t> integer_of(const Value& value);
std::optional<double> number_of(const Value& value);

// What `for` and the filters see: items, characters, keys. A generator is spent by it.
Result<List> iterate(Evaluator& evaluator, const Value& value);
bool is_iterable(const Value& value);
Result<std::int64_t> length_of(Meter& meter, const Value& value);

}  // namespace ashlar::chat
