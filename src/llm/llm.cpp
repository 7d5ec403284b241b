#include "llm/llm.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>

#include "base/clock.h"
#include "base/utf8.h"
#include "engine/async_engine.h"
#include "engine/mailbox.h"
#include "hub/hub.h"
#include "llm/adapters.h"
#include "llm/call_language.h"
#include "llm/content_hash.h"
#include "llm/draft_model.h"
#include "llm/outcome.h"
#include "llm/score_pair.h"
#include "llm/structures.h"
#include "model/model.h"
#include "model/packed_store.h"

namespace ashlar::llm {
namespace {

using tokenizer::TokenId;

// One request on its way to the engine, or why it never got there.
struct Job {
  engine::Request request;
  std::stop_token stop;
  SharedToolReading tools = {};
};

using Results = std::vector<Result<engine::Choices>>;
using OnEvent = std::function<void(const engine::Event&)>;

// Waits for a request's end, and tells of what comes before it.
Result<engine::Choices> receive(engine::Mailbox& box, const OnEvent& on_event) {
  while (const auto event = box.take()) {
    if (event->choices) return *event->choices;
    if (event->error) return tl::unexpected(*event->error);
    if (on_event) on_event(*event);
  }
  return fail(ErrorKind::cancelled, "the engine has closed", "", "open the model again");
}

// What the KV of a prompt depends on beside its tokens. The file's content is also its tokenizer's
// and its template's, which make the tokens.
Result<std::unique_ptr<engine::PrefixStore>> open_prefix_store(const OpenOptions& options) {
  ASHLAR_ASSIGN(const std::string content, content_hash(options.path));
  const bool exact = options.precision == model::Precision::exact;
  const auto kv = model::kv_dtype_of(options.precision, options.engine.kv_dtype);
  return engine::PrefixStore::open(
      {.folder = options.prefix_cache,
       .identity =
           fmt::format("model {}, {} precision, KV in {}, layout {}", content,
                       exact ? "exact" : "fast", model::kv_dtype_name(kv), model::KvCache::kLayout),
       .most_bytes = options.prefix_cache_bytes,
       .note = options.note});
}

}  // namespace

struct Llm::State {
  State(OpenOptions from, std::shared_ptr<const tokenizer::Tokenizer> tokens,
        Result<ChatPrompt> chat_prompt)
      : options(std::move(from)),
        pool(options.threads == 0 ? base::available_threads() : options.threads),
        tokenizer(std::move(tokens)),
        chat(std::move(chat_prompt)),
        structures(tokenizer) {}

  OpenOptions options;
  base::ThreadPool pool;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  Result<ChatPrompt> chat;
  std::shared_ptr<const model::Model> model;
  Adapters adapters;
  Structures structures;
  std::unique_ptr<engine::AsyncEngine> engine;
  ModelInfo info;

