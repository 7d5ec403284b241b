#include "llm/call_language.h"

#include <limits>
#include <utility>

#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::llm {
namespace {

using chat::Tool;
using chat::ToolChoice;
using chat::ToolSyntax;
using chat::ToolUse;
using Inner = Result<std::unique_ptr<grammar::Language>>;

bool is_callable(const Tool& tool, const ToolChoice& choice) {
  return choice.name.empty() || tool.name == choice.name;
}

// Arguments are written as models were trained to: with white space or without, and no escape that
// isn't needed.
Inner arguments_of(const Tool& tool) {
  auto schema = grammar::load_schema(tool.parameters, {.assert_formats = true});
  auto language = schema ? grammar::schema_language(std::move(*schema),
                                                    {.white_space = grammar::WhiteSpace::any})
                         : Inner(tl::unexpected(std::move(schema.error())));
  if (!language) language.error().where.insert(0, tool.pointer);
  return language;
}

grammar::TriggeredStyle style_of(const ToolChoice& choice, const ToolSyntax& syntax) {
  const bool required = choice.kind == ToolChoice::Kind::required;
  const bool several = choice.parallel && choice.name.empty() && syntax.may_be_several();
  return {.text_first = !required,
          .required = required,
          .most_calls = several ? std::numeric_limits<std::uint32_t>::max() : 1,
          // A model that is held to more calls where it would go on in words repeats its call.
          .behind = several && syntax.repeats ? grammar::Behind::text : grammar::Behind::nothing};
}

}  // namespace

std::vector<std::string> callable_names(const ToolUse& tools) {
  std::vector<std::string> names;
  for (const Tool& tool : tools.tools)
    if (is_callable(tool, tools.choice)) names.push_back(tool.name);
  return names;
}

Result<std::unique_ptr<grammar::TriggeredLanguage>> call_language(
    const ToolUse& tools, const ToolSyntax& syntax, const grammar::ByteSet& alphabet) {
  grammar::Trigger trigger{.begin = std::string(syntax.begin),
                           .open = std::string(syntax.open),
                           .calls = {},
                           .separator = std::string(syntax.separator),
                           .end = std::string(syntax.end),
                           .first_only = syntax.first_only};
  for (const Tool& tool : tools.tools) {
    if (!is_callable(tool, tools.choice)) continue;
    ASHLAR_ASSIGN(auto inner, arguments_of(tool));
    trigger.calls.push_back(
        {chat::call_head(syntax, tool.name), std::move(inner), std::string(syntax.tail)});
  }
  std::vector<grammar::Trigger> triggers;
  triggers.push_back(std::move(trigger));
  auto language = std::make_unique<grammar::TriggeredLanguage>(
      std::move(triggers), style_of(tools.choice, syntax), alphabet);
  ASHLAR_TRY(language->check_alphabet());
  return language;
}

}  // namespace ashlar::llm
