// Whatever the tokens, rendering ends: with a text or with an error that says where.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

const std::vector<std::string> kTokens = {
    "{{",       "}}",        "{%",        "%}",    "{#",         "#}",     "{%-",      "-%}",
    "{{-",      "-}}",       " ",         "\n",    "if",         "else",   "elif",     "endif",
    "for",      "in",        "endfor",    "set",   "endset",     "macro",  "endmacro", "call",
    "endcall",  "filter",    "endfilter", "raw",   "endraw",     "with",   "endwith",  "break",
    "continue", "recursive", "x",         "l",     "d",          "loop",   "m",        "(",
    ")",        "[",         "]",         "{",     "}",          ",",      ":",        ".",
    "|",        "~",         "+",         "-",     "*",          "**",     "/",        "//",
    "%",        "=",         "==",        "<",     ">",          "!=",     "is",       "not",
    "and",      "or",        "'a'",       "\"b\"", "1",          "0",      "2.5",      "none",
    "true",     "upper",     "length",    "join",  "map",        "select", "tojson",   "defined",
    "range",    "namespace", "items",     "sort",  "loop.index", "x.y",    "l[0]",     "d.k",
    "('%s')",   "text",      "\\",        "é",     "caller",     "self"};

RenderLimits small() {
  RenderLimits limits;
  limits.steps = 20'000;
  limits.output_bytes = 1 << 16;
  return limits;
}

void ends(const std::string& source) {
  const base::Json variables = {{"x", "s<"}, {"l", {1, "b", nullptr}}, {"d", {{"k", {1, 2}}}}};
  const auto rendered = test::render(source, variables, {{"text", "T"}}, small());
  if (rendered)
    RC_ASSERT(rendered->text.size() <= small().output_bytes);
  else
    RC_ASSERT(!rendered.error().message.empty() && !rendered.error().where.empty());
}

std::string soup(const std::vector<std::string>& tokens) {
  std::string source;
  for (const std::string& token : tokens) source += token;
  return source;
}

const auto kSoup = rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kTokens));

RC_GTEST_PROP(Soup, OfTokens, ()) {
  ends(soup(*kSoup));
}

RC_GTEST_PROP(Soup, InsideATag, ()) {
  ends("{{ " + soup(*kSoup) + " }}");
  ends("{% for x in l %}{% " + soup(*kSoup) + " %}{% endfor %}");
}

RC_GTEST_PROP(Soup, OfBytes, ()) {
  const std::string bytes = *rc::gen::string<std::string>();
  const auto rendered = test::render("{{ '" + bytes + "' }}" + bytes, nullptr, nullptr, small());
  RC_ASSERT(rendered || !rendered.error().where.empty());
}

}  // namespace
}  // namespace ashlar::chat
