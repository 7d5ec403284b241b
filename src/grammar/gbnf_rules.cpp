#include "grammar/gbnf_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ashlar::grammar {
namespace {

using Kind = Regex::Kind;
using RuleId = std::uint32_t;

struct Facts {
  bool has_text = false, may_be_empty = false;
  bool operator==(const Facts&) const = default;
};

tl::unexpected<Error> refused(std::string message, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), "grammar", std::move(mend));
}

class Rules {
 public:
  explicit Rules(const Gbnf& grammar)
      : grammar_(grammar), nodes_(grammar.regex.nodes), facts_(grammar.names.size()) {
    find_facts();
  }

  Status check_texts() const {
    for (RuleId rule = 0; rule < facts_.size(); ++rule)
      if (!facts_[rule].has_text)
        return refused(
            fmt::format("no text matches the rule '{}': it never ends", grammar_.names[rule]),
            "give it an end");
    return {};
  }

  // The rules, each behind those that it can begin with.
  Result<std::vector<RuleId>> order() const;

 private:
  // The least that holds, found anew for a rule when one that it uses has changed.
  void find_facts() {
    std::vector<std::vector<RuleId>> users(facts_.size());
    std::vector<RuleId> work;
    for (RuleId rule = 0; rule < facts_.size(); ++rule) {
      note_uses(grammar_.regex.rules[rule], rule, users);
      work.push_back(rule);
    }
    while (!work.empty()) {
      const RuleId rule = work.back();
      work.pop_back();
      const Facts now = facts_of(grammar_.regex.rules[rule]);
      if (now == facts_[rule]) continue;
      facts_[rule] = now;
      work.insert(work.end(), users[rule].begin(), users[rule].end());
    }
  }

  void note_uses(Regex::NodeId id, RuleId user, std::vector<std::vector<RuleId>>& users) const {
    const Regex::Node& node = nodes_[id];
    if (node.kind == Kind::rule) {
      auto& known = users[node.rule];
      if (known.empty() || known.back() != user) known.push_back(user);
    }
    for (const Regex::NodeId part : node.parts) note_uses(part, user, users);
  }

  Facts facts_of(Regex::NodeId id) const {
    const Regex::Node& node = nodes_[id];
    if (node.kind == Kind::set) return {.has_text = !node.set.empty(), .may_be_empty = false};
    if (node.kind == Kind::rule) return facts_[node.rule];
    const bool any = node.kind == Kind::either;
    Facts facts{.has_text = !any, .may_be_empty = !any};
    for (const Regex::NodeId part : node.parts) {
      const Facts one = facts_of(part);
      facts.has_text = any ? facts.has_text || one.has_text : facts.has_text && one.has_text;
      facts.may_be_empty =
          any ? facts.may_be_empty || one.may_be_empty : facts.may_be_empty && one.may_be_empty;
    }
    if (node.kind == Kind::repeat && node.min == 0) return {true, true};
    return facts;
  }

  void put_first_rules(Regex::NodeId id, std::vector<RuleId>& out) const {
    const Regex::Node& node = nodes_[id];
    if (node.kind == Kind::rule) out.push_back(node.rule);
    if (node.kind == Kind::repeat && node.max == 0) return;
    for (const Regex::NodeId part : node.parts) {
      put_first_rules(part, out);
      if (node.kind == Kind::concat && !facts_of(part).may_be_empty) return;
    }
  }
  std::vector<RuleId> first_rules(RuleId rule) const {
    std::vector<RuleId> first;
    put_first_rules(grammar_.regex.rules[rule], first);
    std::ranges::sort(first);
    first.erase(std::ranges::unique(first).begin(), first.end());
    return first;
  }

  const Gbnf& grammar_;
  const std::vector<Regex::Node>& nodes_;
  std::vector<Facts> facts_;
};

Result<std::vector<RuleId>> Rules::order() const {
  enum class State : std::uint8_t { fresh, open, done };
  struct Visit {
    RuleId rule;
    std::vector<RuleId> next;
  };
  std::vector<State> states(facts_.size(), State::fresh);
  std::vector<RuleId> order;
  std::vector<Visit> path;
  const auto open = [&](RuleId rule) {
    states[rule] = State::open;
    path.push_back({rule, first_rules(rule)});
  };
  for (RuleId start = 0; start < facts_.size(); ++start) {
    if (states[start] == State::fresh) open(start);
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next.empty()) {
        states[visit.rule] = State::done;
        order.push_back(visit.rule);
        path.pop_back();
        continue;
      }
      const RuleId next = visit.next.back();
      visit.next.pop_back();
      if (states[next] == State::open)
        return refused(fmt::format("the rule '{}' can begin with itself", grammar_.names[next]),
                       "repeat with *, or let the rule stand last");
      if (states[next] == State::fresh) open(next);
    }
  }
  return order;
}

}  // namespace

Status check_rules(Gbnf& grammar) {
  const Rules rules(grammar);
  ASHLAR_TRY(rules.check_texts());
  ASHLAR_ASSIGN(const std::vector<RuleId> order, rules.order());
  std::vector<RuleId> place(order.size());
  std::vector<std::string> names;
  std::vector<Regex::NodeId> bodies;
  for (const RuleId rule : order) {
    place[rule] = static_cast<RuleId>(names.size());
    names.push_back(std::move(grammar.names[rule]));
    bodies.push_back(grammar.regex.rules[rule]);
  }
  grammar.names = std::move(names);
  grammar.regex.rules = std::move(bodies);
  for (Regex::Node& node : grammar.regex.nodes)
    if (node.kind == Kind::rule) node.rule = place[node.rule];
  return {};
}

}  // namespace ashlar::grammar
