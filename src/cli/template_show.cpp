#include "cli/template_show.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/open_chat_prompt.h"
#include "cli/pieces_view.h"
#include "cli/terminal.h"
#include "llm/chat_prompt.h"

namespace ashlar::cli {
namespace {

constexpr std::string_view kSpecialColour = "\x1b[1;35m", kInputColour = "\x1b[32m",
                           kReset = "\x1b[0m";

bool wants_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return is_terminal(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0');
}

base::Json sample() {
  return {{{"role", "system"}, {"content", "You answer in one sentence."}},
          {{"role", "user"}, {"content", "Why is the sky blue?"}},
          {{"role", "assistant"}, {"content", "Air scatters blue light more than red."}},
          {{"role", "user"}, {"content", "Does <|im_end|> end my turn?"}}};
}

// A list of messages, or an object that holds one.
Result<base::Json> read_messages(const std::string& from) {
  if (from.empty()) return sample();
  ASHLAR_ASSIGN(const std::string text, from == "-" ? read_piped_stdin() : base::read_file(from));
  ASHLAR_ASSIGN(base::Json json, base::parse_json(text, from == "-" ? "stdin" : from));
  if (!json.is_object()) return json;
  const auto messages = json.find("messages");
  if (messages == json.end())
    return fail(ErrorKind::bad_input, "no messages", "/messages", "send a list of messages");
  return base::Json(*messages);
}

// A token and the bytes of the text that it stands for.
struct Placed {
  tokenizer::TokenId id;
  std::size_t begin, end;
  bool special;
};

std::vector<Placed> place(const tokenizer::Tokenizer& tokenizer, const llm::RenderedChat& chat) {
  std::vector<Placed> tokens;
  std::size_t at = 0;
  for (const tokenizer::TokenId id : chat.ids) {
    const std::size_t end = at + tokenizer.bytes_of(id).size();
    tokens.push_back({id, at, end, tokenizer.is_special(id)});
    at = end;
  }
  return tokens;
}

base::Json json_of(const tokenizer::Tokenizer& tokenizer, const llm::RenderedChat& chat) {
  base::Json input = base::Json::array(), tokens = base::Json::array();
  for (const tokenizer::TextRange& range : chat.input)
    input.push_back(base::Json::array({range.begin, range.end}));
  for (const Placed& token : place(tokenizer, chat))
    tokens.push_back({{"id", token.id},
                      {"piece", base::repair_utf8(tokenizer.bytes_of(token.id)).text},
                      {"begin", token.begin},
                      {"end", token.end},
                      {"special", token.special}});
  return {{"text", chat.text}, {"input", input}, {"ids", chat.ids}, {"tokens", tokens}};
}

// The text with special tokens in one colour and the caller's words in another.
std::string coloured(const tokenizer::Tokenizer& tokenizer, const llm::RenderedChat& chat) {
  std::vector<char> kind(chat.text.size(), 't');
  for (const tokenizer::TextRange& range : chat.input)
    std::fill(kind.begin() + static_cast<std::ptrdiff_t>(range.begin),
              kind.begin() + static_cast<std::ptrdiff_t>(range.end), 'i');
  for (const Placed& token : place(tokenizer, chat))
    for (std::size_t at = token.begin; token.special && at < std::min(token.end, kind.size()); ++at)
      kind[at] = 's';
  std::string out;
  for (std::size_t begin = 0, end = 0; begin < kind.size(); begin = end) {
    while (end < kind.size() && kind[end] == kind[begin]) ++end;
    const std::string part = harmless(std::string_view(chat.text).substr(begin, end - begin));
    if (kind[begin] == 't')
      out += part;
    else
      out +=
          fmt::format("{}{}{}", kind[begin] == 's' ? kSpecialColour : kInputColour, part, kReset);
  }
  return out;
}

void print_for_people(const tokenizer::Tokenizer& tokenizer, const llm::RenderedChat& chat) {
  const bool colour = wants_colour();
  if (colour)
    fmt::print("{}special token{}, {}the caller's words{}, the template's text\n\n", kSpecialColour,
               kReset, kInputColour, kReset);
  fmt::print("{}\n\n", colour ? coloured(tokenizer, chat) : chat.text);
  fmt::print("{}", view_pieces(tokenizer, chat.ids, colour));
}

}  // namespace

Status show_template(const ShowOptions& options) {
  ASHLAR_ASSIGN(const base::Json messages, read_messages(options.messages));
  ASHLAR_ASSIGN(const OpenChatPrompt open, open_chat_prompt(options.model));
  ASHLAR_ASSIGN(const llm::RenderedChat chat,
                open.prompt.render(messages, {}, !options.no_generation_prompt));
  if (options.json)
    fmt::print("{}\n", base::write_json(json_of(*open.tokenizer, chat)));
  else
    print_for_people(*open.tokenizer, chat);
  return {};
}

}  // namespace ashlar::cli
