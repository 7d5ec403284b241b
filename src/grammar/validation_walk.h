// One instance's walk through a schema's nodes. Subschemas whose failure is no error of the whole
// (those of anyOf, not, if, contains …) are walked in silence, and stop at the first failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/evaluated.h"
#include "grammar/validator.h"

namespace ashlar::grammar {

class ValidationWalk {
 public:
  explicit ValidationWalk(const Schema& schema) : schema_(schema) {}

  Result<Verdict> run(const Value& instance);

 private:
  // What is known where a node is applied: whether failures are told, and where to mark members or
  // items as evaluated (nullptr: nobody asks).
  struct Frame {
    NodeId id;
    const Node& node;
    const Value& value;
    Evaluated* seen;
    bool loud;
    bool valid = true;

    bool over() const { return !valid && !loud; }
  };

  bool evaluate(NodeId id, const Value& value, Evaluated* seen, bool loud);
  void evaluate_node(Frame& frame);
  bool apply(Frame& frame, NodeId id, bool loud);
  bool enter();
  bool spend(std::size_t steps);
  bool found(PatternId pattern, std::string_view text);

  void fail_at(Frame& frame, std::string_view keyword, std::string message,
               std::string_view below = {});
  std::string path() const;

  void check_literal(Frame& frame);
  void check_references(Frame& frame);
  void check_type(Frame& frame);
  void check_choice(Frame& frame, const Choice& choice, std::string_view keyword);
  void check_by_type(Frame& frame);
  void check_number(Frame& frame, const NumberLimits& limits, const Number& number);
  void check_string(Frame& frame, const std::string& text);
  void check_combinations(Frame& frame);
  void check_any_of(Frame& frame);
  void check_one_of(Frame& frame);
  void check_condition(Frame& frame);

  void check_array(Frame& frame, const ArrayLimits& limits, const Array& array);
  void check_item(Frame& frame, NodeId node, const Array& array, std::size_t index);
  void check_contains(Frame& frame, const ArrayLimits& limits, const Array& array);
  void check_unique(Frame& frame, const Array& array);
  void check_object(Frame& frame, const ObjectLimits& limits, const Object& object);
  void check_member(Frame& frame, const ObjectLimits& limits, const Object& object,
                    std::size_t index);
  bool check_child(Frame& frame, NodeId node, const Object& object, std::size_t index);
  void check_required(Frame& frame, const ObjectLimits& limits, const Object& object);
  void check_dependents(Frame& frame, const ObjectLimits& limits, const Object& object);
  void check_unevaluated(Frame& frame);

  struct Step {
    const std::string* name;  // nullptr: an index
    std::size_t index;
  };

  const Schema& schema_;
  std::vector<Step> path_;
  std::vector<ResourceId> scope_;  // the resources entered, outermost first
  std::uint64_t steps_ = 0;
  int nesting_ = 0;
  std::optional<Error> stopped_;
  std::size_t error_bytes_ = 0;
  Verdict verdict_;
};

}  // namespace ashlar::grammar
