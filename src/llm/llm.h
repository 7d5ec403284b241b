// The façade: a model that is open, talks, scores and can be stopped. What a program that embeds
// Ashlar sees, and what every verb uses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/sampling.h"
#include "grammar/structure.h"
#include "llm/adapters.h"
#include "llm/call_streams.h"
#include "llm/chat_prompt.h"
#include "model/config.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

struct OpenOptions {
  std::filesystem::path path = {};  // a GGUF file
  model::Precision precision = model::Precision::fast;
  unsigned threads = 0;  // 0: what the machine gives us
  engine::EngineOptions engine = {};
  std::filesystem::path draft = {};  // a GGUF file, for engine::Speculation::draft
  std::filesystem::path packed_weights =
      {};                                   // a folder that keeps them; empty: packed at each start
  std::filesystem::path prefix_cache = {};  // a folder; empty: prompts are kept in memory alone
  std::uint64_t prefix_cache_bytes = std::uint64_t{4} << 30;
  std::function<void(std::string_view)> note = {};  // hears what a person should know
};

// A prompt as plain text, as token ids, or messages rendered through the model's own chat template.
struct Prompt {
  std::string text;
  std::optional<base::Json> messages = {};  // [{"role","content"}, …]; text is ignored
  chat::ToolUse tools = {};                 // with messages: that the model may call
  bool parse_special = false;               // plain text only
  std::optional<std::vector<tokenizer::TokenId>> ids = {};  // taken as they are; text is ignored
};

struct GenerateRequest {
  Prompt prompt;
  engine::SamplingParams sampling = {};
  grammar::Structure structure = {};  // that every answer has; free where there are tools
  std::string adapter = {};           // the name of one that was loaded; empty: the model as it is
  SharedAdapter own_adapter = {};     // instead of a name: one that read_adapter() gave
  std::stop_token stop = {};          // ends the answer with FinishReason::cancelled
  std::int32_t priority = 0;          // lower is sooner; changes when, never what
};

struct Answer {
  engine::Output output;                     // choice 0; with best_of the likeliest
  std::vector<engine::Output> others = {};   // choices 1 … n - 1
  std::vector<AnswerMessage> messages = {};  // by choice, where there are tools: calls and the rest
  std::optional<ToolManner> tools = {};      // how they were shown and are called
  std::uint32_t completion_tokens = 0;       // of all that were drawn, those of best_of too
  std::uint64_t seed = 0;
};

// A stretch of the answer as it comes, or, with empty text and no call, progress of the prompt.
struct Delta {
  std::string_view text;
  std::uint32_t prefilled = 0, prompt_tokens = 0;
  std::uint32_t choice = 0;          // that it belongs to
  const AnswerPart* call = nullptr;  // a stretch of a call
};
// Called on the thread that streams, which no step waits for: a slow one delays its own answer's
// telling alone. Must not throw.
using OnDelta = std::function<void(const Delta&)>;

// What the engine tells of a request, and the parts of the answer that it makes whole. A choice
// with a call that ended by itself has FinishReason::tool_calls.
struct Event : engine::Event {
  std::vector<AnswerPart> parts = {};
};
using Listener = std::function<void(const Event&)>;

struct ScoreRequest {
  std::string prompt, completion;
  std::string adapter = {};  // as in GenerateRequest
};

// Log-probabilities of tokens[from …], each given what precedes it.
struct TokenScoreRequest {
  std::vector<tokenizer::TokenId> tokens;
  std::uint32_t from = 1;
  std::uint32_t alternatives = 0;  // of each token, the likeliest
  SharedAdapter adapter = {};      // null: the model as it is
  std::stop_token stop = {};
};

struct Score {
  double logprob = 0;   // sum over the completion's tokens
  bool greedy = false;  // every token of the completion was the argmax
  std::vector<engine::TokenLogprob> tokens;
};

// The score that the one choice of a score request holds.
Score score_of(engine::Output output);

struct ModelInfo {
  std::string name;    // as the file names itself, else the file's name
  std::string sha256;  // of the file, in lower-case hex; empty if it can't be read any more
  double load_ms = 0;  // what open() took
};

// generate, stream, start, generate_all and score_all may be called from several threads: what they
// ask for runs together. So may what loads, drops and lists adapters. A stop_token may be triggered
// from anywhere. Everything else by one caller at a time.
class Llm {
 public:
  // Errors: the file's (corrupt, unsupported, not_found, io), the options' (bad_input, too_large).
  // A missing or unusable chat template is an error of the chats that need it.
  static Result<std::unique_ptr<Llm>> open(OpenOptions options);
  ~Llm();

  // Errors: a prompt that isn't UTF-8, is empty or too long (too_large, with both counts), bad
  // parameters, a template's refusal, an adapter that isn't loaded.
  Result<Answer> generate(const GenerateRequest& request);
  // The texts of a choice's deltas, one after another, are its text.
  Result<Answer> stream(const GenerateRequest& request, const OnDelta& on_delta);
  // Queues the request and returns. The listener hears of it on the engine's thread (see
  // engine::Request): of tokens as they come, and last, once, of the end. Errors are generate()'s;
  // nothing is heard after one.
  Status start(const GenerateRequest& request, Listener listener);
  // The same for a score: the one choice of `finished` holds its log-probabilities.
  Status start(const TokenScoreRequest& request, engine::Listener listener);
  // Together in one batch; answers in order. One failing does not stop the others.
  std::vector<Result<Answer>> generate_all(std::span<const GenerateRequest> requests);
  // Ids are those of prompt + completion tokenized together, cut at the prompt's own length (see
  // llm/score_pair.h). A score that `stop` cuts short is ErrorKind::cancelled.
  std::vector<Result<Score>> score_all(std::span<const ScoreRequest> requests,
                                       std::stop_token stop = {});

  // Reads a LoRA adapter (model/adapter.h) and names it for requests. Errors: the files'; a name
  // that is empty or taken.
  Status load_adapter(const std::string& name, const std::filesystem::path& path);
  // The same without a name: whoever holds it may use it with this model, open or opened anew.
  Result<SharedAdapter> read_adapter(const std::filesystem::path& path) const;
  // The name is free again. Errors: not_found.
  Status drop_adapter(const std::string& name);
  std::vector<std::string> adapters() const;  // names, sorted

  // Ids of a prompt, rendered and with special tokens, as generate() would use them.
  Result<std::vector<tokenizer::TokenId>> encode(const Prompt& prompt) const;
  // The rendered chat, its ids and which bytes are the caller's.
  Result<RenderedChat> render(const base::Json& messages, const chat::ToolUse& tools = {},
                              bool add_generation_prompt = true) const;
  // How tools are shown and called. Errors: ChatPrompt::tool_manner()'s; a model without template.
  Result<ToolManner> tool_manner(const std::string& syntax = {}) const;

  // Tells chat templates apart; empty without one.
  std::string template_hash() const;

  const tokenizer::Tokenizer& tokenizer() const;
  const model::Config& config() const;
  const std::string& name() const;  // as info() gives it, without hashing
  // Hashes the file on the first call: tenths of a second, so not before the first answer.
  const ModelInfo& info() const;
  std::uint32_t context() const;
  engine::Load load() const;  // how busy it is; waits for the step that runs

 private:
  struct State;
  explicit Llm(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::llm

namespace ashlar {
using llm::Llm;
}
