// The taking apart of one set of claims for one type (schema_cases.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grammar/schema_cases.h"

namespace ashlar::grammar {

// Something that must be so; a way is some of them, all to be so.
struct CaseStep {
  enum class Kind : std::uint8_t { claim, part, fact, choice, value, require, forbid };
  Kind kind = Kind::claim;
  bool holds = true;
  std::uint32_t id = 0;  // NodeId, or ValueId where `of_value`
  bool of_value = false;
  ScopeId scope = 0;
  NumberFact fact = {};
  const Choice* choice = nullptr;
  std::string name = {};
  std::vector<std::uint32_t> seen_by = {};
};
using CaseWay = std::vector<CaseStep>;

struct CaseBegun {
  Case made;
  std::vector<CaseStep> todo;  // from `done` on
  std::size_t done = 0;
};

TypeMask mask_of(Type type);
bool is_of(const Value& value, Type type);

class CaseExpansion {
 public:
  CaseExpansion(ClaimContext& context, Type type) : context_(context), type_(type) {}

  Result<std::vector<Case>> run(const Claims& claims);

 private:
  const Node& node(NodeId id) const { return context_.schema.nodes[id]; }

  void stop(ErrorKind kind, std::string message, NodeId at, std::string_view keyword,
            std::string mend);

  void finish(CaseBegun draft);

  // Goes on with each of the ways instead of with the draft.
  bool fork(const CaseBegun& draft, std::vector<CaseWay> ways);

  bool take(CaseBegun& draft, const CaseStep& step);
  bool take_value(CaseBegun& draft, const CaseStep& step);
  bool take_node(CaseBegun& draft, const CaseStep& step);
  bool take_failing(CaseBegun& draft, const CaseStep& step);

  // What of a node is to be so, in order; nothing where it can't be.
  bool keywords(const CaseStep& step, CaseWay& sure, std::vector<std::vector<CaseWay>>& forks);
  bool add_choice(const Choice& choice, CaseWay& sure, std::vector<std::vector<CaseWay>>& forks);
  std::vector<NumberFact> facts_of(const Node& node) const;
  bool has_own(const Node& node) const;
  void in_place(const CaseStep& step, CaseWay& sure, std::vector<std::vector<CaseWay>>& forks);
  void dependents(const CaseStep& step, std::vector<std::vector<CaseWay>>& forks);
  std::vector<CaseWay> some_of(const CaseStep& step, const std::vector<NodeId>& nodes);
  std::vector<CaseWay> one_of(const CaseStep& step, const std::vector<NodeId>& nodes);

  void fail_in_place(const CaseStep& step, std::vector<CaseWay>& ways);
  bool fail_choice(const Choice& choice, std::vector<CaseWay>& ways);

  CaseStep sub(const CaseStep& from, NodeId id, bool holds) const;

  enum class Truth : std::uint8_t { no, yes, open };
  // What the type alone tells.
  Truth decided(NodeId id);
  Truth decided_anew(const Node& node);
  Truth decided_choice(const Choice& choice) const;

  ClaimContext& context_;
  const Type type_;
  ScopeId inside_ = 0;  // the scope in the node that is taken
  std::vector<CaseBegun> open_;
  std::vector<Case> cases_;
  std::map<NodeId, Truth> decided_;
  std::optional<Error> error_;
};

}  // namespace ashlar::grammar
