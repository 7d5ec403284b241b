#include "grammar/value_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "grammar/array_rules.h"
#include "grammar/object_rules.h"
#include "grammar/text_language.h"

namespace ashlar::grammar {
namespace {

constexpr int kNone = std::numeric_limits<int>::max();

// The texts that a case lists: those that are in all lists of allowed ones, if there is one, and
// all that are refused.
struct Listed {
  std::optional<std::vector<std::string>> allowed = {};
  std::vector<std::string> refused = {};

  void add(std::vector<std::string> texts, bool holds) {
    std::ranges::sort(texts);
    if (!holds) return void(refused.insert(refused.end(), texts.begin(), texts.end()));
    if (!allowed) return void(allowed = std::move(texts));
    std::erase_if(*allowed,
                  [&](const auto& text) { return !std::ranges::binary_search(texts, text); });
  }
};

Listed listed_texts(const Case& made, const std::vector<Value>& values) {
  Listed listed;
  for (const auto& [choice, holds] : made.choices) {
    std::vector<std::string> texts;
    for (const Value& value : choice->values)
      if (value.string()) texts.push_back(*value.string());
    listed.add(std::move(texts), holds);
  }
  for (const auto& [id, holds] : made.values) listed.add({*values[id].string()}, holds);
  return listed;
}

}  // namespace

ValueSpace::ValueSpace(Schema schema, MemberOrder order)
    : schema_(std::move(schema)),
      order_(order),
      context_{schema_, scopes_, value_ids_, values_},
      any_text_(*TextRule::make({})),
      objects_(std::make_unique<ObjectRules>(*this)),
      arrays_(std::make_unique<ArrayRules>(*this)),
      lowest_(kNone) {
  scopes_.id({});
}

ValueSpace::~ValueSpace() = default;

ClaimsId ValueSpace::id_of(Claims claims) {
  std::ranges::sort(claims);
  claims.erase(std::unique(claims.begin(), claims.end()), claims.end());
  return claims_.id(std::move(claims));
}

Status ValueSpace::too_many(std::string_view what) {
  return fail(ErrorKind::too_large,
              fmt::format("over {} ways for {} to break what must not hold", kMostOnward, what), "",
              "combine fewer oneOf and not");
}

ValueSpace::Found& ValueSpace::found(ClaimsId id) {
  while (found_.size() <= id) found_.push_back(std::make_unique<Found>());
  return *found_[id];
}

// A value that contains itself is none: what is asked for while it is looked at counts as
// impossible, and what was concluded from that is kept only by the outermost proof.
Result<bool> ValueSpace::is_possible(ClaimsId id) {
  Found& here = found(id);
  if (here.any) return *here.any;
  if (here.asked_at >= 0) {
    lowest_ = std::min(lowest_, here.asked_at);
    return false;
  }
  if (depth_ >= kMostProofs)
    return fail(ErrorKind::too_large,
                fmt::format("over {} values inside one another to prove one possible", kMostProofs),
                keyword_pointer(schema_, claims_[id].empty() ? 0 : claims_[id][0].id, {}),
                "require fewer inside one another");
  here.asked_at = depth_++;
  Result<bool> any = false;
  for (const Type type : kTypes) {
    any = is_possible(id, type);
    if (!any || *any) break;
  }
  here.asked_at = -1;
  --depth_;
  if (!any) return any;
  if (lowest_ >= depth_) lowest_ = kNone;
  if (*any || lowest_ == kNone) here.any = *any;
  return any;
}

Result<bool> ValueSpace::is_possible(ClaimsId id, Type type) {
  Found& here = found(id);
  auto& kept = here.possible[static_cast<std::size_t>(type)];
  if (kept) return *kept;
  ASHLAR_ASSIGN(const bool possible, look(id, type));
  if (possible || !is_provisional()) kept = possible;
  return possible;
}

Result<bool> ValueSpace::look(ClaimsId id, Type type) {
  switch (type) {
    case Type::number: {
      ASHLAR_ASSIGN(const auto* rules, numbers(id));
      return !rules->empty();
    }
    case Type::string: {
      ASHLAR_ASSIGN(const auto* rules, texts(id));
      return !rules->empty();
    }
    case Type::array:
    case Type::object: {
      ASHLAR_ASSIGN(const auto* rules, containers(id, type));
      for (const RuleId rule : *rules) {
        ASHLAR_ASSIGN(const bool live, type == Type::array ? arrays_->is_possible(rule)
                                                           : objects_->is_possible(rule));
        if (live) return true;
      }
      return false;
    }
    default: break;
  }
  ASHLAR_ASSIGN(const auto cases, cases_of(context_, claims_[id], type));
  return !cases.empty();
}

Result<const std::vector<std::shared_ptr<NumberRule>>*> ValueSpace::numbers(ClaimsId id) {
  auto& kept = found(id).numbers;
  if (kept) return &*kept;
  std::vector<std::shared_ptr<NumberRule>> rules;
  ASHLAR_ASSIGN(const auto cases, cases_of(context_, claims_[id], Type::number));
  for (const Case& each : cases) {
    ASHLAR_ASSIGN(auto rule, NumberRule::make(each.facts));
    if (rule.is_possible()) rules.push_back(std::make_shared<NumberRule>(std::move(rule)));
    if (each.facts.empty()) break;  // no other way adds to it
  }
  kept = std::move(rules);
  return &*kept;
}

Result<const std::vector<std::shared_ptr<TextRule>>*> ValueSpace::texts(ClaimsId id) {
  auto& kept = found(id).texts;
  if (kept) return &*kept;
  std::vector<std::shared_ptr<TextRule>> rules;
  ASHLAR_ASSIGN(const auto cases, cases_of(context_, claims_[id], Type::string));
  for (const Case& each : cases) {
    ASHLAR_ASSIGN(auto rule, text_rule(each));
    if (rule->start() != kDead) rules.push_back(std::move(rule));
    if (each.parts.empty() && each.choices.empty() && each.values.empty()) break;
  }
  kept = std::move(rules);
  return &*kept;
}

Result<const std::vector<RuleId>*> ValueSpace::containers(ClaimsId id, Type type) {
  auto& kept = type == Type::array ? found(id).arrays : found(id).objects;
  if (kept) return &*kept;
  ASHLAR_ASSIGN(const auto cases, cases_of(context_, claims_[id], type));
  std::vector<RuleId> rules;
  for (const Case& each : cases) {
    ASHLAR_ASSIGN(const auto rule,
                  type == Type::array ? arrays_->make(each) : objects_->make(each));
    if (rule) rules.push_back(*rule);
  }
  kept = std::move(rules);
  return &*kept;
}

// Lists of texts that are allowed come first: what else is asked is asked of each of them here.
Result<std::shared_ptr<TextRule>> ValueSpace::text_rule(const Case& made) {
  std::vector<TextRule::Group> groups;
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
  TextRule::Group all;
  for (const Part& part : made.parts) {
    TextRule::Group failing{.sets = {}, .holds = false};
    std::uint64_t least = 0;
    std::optional<std::uint64_t> most;
    ASHLAR_TRY(part.holds ? add_part(part, all, min, max) : add_part(part, failing, least, most));
    if (part.holds) continue;
    if (least > 0 || most) failing.sets.push_back(std::make_shared<LengthLanguage>(least, most));
    groups.push_back(std::move(failing));
  }
  std::shared_ptr<LengthLanguage> lengths;
  if (min > 0 || max) lengths = std::make_shared<LengthLanguage>(min, max);
  if (!all.sets.empty()) groups.push_back(std::move(all));
  auto [allowed, refused] = listed_texts(made, values_);
  if (!allowed) {
    if (!refused.empty()) {
      ASHLAR_ASSIGN(std::shared_ptr<Language> set, literal_language(refused));
      groups.push_back({.sets = {std::move(set)}, .holds = false});
    }
    if (groups.empty() && !lengths) return any_text_;
    return TextRule::make(std::move(groups), std::move(lengths));
  }
  ASHLAR_ASSIGN(const auto others, TextRule::make(std::move(groups), std::move(lengths)));
  std::vector<std::string> left;
  for (std::string& text : *allowed) {
    ASHLAR_ASSIGN(const bool fits, others->has(text));
    if (fits && std::ranges::find(refused, text) == refused.end()) left.push_back(std::move(text));
  }
  if (left.empty()) return TextRule::nothing();
  ASHLAR_ASSIGN(std::shared_ptr<Language> set, literal_language(left));
  return TextRule::make({{.sets = {std::move(set)}}});
}

Status ValueSpace::add_part(const Part& part, TextRule::Group& group, std::uint64_t& min,
                            std::optional<std::uint64_t>& max) {
  const Node& node = schema_.nodes[part.node];
  const auto placed = [&](Error error, std::string_view keyword) {
    error.where = keyword_pointer(schema_, part.node, keyword);
    return tl::unexpected(std::move(error));
  };
  if (node.string) {
    const StringLimits& limits = *node.string;
    if (limits.min_length) min = std::max(min, *limits.min_length);
    if (limits.max_length) max = std::min(max.value_or(*limits.max_length), *limits.max_length);
    if (limits.pattern) {
      auto set = pattern(*limits.pattern);
      if (!set) return placed(std::move(set.error()), "pattern");
      group.sets.push_back(std::move(*set));
    }
  }
  if (node.format && node.format->asserted && node.format->format) {
    auto set = format(*node.format->format);
    if (!set) return placed(std::move(set.error()), "format");
    group.sets.push_back(std::move(*set));
  }
  return {};
}

Result<std::shared_ptr<Language>> ValueSpace::pattern(PatternId id) {
  auto& kept = patterns_[id];
  if (!kept) {
    ASHLAR_ASSIGN(kept, pattern_language(schema_.patterns[id].text()));
  }
  return kept;
}

Result<std::shared_ptr<Language>> ValueSpace::format(const Format& format) {
  auto& kept = formats_[&format];
  if (!kept) {
    ASHLAR_ASSIGN(kept, format_language(format));
  }
  return kept;
}

}  // namespace ashlar::grammar
