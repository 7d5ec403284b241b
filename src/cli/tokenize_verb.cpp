// ashlar tokenize: text on stdin, token ids as JSON on stdout.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/utf8.h"
#include "cli/arguments.h"
#include "cli/line_answers.h"
#include "cli/open_tokenizer.h"
#include "cli/pieces_view.h"
#include "cli/terminal.h"
#include "cli/text_input.h"
#include "cli/verb.h"

namespace ashlar::cli {
namespace {

struct Options {
  std::string tokenizer;
  bool no_special = false, parse_special = false, strict = false;
  bool jsonl = false, pieces = false, json = false;
};

constexpr std::string_view kFooter =
    "Reads bytes from stdin and prints {\"ids\":[...],\"replaced\":N}: bytes that are not UTF-8\n"
    "become U+FFFD as Python's bytes.decode('utf-8', 'replace') has it, and are counted. Bytes "
    "that\n"
    "the vocabulary has no token for give no id and are counted as \"dropped\" where there are "
    "any.\n"
    "With --jsonl a line is {\"text\":...} or {\"hex\":...}; other fields are left alone; a bad "
    "line\n"
    "is answered by {\"error\":...} and the exit code is 2.";

void declare(CLI::App& app, Options& options) {
  app.add_option("--tokenizer", options.tokenizer,
                 "a tokenizer.json, its folder, a GGUF file or a model's name")
      ->type_name("PATH_OR_MODEL")
      ->required();
  app.add_flag("--no-special", options.no_special, "don't add what the model puts around a text");
  app.add_flag("--parse-special", options.parse_special,
               "spellings of special tokens in the text become those tokens");
  app.add_flag("--strict", options.strict, "refuse bytes that are not UTF-8");
  app.add_flag("--jsonl", options.jsonl, "read a JSON object a line, answer each");
  app.add_flag("--pieces", options.pieces,
               "show the tokens; as JSON (--json, --jsonl) in a list \"pieces\"");
  app.add_flag("--json", options.json, "failures as {\"error\":...} on stdout too");
  app.footer(std::string(kFooter));
}

// The two steps from bytes to ids.
struct Tokenized {
  tokenizer::Encoding encoding;
  std::size_t replaced;
};

Result<Tokenized> tokenize(const tokenizer::Tokenizer& tokenizer, const Options& options,
                           std::string_view bytes, std::string_view where) {
  if (options.strict) ASHLAR_TRY(check_utf8(bytes, where));
  const base::Repaired text = base::repair_utf8(bytes);
  ASHLAR_TRY(check_length(text.text.size(), where));
  tokenizer::EncodeOptions encode;
  encode.add_special = !options.no_special;
  encode.parse_special = options.parse_special;
  Tokenized tokenized{tokenizer.encode_with_losses(text.text, encode), text.replaced};
  if (tokenized.encoding.failure) return tl::unexpected<Error>(*tokenized.encoding.failure);
  return tokenized;
}

base::Json json_of(const tokenizer::Tokenizer& tokenizer, const Options& options,
                   const Tokenized& tokenized) {
  base::Json json{{"ids", tokenized.encoding.ids}, {"replaced", tokenized.replaced}};
  if (const std::size_t dropped = tokenized.encoding.dropped_bytes) json["dropped"] = dropped;
  if (!options.pieces) return json;
  base::Json& pieces = json["pieces"] = base::Json::array();
  for (const tokenizer::TokenId id : tokenized.encoding.ids)
    pieces.push_back(base::repair_utf8(tokenizer.bytes_of(id)).text);
  return json;
}

bool wants_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return is_terminal(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0');
}

int tokenize_lines(const tokenizer::Tokenizer& tokenizer, const Options& options) {
  return answer_lines([&](const base::Json& line) -> Result<base::Json> {
    ASHLAR_ASSIGN(const std::string bytes, text_of_line(line));
    ASHLAR_ASSIGN(const Tokenized tokenized, tokenize(tokenizer, options, bytes, "/hex"));
    return json_of(tokenizer, options, tokenized);
  });
}

Status tokenize_stdin(const tokenizer::Tokenizer& tokenizer, const Options& options) {
  ASHLAR_ASSIGN(const std::string bytes, read_piped_stdin());
  ASHLAR_ASSIGN(const Tokenized tokenized, tokenize(tokenizer, options, bytes, "stdin"));
  if (options.pieces && !options.json)
    fmt::print("{}", view_pieces(tokenizer, tokenized.encoding.ids, wants_colour()));
  else
    fmt::print("{}\n", base::write_json(json_of(tokenizer, options, tokenized)));
  return {};
}

}  // namespace

int tokenize_verb(int argc, char** argv) {
  Options options;
  CLI::App app("Turns text into token ids.", "ashlar tokenize");
  declare(app, options);
  if (const auto done = parse_arguments(app, argc, argv)) return *done;

  const auto tokenizer = open_tokenizer(options.tokenizer);
  if (!tokenizer) return report(tokenizer.error(), options.json || options.jsonl);
  if (options.jsonl) return tokenize_lines(**tokenizer, options);
  const Status status = tokenize_stdin(**tokenizer, options);
  return status ? kExitFine : report(status.error(), options.json);
}

}  // namespace ashlar::cli
