#include "cli/schema_admits.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "base/json.h"
#include "cli/jsonl.h"
#include "cli/open_tokenizer.h"
#include "cli/schema_lines.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "grammar/json_reader.h"
#include "grammar/schema_cases.h"
#include "grammar/language.h"
#include "llm/structures.h"

namespace ashlar::cli {
namespace {

using base::Json;
using Clock = std::chrono::steady_clock;

double micros_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

// "/properties/a/pattern" of "/properties/a/pattern": the keyword is a pointer's last step, unless
// that points at a subschema.
Json json_of(const Error& error) {
  const std::size_t slash = error.where.rfind('/');
  return {{"pointer", error.where},
          {"keyword", slash == std::string::npos ? "" : error.where.substr(slash + 1)},
          {"message", error.message}};
}

// What the schema says without asking anything: formats outside of the specification.
Json annotations_of(const grammar::Schema& schema) {
  Json list = Json::array();
  for (const auto& [node, keyword, value] : schema.annotations)
    list.push_back({{"pointer", grammar::keyword_pointer(schema, node, keyword)},
                    {"keyword", keyword},
                    {"value", value}});
  return list;
}

struct Walk {
  grammar::Constraint& constraint;
  const tokenizer::Tokenizer& tokenizer;
  std::vector<double> mask_us = {};

  // Every token is looked for in the mask that a decoder would use there.
  Result<bool> admits(const std::string& text) {
    const auto encoding = tokenizer.encode_with_losses(text, {.add_special = false});
    if (encoding.failure) return tl::unexpected(*encoding.failure);
    if (encoding.dropped_bytes > 0) return false;
    grammar::StateId state = constraint.start();
    for (const auto id : encoding.ids) {
      const auto begin = Clock::now();
      ASHLAR_ASSIGN(const auto mask, constraint.mask(state));
      mask_us.push_back(micros_since(begin));
      if (!mask->allows(id)) return false;
      ASHLAR_ASSIGN(state, constraint.after(state, id));
    }
    return constraint.can_end(state);
  }

  Json times() {
    if (mask_us.empty()) return nullptr;
    std::ranges::sort(mask_us);
    const auto at = [&](double share) {
      return mask_us[static_cast<std::size_t>(share * static_cast<double>(mask_us.size() - 1))];
    };
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", mask_us.back()}};
  }
};

Result<std::vector<std::string>> instances_of(const grammar::Value& line) {
  const auto wrong = [] {
    return fail(ErrorKind::bad_input, "a line is {\"schema\":…, \"instances\":[\"text\",…]}",
                "instances", "send texts");
  };
  const grammar::Value* list = line.object() ? line.object()->find("instances") : nullptr;
  if (!list || !list->array() || !line.object()->find("schema")) return wrong();
  std::vector<std::string> texts;
  for (const grammar::Value& each : *list->array()) {
    if (!each.string()) return wrong();
    texts.push_back(*each.string());
  }
  return texts;
}

Result<Json> judge(const std::string& line, llm::Structures& structures,
                   const tokenizer::Tokenizer& tokenizer, const grammar::LoadOptions& load,
                   const grammar::SchemaStyle& style) {
  ASHLAR_ASSIGN(const grammar::Value value, grammar::read_json(line, "line"));
  ASHLAR_ASSIGN(const auto texts, instances_of(value));
  const auto begin = Clock::now();
  Json result = {{"compiled", false}, {"error", nullptr}, {"admits", Json::array()}};
  const auto failed = [&](const Error& error) {
    result["compiled"] = false;
    result["error"] = json_of(error);
    return result;
  };
  auto schema = grammar::load_schema(*value.object()->find("schema"), load);
  if (schema && !schema->annotations.empty()) result["annotations"] = annotations_of(*schema);
  auto language =
      schema
          ? grammar::schema_language(std::move(*schema), style)
          : Result<std::unique_ptr<grammar::Language>>(tl::unexpected(std::move(schema.error())));
  result["compile_us"] = micros_since(begin);
  result["mask_us"] = nullptr;
  if (!language) return failed(language.error());
  result["compiled"] = true;
  const auto constraint = structures.constraint_of(std::move(*language));
  Walk walk{*constraint, tokenizer};
  for (const std::string& text : texts) {
    const auto admits = walk.admits(text);
    if (!admits) return failed(admits.error());
    result["admits"].push_back(*admits);
  }
  result["mask_us"] = walk.times();
  return result;
}

}  // namespace

int schema_admits(const std::string& name, const grammar::LoadOptions& load,
                  const grammar::SchemaStyle& style) {
  const auto tokenizer = open_tokenizer(name);
  if (!tokenizer) return report(tokenizer.error(), false);
  llm::Structures structures(*tokenizer);
  return run_schema_lines(
      [&](const std::string& line) { return judge(line, structures, **tokenizer, load, style); });
}

}  // namespace ashlar::cli
