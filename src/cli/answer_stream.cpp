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

}  // namespace

Result<llm::Answer> stream_answer(llm::Llm& model, llm::GenerateRequest request,
                                  Interrupt& interrupt) {
  ProgressLine progress;
  request.stop = interrupt.token();
  return model.stream(request, [&](const llm::Delta& delta) {
    if (delta.text.empty()) {
      const bool reading = delta.prefilled < delta.prompt_tokens;
      if (reading && delta.prompt_tokens >= kLongPrompt) progress.show(progress_text(delta));
      return;
    }
    progress.clear();
    if (!put_answer(delta.text)) interrupt.request();
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