  Status load(formats::Gguf file);
  Result<std::vector<TokenId>> encode(const Prompt& prompt) const;
  Result<ToolReading> constrain(const chat::ToolUse& tools, engine::Request& request);
  Result<Job> job_of(const GenerateRequest& request);
  Result<Job> job_of(const ScoreRequest& request, std::stop_token stop) const;
  Result<Job> job_of(const TokenScoreRequest& request) const;
  Status start(Job job, engine::Listener listener);
  Result<ToolManner> tool_manner(const std::string& syntax) const;
  Results run(std::vector<Result<Job>> jobs, const OnEvent& on_event = {});
};

Status Llm::State::load(formats::Gguf file) {
  const model::PackedStore store(options.packed_weights, options.note);
  const model::PackedStore* kept = options.packed_weights.empty() ? nullptr : &store;
  ASHLAR_ASSIGN(model, model::Model::load(std::move(file), options.precision, pool, kept));
  engine::Companions companions;
  if (!options.draft.empty()) {
    ASHLAR_ASSIGN(companions.draft,
                  load_draft(options.draft, options.precision, *tokenizer, pool, kept));
  }
  if (!options.prefix_cache.empty()) {
    ASHLAR_ASSIGN(companions.store, open_prefix_store(options));
  }
  ASHLAR_ASSIGN(auto created, engine::Engine::create(model, tokenizer, pool, options.engine,
                                                     std::move(companions)));
  engine = std::make_unique<engine::AsyncEngine>(std::move(created));
  const std::string& name = model->config().name;
  info.name = name.empty() ? options.path.stem().string() : name;
  return {};
}

Result<std::vector<TokenId>> Llm::State::encode(const Prompt& prompt) const {
  if (prompt.ids) return *prompt.ids;
  if (prompt.messages) {
    if (!chat) return tl::unexpected(chat.error());
    ASHLAR_ASSIGN(RenderedChat rendered, chat->render(*prompt.messages, prompt.tools, true));
    return std::move(rendered.ids);
  }
  if (!base::is_utf8(prompt.text))
    return fail(ErrorKind::bad_input, "the prompt is not UTF-8", "prompt", "send it as UTF-8");
  return tokenizer->encode(prompt.text, {.parse_special = prompt.parse_special});
}

Result<ToolManner> Llm::State::tool_manner(const std::string& syntax) const {
  if (!chat) return tl::unexpected(chat.error());
  return chat->tool_manner(syntax);
}

// Two languages: the streams read ahead of what the constraint forgets.
Result<ToolReading> Llm::State::constrain(const chat::ToolUse& tools, engine::Request& request) {
  ASHLAR_ASSIGN(const ToolManner manner, tool_manner(tools.syntax));
  const auto made = [&] { return call_language(tools, *manner.syntax, structures.alphabet()); };
  ASHLAR_ASSIGN(auto written, made());
  ASHLAR_ASSIGN(auto read, made());
  request.constraint = structures.constraint_of_calls(std::move(written));
  request.spell_special = true;
  return ToolReading{manner, CallStreams(std::move(read), callable_names(tools))};
}

Result<Job> Llm::State::job_of(const GenerateRequest& request) {
  SharedAdapter adapter = request.own_adapter;
  if (!adapter) {
    ASHLAR_ASSIGN(adapter, adapters.find(request.adapter));
  }
  ASHLAR_ASSIGN(std::vector<TokenId> ids, encode(request.prompt));
  ASHLAR_ASSIGN(auto constraint, structures.constraint_of(request.structure));
  Job job{{.prompt = std::move(ids),
           .sampling = request.sampling,
           .adapter = std::move(adapter),
           .constraint = std::move(constraint),
           .priority = request.priority},
          request.stop};
  if (request.prompt.tools.offers()) {
    ASHLAR_ASSIGN(ToolReading tools, constrain(request.prompt.tools, job.request));
    job.tools = std::make_shared<ToolReading>(std::move(tools));
  }
  return job;
}

Result<Job> Llm::State::job_of(const ScoreRequest& request, std::stop_token stop) const {
  ASHLAR_ASSIGN(SharedAdapter adapter, adapters.find(request.adapter));
  ASHLAR_ASSIGN(ScorePair pair, encode_pair(*tokenizer, request.prompt, request.completion));
  return Job{{.prompt = std::move(pair.ids),
              .adapter = std::move(adapter),
              .score = true,
              .score_from = pair.from},
             std::move(stop)};
}

Result<Job> Llm::State::job_of(const TokenScoreRequest& request) const {
  Job job{{.prompt = request.tokens,
           .adapter = request.adapter,
           .score = true,
           .score_from = request.from},
          request.stop};
  job.request.sampling.logprobs = request.alternatives;
  return job;
}

Status Llm::State::start(Job job, engine::Listener listener) {
  // The listener keeps it as long as the request lives.
  const auto watch = std::make_shared<std::optional<std::stop_callback<std::function<void()>>>>();
  job.request.listener = [watch, listener = std::move(listener)](const engine::Event& event) {
    listener(event);
  };
  ASHLAR_ASSIGN(const engine::RequestId id, engine->submit(std::move(job.request)));
  watch->emplace(std::move(job.stop), [this, id] { engine->cancel(id); });
  return {};
}

// Runs all of them to their ends, together. Each event but the last goes to `on_event`, on this
// thread.
Results Llm::State::run(std::vector<Result<Job>> jobs, const OnEvent& on_event) {
  using Wants = engine::Mailbox::Wants;
  Results results(jobs.size());
  std::vector<std::shared_ptr<engine::Mailbox>> boxes(jobs.size());
  std::deque<std::stop_callback<std::function<void()>>> stops;
  engine->between_steps([&](engine::Engine& idle) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!jobs[i]) {
        results[i] = tl::unexpected(std::move(jobs[i].error()));
        continue;
      }
      auto box = std::make_shared<engine::Mailbox>(on_event ? Wants::everything : Wants::the_end);
      jobs[i]->request.listener = engine::Mailbox::listener_to(box);
      const auto id = idle.submit(std::move(jobs[i]->request));
      if (!id) {
        results[i] = tl::unexpected(id.error());
        continue;
      }
      boxes[i] = std::move(box);
      stops.emplace_back(jobs[i]->stop, [this, id = *id] { engine->cancel(id); });
    }
  });
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (boxes[i]) results[i] = receive(*boxes[i], on_event);
  return results;
}

Llm::Llm(std::unique_ptr<State> state) : state_(std::move(state)) {}
Llm::~Llm() = default;

Result<std::unique_ptr<Llm>> Llm::open(OpenOptions options) {
  const base::Stopwatch watch;
  ASHLAR_ASSIGN(formats::Gguf file, formats::Gguf::open(options.path));
  ASHLAR_ASSIGN(auto tokenizer, tokenizer::Tokenizer::from_gguf(file));
  auto chat = ChatPrompt::from_gguf(file, tokenizer);
  auto state = std::make_unique<State>(std::move(options), std::move(tokenizer), std::move(chat));
  ASHLAR_TRY(state->load(std::move(file)));
  state->info.load_ms = watch.milliseconds();
  return std::unique_ptr<Llm>(new Llm(std::move(state)));
}

