#include "chat/scopes.h"

#include <map>
#include <set>
#include <string>

namespace ashlar::chat {
namespace {

// Where a name gets its value when its block is entered: from outside, or nowhere yet.
enum class Origin { outside, nowhere };

// The names of one block, or of one branch of an `if` inside it.
struct Names {
  const Names* outer = nullptr;   // the block around
  const Names* before = nullptr;  // of a branch: the same block up to the `if`
  std::map<std::string_view, Origin> origins = {};
  std::set<std::string_view> stores = {};
  std::set<std::string_view> reads = {};  // where nothing had set them

  bool knows(std::string_view name) const {
    for (const Names* at = this; at; at = at->before)
      if (at->origins.contains(name)) return true;
    return false;
  }
  bool stored(std::string_view name) const {
    for (const Names* at = this; at; at = at->before)
      if (at->stores.contains(name)) return true;
    return false;
  }
  bool known_outside(std::string_view name) const {
    for (const Names* at = outer; at; at = at->outer)
      if (at->knows(name)) return true;
    return false;
  }

  void load(std::string_view name) {
    if (knows(name) || known_outside(name)) return;
    origins[name] = Origin::outside;
    reads.insert(name);
  }
  void store(std::string_view name) {
    stores.insert(name);
    if (!knows(name)) origins[name] = known_outside(name) ? Origin::outside : Origin::nowhere;
  }
  void parameter(std::string_view name) {
    stores.insert(name);
    origins[name] = Origin::outside;
  }

  // After an `if`: what only some branches set comes from outside in the others.
  void merge(const std::vector<Names>& branches) {
    std::set<std::string_view> fresh;
    for (const Names& branch : branches)
      for (const std::string_view name : branch.stores)
        if (!stored(name)) fresh.insert(name);
    for (const Names& branch : branches) {
      for (const auto& [name, origin] : branch.origins) origins[name] = origin;
      stores.insert(branch.stores.begin(), branch.stores.end());
      reads.insert(branch.reads.begin(), branch.reads.end());
    }
    for (const std::string_view name : fresh) origins[name] = Origin::outside;
  }
};

class Finder {
 public:
  explicit Finder(Program& program) : program_(program) {}

  void block(const Body& body, Names& names, const Expression* after = nullptr) {
    visit(body, names);
    visit(after, names);
    std::vector<std::string> hidden;
    for (const auto& [name, origin] : names.origins)
      if (origin == Origin::nowhere) hidden.emplace_back(name);
    if (!hidden.empty()) program_.hidden[&body] = std::move(hidden);
    keep_reads(names);
    enter(body, names);
  }

 private:
  // --- the statements of one block, without the blocks inside it
  void visit(const Body& body, Names& names) {
    for (const Statement* statement : body)
      std::visit([&](const auto& node) { on(node, names); }, statement->node);
  }

  void on(const Data&, Names&) {}
  void on(const Break&, Names&) {}
  void on(const Continue&, Names&) {}
  void on(const Generation&, Names&) {}
  void on(const Output& node, Names& names) { visit(node.values, names); }
  void on(const For& node, Names& names) { visit(node.iterable, names); }
  void on(const SetBlock& node, Names& names) { store(*node.target, names); }
  void on(const Macro& node, Names& names) { names.store(node.function.name); }
  void on(const CallBlock& node, Names& names) { visit(node.call, names); }
  void on(const FilterBlock& node, Names& names) { visit(node.filter, names); }
  void on(const Set& node, Names& names) {
    visit(node.value, names);
    store(*node.target, names);
  }
  void on(const With& node, Names& names) {
    for (const auto& binding : node.bindings) visit(binding.second, names);
  }
  void on(const If& node, Names& names) {
    visit(node.branches[0].first, names);
    std::vector<Names> branches(3, Names{names.outer, &names});
    visit(node.branches[0].second, branches[0]);
    for (std::size_t i = 1; i < node.branches.size(); ++i) {
      visit(node.branches[i].first, branches[1]);
      std::vector<Names> inner(2, Names{names.outer, &branches[1]});
      visit(node.branches[i].second, inner[0]);
      branches[1].merge(inner);
    }
    visit(node.otherwise, branches[2]);
    names.merge(branches);
  }

  void store(const Expression& target, Names& names, bool as_parameter = false) {
    if (const auto* name = std::get_if<Name>(&target.node))
      as_parameter ? names.parameter(name->name) : names.store(name->name);
    else if (const auto* attribute = std::get_if<NamespaceTarget>(&target.node))
      names.load(attribute->name);
    else if (const auto* items = std::get_if<Collection>(&target.node))
      for (const Expression* item : items->items) store(*item, names, as_parameter);
  }

  // --- the names an expression reads; a work list, for chains may be long
  void visit(const Expressions& expressions, Names& names) {
    for (const Expression* expression : expressions) visit(expression, names);
  }
  void visit(const Expression* expression, Names& names) {
    std::vector<const Expression*> open{expression};
    while (!open.empty()) {
      const Expression* next = open.back();
      open.pop_back();
      if (!next) continue;
      if (const auto* name = std::get_if<Name>(&next->node)) names.load(name->name);
      std::visit([&](const auto& node) { children(node, open); }, next->node);
    }
  }

