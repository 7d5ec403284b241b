#include "cli/schema_admits.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <vector>

#include "base/json.h"
#include "cli/jsonl.h"
#include "cli/open_tokenizer.h"
#include "cli/schema_lines.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "grammar/json_reader.h"
#include "grammar/language.h"
#include "grammar/schema_cases.h"
#include "llm/answer_json.h"
#include "llm/structures.h"

namespace ashlar::cli {
namespace {

using base::Json;
using Clock = std::chrono::steady_clock;

constexpr int kReplays = 3;

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

// What a text's walk took, token by token.
struct Steps {
  std::vector<tokenizer::TokenId> ids;
  std::vector<double> mask_us, commit_us;
};

struct Walk {
  grammar::Constraint& constraint;
  const tokenizer::Tokenizer& tokenizer;
  std::vector<Steps> texts = {};

  // Every token is looked for in the mask that a decoder would use there.
  Result<bool> admits(const std::string& text) {
    Steps& steps = texts.emplace_back();
    const auto encoding = tokenizer.encode_with_losses(text, {.add_special = false});
    if (encoding.failure) return tl::unexpected(*encoding.failure);
    if (encoding.dropped_bytes > 0) return false;
    steps.ids = encoding.ids;
    grammar::StateId state = constraint.start();
    for (const auto id : steps.ids) {
      auto begin = Clock::now();
      ASHLAR_ASSIGN(const auto mask, constraint.mask(state));
      steps.mask_us.push_back(micros_since(begin));
      if (!mask->allows(id)) return false;
      begin = Clock::now();
      ASHLAR_ASSIGN(state, constraint.after(state, id));
      steps.commit_us.push_back(micros_since(begin));
    }
    return constraint.can_end(state);
  }

  Json times() const {
    std::vector<double> all;
    for (const Steps& each : texts) all.insert(all.end(), each.mask_us.begin(), each.mask_us.end());
    if (all.empty()) return nullptr;
    std::ranges::sort(all);
    const auto at = [&](double share) {
      return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
    };
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", all.back()}};
  }
};

template <typename T>
Json of_texts(const std::vector<Steps>& texts, std::vector<T> Steps::* what) {
  Json lists = Json::array();
  for (const Steps& each : texts) lists.push_back(each.*what);
  return lists;
}

void keep_least(std::vector<double>& least, const std::vector<double>& again) {
  for (std::size_t i = 0; i < least.size() && i < again.size(); ++i)
    least[i] = std::min(least[i], again[i]);
}

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

using Compile = std::function<Result<std::unique_ptr<grammar::Language>>()>;

// Each mask's time in `first`, and the least of that and replays on constraints of their own, which
// share what was found for the vocabulary alone.
Result<Json> every_mask(Walk first, const std::vector<std::string>& texts,
                        llm::Structures& structures, const Compile& compile) {
  Json found = first.times();
  if (found.is_null()) return found;
  found["ids"] = of_texts(first.texts, &Steps::ids);
  found["first"] = of_texts(first.texts, &Steps::mask_us);
  for (int replay = 1; replay < kReplays; ++replay) {
    ASHLAR_ASSIGN(auto language, compile());
    const auto constraint = structures.constraint_of(std::move(language));
    Walk again{*constraint, first.tokenizer};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ASHLAR_TRY(again.admits(texts[i]));
      keep_least(first.texts[i].mask_us, again.texts[i].mask_us);
      keep_least(first.texts[i].commit_us, again.texts[i].commit_us);
    }
  }
  found["all"] = of_texts(first.texts, &Steps::mask_us);
  found["commits"] = of_texts(first.texts, &Steps::commit_us);
  return found;
}

Result<Json> judge(const std::string& line, llm::Structures& structures,
                   const tokenizer::Tokenizer& tokenizer, const AdmitsOptions& options) {
  ASHLAR_ASSIGN(const grammar::Value value, grammar::read_json(line, "line"));
  ASHLAR_ASSIGN(const auto texts, instances_of(value));
  Json result = {{"compiled", false}, {"error", nullptr}, {"admits", Json::array()}};
  grammar::LoadOptions load = options.load;
  const Compile compile = [&]() -> Result<std::unique_ptr<grammar::Language>> {
    ASHLAR_ASSIGN(auto schema, grammar::load_schema(*value.object()->find("schema"), load));
    if (!schema.annotations.empty()) result["annotations"] = annotations_of(schema);
    return grammar::schema_language(std::move(schema), options.style);
  };
  if (options.lenient) {
    const auto given_up =
        grammar::give_up(*value.object()->find("schema"), options.load, options.style);
    if (given_up) {
      load.without = grammar::pointers_of(*given_up);
      result["given_up"] = llm::json_of(*given_up);
    }
  }
  const auto begin = Clock::now();
  const auto failed = [&](const Error& error) {
    result["compiled"] = false;
    result["error"] = json_of(error);
    return result;
  };
  auto language = compile();
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
  if (!options.masks) {
    result["mask_us"] = walk.times();
    return result;
  }
  ASHLAR_ASSIGN(result["mask_us"], every_mask(std::move(walk), texts, structures, compile));
  return result;
}

}  // namespace

int schema_admits(const std::string& name, const AdmitsOptions& options) {
  const auto tokenizer = open_tokenizer(name);
  if (!tokenizer) return report(tokenizer.error(), false);
  llm::Structures structures(*tokenizer);
  return run_schema_lines(
      [&](const std::string& line) { return judge(line, structures, **tokenizer, options); });
}

}  // namespace ashlar::cli