Result<Answer> Llm::generate(const GenerateRequest& request) {
  return std::move(generate_all({&request, 1}).front());
}

Result<Answer> Llm::stream(const GenerateRequest& request, const OnDelta& on_delta) {
  auto job = state_->job_of(request);
  if (!job) return tl::unexpected(std::move(job.error()));
  const auto prompt_tokens = static_cast<std::uint32_t>(job->request.prompt.size());
  const auto tools = job->tools;
  const auto tell = [&](const engine::Event& event) {
    if (event.kind == engine::Event::Kind::prefill)
      return on_delta({"", event.prefilled, prompt_tokens});
    for (const AnswerPart& part : event_of(event, tools).parts) {
      const bool is_text = part.kind == AnswerPart::Kind::text;
      on_delta({is_text ? std::string_view(part.text) : "", prompt_tokens, prompt_tokens,
                event.choice, is_text ? nullptr : &part});
    }
  };
  std::vector<Result<Job>> jobs;
  jobs.push_back(std::move(job));
  return answer_of(std::move(state_->run(std::move(jobs), tell).front()), request.sampling.seed,
                   tools);
}

Status Llm::start(const GenerateRequest& request, Listener listener) {
  ASHLAR_ASSIGN(Job job, state_->job_of(request));
  auto hear = [tools = job.tools, listener = std::move(listener)](const engine::Event& event) {
    listener(event_of(event, tools));
  };
  return state_->start(std::move(job), std::move(hear));
}

Status Llm::start(const TokenScoreRequest& request, engine::Listener listener) {
  ASHLAR_ASSIGN(Job job, state_->job_of(request));
  return state_->start(std::move(job), std::move(listener));
}

std::vector<Result<Answer>> Llm::generate_all(std::span<const GenerateRequest> requests) {
  std::vector<Result<Job>> jobs;
  std::vector<SharedToolReading> tools;
  for (const GenerateRequest& request : requests) {
    jobs.push_back(state_->job_of(request));
    tools.push_back(jobs.back() ? jobs.back()->tools : nullptr);
  }
  Results results = state_->run(std::move(jobs));
  std::vector<Result<Answer>> answers;
  for (std::size_t i = 0; i < requests.size(); ++i)
    answers.push_back(answer_of(std::move(results[i]), requests[i].sampling.seed, tools[i]));
  return answers;
}

std::vector<Result<Score>> Llm::score_all(std::span<const ScoreRequest> requests,
                                          std::stop_token stop) {
  std::vector<Result<Job>> jobs;
  for (const ScoreRequest& request : requests) jobs.push_back(state_->job_of(request, stop));
  std::vector<Result<Score>> scores;
  for (auto& result : state_->run(std::move(jobs)))
    scores.push_back(checked_score(std::move(result)));
  return scores;
}

Status Llm::load_adapter(const std::string& name, const std::filesystem::path& path) {
  ASHLAR_ASSIGN(auto adapter, read_adapter(path));
  return state_->adapters.add(name, std::move(adapter), path.string());
}

Result<SharedAdapter> Llm::read_adapter(const std::filesystem::path& path) const {
  return model::Adapter::load(path, config(), state_->options.precision);
}

Status Llm::drop_adapter(const std::string& name) {
  return state_->adapters.drop(name);
}

std::vector<std::string> Llm::adapters() const {
  return state_->adapters.names();
}

Result<std::vector<TokenId>> Llm::encode(const Prompt& prompt) const {
  return state_->encode(prompt);
}

Result<RenderedChat> Llm::render(const base::Json& messages, const chat::ToolUse& tools,
                                 bool add_generation_prompt) const {
  if (!state_->chat) return tl::unexpected(state_->chat.error());
  return state_->chat->render(messages, tools, add_generation_prompt);
}

Result<ToolManner> Llm::tool_manner(const std::string& syntax) const {
  return state_->tool_manner(syntax);
}

std::string Llm::template_hash() const {
  return state_->chat ? state_->chat->hash() : std::string();
}

const tokenizer::Tokenizer& Llm::tokenizer() const {
  return *state_->tokenizer;
}
const std::string& Llm::name() const {
  return state_->info.name;
}
const model::Config& Llm::config() const {
  return state_->model->config();
}
std::uint32_t Llm::context() const {
  return state_->engine->context();
}

engine::Load Llm::load() const {
  engine::Load load;
  state_->engine->between_steps([&](const engine::Engine& idle) { load = idle.load(); });
  return load;
}

const ModelInfo& Llm::info() const {
  std::string& sha256 = state_->info.sha256;
  if (sha256.empty()) sha256 = hub::sha256_of(state_->options.path).value_or("");
  return state_->info;
}

}  // namespace ashlar::llm