  static void add(std::vector<const Expression*>& open, const Expressions& more) {
    open.insert(open.end(), more.begin(), more.end());
  }
  static void add(std::vector<const Expression*>& open, const CallArguments& given) {
    add(open, given.positional);
    for (const auto& keyword : given.keywords) open.push_back(keyword.second);
    add(open, {given.rest, given.more});
  }
  static void children(const Constant&, std::vector<const Expression*>&) {}
  static void children(const Name&, std::vector<const Expression*>&) {}
  static void children(const NamespaceTarget&, std::vector<const Expression*>&) {}
  static void children(const Collection& node, std::vector<const Expression*>& open) {
    add(open, node.items);
  }
  static void children(const DictLiteral& node, std::vector<const Expression*>& open) {
    for (const auto& [key, value] : node.entries) add(open, {key, value});
  }
  static void children(const Attribute& node, std::vector<const Expression*>& open) {
    open.push_back(node.object);
  }
  static void children(const Subscript& node, std::vector<const Expression*>& open) {
    add(open, {node.object, node.key});
  }
  static void children(const Slice& node, std::vector<const Expression*>& open) {
    add(open, {node.object, node.start, node.stop, node.step});
  }
  static void children(const Call& node, std::vector<const Expression*>& open) {
    open.push_back(node.callee);
    add(open, node.arguments);
  }
  static void children(const Filter& node, std::vector<const Expression*>& open) {
    open.push_back(node.input);
    add(open, node.arguments);
  }
  static void children(const Test& node, std::vector<const Expression*>& open) {
    open.push_back(node.input);
    add(open, node.arguments);
  }
  static void children(const Unary& node, std::vector<const Expression*>& open) {
    open.push_back(node.operand);
  }
  static void children(const Binary& node, std::vector<const Expression*>& open) {
    add(open, {node.left, node.right});
  }
  static void children(const Logical& node, std::vector<const Expression*>& open) {
    add(open, node.operands);
  }
  static void children(const Compare& node, std::vector<const Expression*>& open) {
    open.push_back(node.first);
    for (const auto& operand : node.rest) open.push_back(operand.second);
  }
  static void children(const Concat& node, std::vector<const Expression*>& open) {
    add(open, node.parts);
  }
  static void children(const Conditional& node, std::vector<const Expression*>& open) {
    add(open, {node.test, node.then, node.otherwise});
  }

  // --- the blocks inside a block, once its own names are known
  void enter(const Body& body, const Names& names) {
    for (const Statement* statement : body)
      std::visit([&](const auto& node) { inside(node, names); }, statement->node);
  }

  template <class Node>
  void inside(const Node&, const Names&) {}  // has no block of its own
  void inside(const If& node, const Names& names) {
    for (const auto& branch : node.branches) enter(branch.second, names);
    enter(node.otherwise, names);
  }
  void keep_reads(const Names& names) {
    program_.reads.insert(names.reads.begin(), names.reads.end());
  }
  // What stands at a block's edge, in a scope of its own.
  void aside(const Expression* expression, Names names) {
    visit(expression, names);
    keep_reads(names);
  }

  void inside(const For& node, const Names& names) {
    Names filter{&names};
    store(*node.target, filter, true);
    aside(node.filter, std::move(filter));
    Names loop{&names};
    loop.parameter("loop");
    store(*node.target, loop, true);
    block(node.body, loop);
    Names otherwise{&names};
    block(node.otherwise, otherwise);
  }
  void inside(const SetBlock& node, const Names& names) {
    aside(node.filter, Names{&names});
    Names own{&names};
    block(node.body, own);
  }
  void inside(const FilterBlock& node, const Names& names) {
    Names own{&names};
    block(node.body, own, node.filter);
  }
  void inside(const Generation& node, const Names& names) {
    Names own{&names};
    block(node.body, own);
  }
  void inside(const With& node, const Names& names) {
    Names own{&names};
    for (const auto& binding : node.bindings) store(*binding.first, own, true);
    block(node.body, own);
  }
  void inside(const Macro& node, const Names& names) { function(node.function, names); }
  void inside(const CallBlock& node, const Names& names) { function(node.caller, names); }
  void function(const Function& function, const Names& names) {
    Names own{&names};
    for (const std::string& parameter : function.parameters) own.parameter(parameter);
    if (function.uses_caller) own.parameter("caller");
    if (function.uses_kwargs) own.parameter("kwargs");
    if (function.uses_varargs) own.parameter("varargs");
    visit(function.defaults, own);
    block(function.body, own);
  }

  Program& program_;
};

}  // namespace

void find_hidden_names(Program& program) {
  Names names;
  Finder(program).block(program.body, names);
}

}  // namespace ashlar::chat
