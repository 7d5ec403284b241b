// perplexity: how well a model foretells a text, and how far it is from another.
#include <fmt/format.h>

#include "base/file.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"
#include "llm/perplexity.h"

namespace ashlar::cli {
namespace {

using base::Json;

constexpr const char* kFooter = R"(
The text's tokens are cut into windows of --ctx that don't overlap, each scored from its second
token on. With --against, the model's distributions are held against that model's at the same
--precision: KL(against || model) in nats, and how often both put the same token first.
--kv-cache-dtype is the model's alone: against the model itself it shows what that costs.
With --json: {"ppl", "ppl_se", "tokens", "kl": {"mean", "p99"}, "top1"}; kl and top1 are null
without --against. Exit: 0 fine, 1 failed or interrupted, 2 bad input.)";

Json json_of(const llm::Perplexity& found) {
  Json line = {{"ppl", found.ppl},
               {"ppl_se", found.standard_error},
               {"tokens", found.tokens},
               {"kl", nullptr},
               {"top1", nullptr}};
  if (const auto& d = found.divergence) {
    line["kl"] = {{"mean", d->mean}, {"p99", d->p99}};
    line["top1"] = d->same_top1;
  }
  return line;
}

std::string text_of(const llm::Perplexity& found) {
  std::string text = fmt::format("perplexity {:.4f} ± {:.4f} over {} tokens\n", found.ppl,
                                 found.standard_error, found.tokens);
  if (const auto& d = found.divergence)
    text += fmt::format("KL divergence {:.6f} in the mean, {:.6f} at p99; same top-1 {:.2f} %\n",
                        d->mean, d->p99, 100 * d->same_top1);
  return text;
}

// The library speaks of the text and the context, a user of a file and a flag.
Error in_words_of_the_user(Error error, const std::string& from) {
  if (error.where == "context") error.where = "--ctx";
  if (error.where.starts_with("text")) error.where.replace(0, 4, from == "-" ? "stdin" : from);
  return error;
}

Result<llm::Perplexity> measure(const ModelOptions& options, const std::string& against,
                                std::uint32_t context, const std::string& from) {
  ASHLAR_ASSIGN(const std::string text, from == "-" ? read_piped_stdin() : base::read_file(from));
  llm::PerplexityRequest request;
  ASHLAR_ASSIGN(request.model, hub::locate(options.model, say));
  if (!against.empty()) {
    ASHLAR_ASSIGN(request.against, hub::locate(against, say));
  }
  request.precision = options.precision;
  request.kv_dtype = options.engine.kv_dtype;
  request.threads = options.threads;
  request.context = context;
  ProgressLine progress;
  request.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    progress.show(fmt::format("{} of {} tokens", done, total));
  };
  const Interrupt interrupt;
  request.stop = interrupt.token();
  return llm::perplexity(request, text);
}

}  // namespace

int perplexity_verb(int argc, char** argv) {
  CLI::App app("Perplexity of a text, and divergence from another model.", "ashlar perplexity");
  app.footer(kFooter);
  ModelOptions options;
  std::string file, against;
  std::uint32_t context = llm::PerplexityRequest{}.context;
  bool json = false;
  add_model_option(app, options);
  app.add_option("-f,--file", file, "the text, UTF-8; - reads stdin")
      ->type_name("TEXT")
      ->required();
  app.add_option("--against", against, "the reference of the divergence")->type_name("MODEL");
  app.add_option("--ctx", context, "tokens of a window")->type_name("N")->capture_default_str();
  add_compute_options(app, options);
  app.add_flag("--json", json, "one JSON object");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const auto found = measure(options, against, context, file);
  if (!found) return report(in_words_of_the_user(found.error(), file), json);
  put(json ? base::write_json(json_of(*found)) + "\n" : text_of(*found));
  return kExitFine;
}

}  // namespace ashlar::cli
