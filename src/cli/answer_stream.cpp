#include "cli/answer_stream.h"

#include <fmt/format.h>

#include "cli/terminal.h"

namespace ashlar::cli {
namespace {

// A prompt shorter than this is read before a progress line would be noticed.
constexpr std::uint32_t kLongPrompt = 512;

std::string progress_text(const llm::Delta& delta) {
  return fmt::format("reading the prompt: {} of {} tokens", delta.prefilled, delta.prompt_tokens);
}

// A call is a line of its own: its tool's name, then the arguments.
std::string text_of(const llm::Delta& delta, bool line_open) {
  using Kind = llm::AnswerPart::Kind;
  if (!delta.call) return std::string(delta.text);
  switch (delta.call->kind) {
    case Kind::begin: return (line_open ? "\n" : "") + delta.call->text + " ";
    case Kind::arguments: return delta.call->text;
    default: return "\n";
  }
}

}  // namespace

Result<llm::Answer> stream_answer(llm::Llm& model, llm::GenerateRequest request,
                                  Interrupt& interrupt) {
  ProgressLine progress;
  request.stop = interrupt.token();
  bool line_open = false;
  return model.stream(request, [&](const llm::Delta& delta) {
    if (delta.text.empty() && !delta.call) {
      const bool reading = delta.prefilled < delta.prompt_tokens;
      if (reading && delta.prompt_tokens >= kLongPrompt) progress.show(progress_text(delta));
      return;
    }
    progress.clear();
    const std::string text = text_of(delta, line_open);
    line_open = text.back() != '\n';
    if (!put_answer(text)) interrupt.request();
  });
}

std::string speed_line(const engine::Output& output) {
  const std::size_t out = output.ids.size();
  std::string line = fmt::format("{} tokens in, {} out", output.prompt_tokens, out);
  if (out > 0) line += fmt::format(" · first token {:.0f} ms", output.timings.prefill_ms);
  if (out > 1 && output.timings.decode_ms > 0)
    line += fmt::format(" · {:.1f} tokens/s",
                        1000.0 * static_cast<double>(out - 1) / output.timings.decode_ms);
  if (output.guessed_tokens > 0)
    line += fmt::format(" · {} of {} guesses right", output.accepted_tokens, output.guessed_tokens);
  return line;
}

}  // namespace ashlar::cli
