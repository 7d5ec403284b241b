// What the endpoints have in common, and their names for the table of routes.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "hub/hub.h"
#include "server/answering.h"
#include "server/background.h"
#include "server/blob_store.h"
#include "server/call.h"
#include "server/deadlines.h"
#include "server/derived_models.h"
#include "server/fields.h"
#include "server/gate.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/model_card.h"
#include "server/models.h"
#include "server/rules.h"
#include "server/upstream.h"

namespace ashlar::server {

struct Runs;
class BatchRunner;
class Retention;

// What every endpoint may use. The models go first: what they still work at hears of its end while
// the rest is there.
struct Services {
  explicit Services(Models::Open open, PoolOptions pool = {}, LaneLimits lanes = {})
      : models(std::move(open), pool, lanes) {}

  std::shared_ptr<Runs> runs;
  std::shared_ptr<Retention> retention;  // of the runs
  Log log;
  Gate gate;
  RuleBook rules;
  DerivedModels derived;
  ModelCards cards;
  BlobStore blobs{hub::home() / "blobs"};
  std::string version = {};  // of the program
  Metrics metrics;
  Deadlines deadlines;
  Upstreams upstreams;
  std::function<std::size_t()> connections = [] { return std::size_t{0}; };
  std::atomic<bool> draining = false;
  std::atomic<bool> cutting = false;  // connections are ended from this side
  Models models;
  std::shared_ptr<BatchRunner> batches;  // the server's, which asks the models
  Background background;                 // last: what runs there uses the rest
};

// An error is answered in the dialect's shape; without one the endpoint has answered, or will.
using Endpoint = Status (*)(Services& services, const SharedCall& call);

Status page(Services& services, const SharedCall& call);
Status health(Services& services, const SharedCall& call);
Status ready(Services& services, const SharedCall& call);
Status metrics(Services& services, const SharedCall& call);
Status openapi(Services& services, const SharedCall& call);
Status list_models(Services& services, const SharedCall& call);
Status show_model(Services& services, const SharedCall& call);
Status chat_completions(Services& services, const SharedCall& call);
Status completions(Services& services, const SharedCall& call);
Status responses(Services& services, const SharedCall& call);
Status response_input_tokens(Services& services, const SharedCall& call);
Status show_response(Services& services, const SharedCall& call);
Status delete_response(Services& services, const SharedCall& call);
Status cancel_response(Services& services, const SharedCall& call);
Status response_input_items(Services& services, const SharedCall& call);
Status create_file(Services& services, const SharedCall& call);
Status list_files(Services& services, const SharedCall& call);
Status show_file(Services& services, const SharedCall& call);
Status file_content(Services& services, const SharedCall& call);
Status delete_file(Services& services, const SharedCall& call);
Status create_batch(Services& services, const SharedCall& call);
Status list_batches(Services& services, const SharedCall& call);
Status show_batch(Services& services, const SharedCall& call);
Status cancel_batch(Services& services, const SharedCall& call);
Status anthropic_messages(Services& services, const SharedCall& call);
Status anthropic_count_tokens(Services& services, const SharedCall& call);
Status score(Services& services, const SharedCall& call);
Status tokenize(Services& services, const SharedCall& call);
Status detokenize(Services& services, const SharedCall& call);
Status apply_template(Services& services, const SharedCall& call);
Status list_adapters(Services& services, const SharedCall& call);
Status load_adapter(Services& services, const SharedCall& call);
Status unload_adapter(Services& services, const SharedCall& call);
Status list_aliases(Services& services, const SharedCall& call);
Status set_alias(Services& services, const SharedCall& call);
Status remove_alias(Services& services, const SharedCall& call);
Status list_pool(Services& services, const SharedCall& call);
Status load_model(Services& services, const SharedCall& call);
Status unload_model(Services& services, const SharedCall& call);

std::span<const Field> adapter_fields();
std::span<const Field> alias_fields();
std::span<const Field> load_fields();
std::span<const Field> tokenize_fields();
std::span<const Field> detokenize_fields();
std::span<const Field> template_fields();
std::span<const Field> batch_fields();
std::span<const Field> score_fields();
std::span<const Field> chat_fields();
std::span<const Field> completion_fields();

inline constexpr std::uint32_t kMostLogprobs = 20;  // alternatives of a token
inline constexpr std::uint32_t kMostChoices = 128;  // n times prompts of a request
inline constexpr std::string_view kLater = "it comes in a later version";
inline constexpr std::string_view kNever = "this model reads and writes text alone";

extern const Field kModel;
extern const Field kAddGenerationPrompt;
extern const Field kStream;
extern const Field kStreamOptions;
extern const Field kPromptLogprobs;

// The other server whose model a name is; null: none's. Errors: Models::admit's.
Result<std::shared_ptr<Upstream>> upstream_of(Services& services, const Call& call,
                                              const std::string& name);

// Sends a request on where its model is another server's; true: it will be answered. Errors:
// Models::admit's.
Result<bool> forward(Services& services, const SharedCall& call, const base::Json& body,
                     std::string_view path);

// The messages of a chat. Errors: there are none.
Result<base::Json> messages_of(const Asked& asked);

// Errors: more alternatives of a prompt's token than an answer has room for.
Status check_prompt_logprobs(const Asked& asked);

// A prompt as text, where it is ids what they decode to. Errors: ids that the model doesn't have.
Result<std::string> text_of(const llm::Llm& model, const llm::Prompt& prompt);

}  // namespace ashlar::server
