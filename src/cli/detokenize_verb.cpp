// ashlar detokenize: token ids as JSON lines on stdin, text as JSON lines on stdout.
#include <fmt/format.h>

#include <vector>

#include "base/utf8.h"
#include "cli/arguments.h"
#include "cli/line_answers.h"
#include "cli/open_tokenizer.h"
#include "cli/verb.h"

namespace ashlar::cli {
namespace {

using tokenizer::TokenId;

constexpr std::string_view kFooter =
    "Reads {\"ids\":[...]} a line and prints {\"text\":...} for each. Bytes that don't make up\n"
    "characters come out as U+FFFD. A bad line, or an id that the vocabulary doesn't have, is\n"
    "answered by {\"error\":...} and the exit code is 2.";

Result<TokenId> id_of(const base::Json& value, std::size_t vocabulary, std::size_t index) {
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() < vocabulary;
  if (fits) return value.get<TokenId>();
  return fail(ErrorKind::bad_input, fmt::format("{} is not a token id", base::write_json(value)),
              fmt::format("/ids/{}", index),
              fmt::format("ids are integers from 0 to {}", vocabulary - 1));
}

Result<std::vector<TokenId>> ids_of_line(const base::Json& line, std::size_t vocabulary) {
  const auto field = line.find("ids");
  if (field == line.end() || !field->is_array())
    return fail(ErrorKind::bad_input, "no list \"ids\"", {}, "send {\"ids\": [1, 2, 3]}");
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < field->size(); ++i) {
    ASHLAR_ASSIGN(const TokenId id, id_of((*field)[i], vocabulary, i));
    ids.push_back(id);
  }
  return ids;
}

}  // namespace

int detokenize_verb(int argc, char** argv) {
  std::string source;
  bool skip_special = false, json = false;
  CLI::App app("Turns token ids back into text.", "ashlar detokenize");
  app.add_option("--tokenizer", source,
                 "a tokenizer.json, its folder, a GGUF file or a model's name")
      ->type_name("PATH_OR_MODEL")
      ->required();
  app.add_flag("--skip-special", skip_special, "leave special tokens out instead of spelling them");
  app.add_flag("--json,--jsonl", json, "a failure to start as {\"error\":...} on stdout too");
  app.footer(std::string(kFooter));
  if (const auto done = parse_arguments(app, argc, argv)) return *done;

  const auto tokenizer = open_tokenizer(source);
  if (!tokenizer) return report(tokenizer.error(), json);
  return answer_lines([&](const base::Json& line) -> Result<base::Json> {
    ASHLAR_ASSIGN(const auto ids, ids_of_line(line, (*tokenizer)->size()));
    const std::string bytes = (*tokenizer)->decode(ids, skip_special);
    return base::Json{{"text", base::repair_utf8(bytes).text}};
  });
}

}  // namespace ashlar::cli
