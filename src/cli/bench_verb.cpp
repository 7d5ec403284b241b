// bench: how fast this machine runs a model, one process, our side only: a prompt's prefill, one
// stream's decode, many streams together. bench/bars.py holds it against peers, in turns; --json
// with nothing said of the work runs that.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/arguments.h"
#include "cli/bench_bars.h"
#include "cli/bench_report.h"
#include "cli/bench_roofline.h"
#include "cli/bench_run.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"
#include "kernels/kernel_table.h"

namespace ashlar::cli {
namespace {

void add_work_options(CLI::App& app, Work& work) {
  const auto count = [&](const char* flag, std::uint32_t& value, const char* help, int least) {
    app.add_option(flag, value, help)
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(least, 1 << 16).description(""));
  };
  count("--prompt", work.prompt, "tokens of the prefill; 0 leaves it out", 0);
  count("--decode", work.decode, "tokens that one stream decodes; 0 leaves it out", 0);
  count("--lead", work.lead, "prompt tokens before that stream's answer", 1);
  count("--streams", work.streams, "streams at once; 0 leaves them out", 0);
  count("--stream-prompt", work.stream_prompt, "prompt tokens of each stream", 1);
  count("--stream-decode", work.stream_decode, "tokens that each stream decodes", 1);
  count("--fairness", work.fairness, "prompt tokens read beside a stream; 0 leaves it out", 0);
  count("--rounds", work.rounds, "rounds, of which the median counts", 1);
}

int roofline(const ModelOptions& options, bool json) {
  const auto kernels = kernels::choose();
  if (!kernels) return report(kernels.error(), json);
  const auto path = hub::locate(options.model, [](std::string_view line) { note(line); });
  if (!path) return report(path.error(), json);
  const auto file = formats::Gguf::open(*path);
  if (!file) return report(file.error(), json);
  base::ThreadPool pool(options.threads ? options.threads : base::available_threads());
  const auto found = measure_roofline(*file, **kernels, pool);
  if (!found) return report(found.error(), json);
  put(json ? base::write_json(*found) + "\n" : roofline_table(*found));
  return kExitFine;
}

// Whether the command line says nothing of our side's work but the model and the rounds.
bool leaves_work_open(const CLI::App& app) {
  return std::ranges::all_of(app.get_options(), [](const CLI::Option* option) {
    const std::string& name = option->get_single_name();
    return option->count() == 0 || name == "model" || name == "rounds" || name == "json";
  });
}

int run_bars_of(const std::string& script, const CLI::App& app, const ModelOptions& options,
                const Work& work) {
  const bool chosen = app.get_option("--model")->count() > 0;
  const bool counted = app.get_option("--rounds")->count() > 0;
  const auto code =
      run_bars(script, {chosen ? options.model : std::string(), counted ? work.rounds : 0});
  return code ? *code : report(code.error(), true);
}

int measure(const ModelOptions& options, const Work& work, bool json, bool bars) {
  const auto kernels = kernels::choose();
  if (!kernels) return report(kernels.error(), json);
  const auto bench = open_bench(options, work);
  if (!bench) return report(bench.error(), json);
  const auto rounds = run_rounds(**bench, work);
  if (!rounds) return report(rounds.error(), json);
  if (bars)
    put(base::write_json(bars_without_peers(*rounds)) + "\n");
  else if (json)
    put(base::write_json(bench_json(**bench, work, (*kernels)->name, *rounds)) + "\n");
  else
    print_bench(**bench, work, (*kernels)->name, *rounds);
  return kExitFine;
}

}  // namespace

int bench_verb(int argc, char** argv) {
  CLI::App app(
      "Measures prefill, decode and many streams together on this machine.\n"
      "In a checkout, --json with nothing but -m and --rounds holds them against the peers that\n"
      "bench/peers.sh makes (hours), and prints a list of\n"
      "{bar, ours, peer, ratio: {median, q1, q3}, roofline, need, pass}.",
      "ashlar bench");
  ModelOptions options{.model = "smollm2"};
  Work work;
  bool json = false, only_roofline = false;
  add_model_option(app, options);
  app.get_option("--model")->required(false)->capture_default_str();
  add_compute_options(app, options);
  add_chunk_option(app, options);
  add_work_options(app, work);
  app.add_flag("--json", json, "one JSON object with every round; alone, the list of bars");
  app.add_flag("--roofline", only_roofline,
               "what memory and arithmetic allow, and each kernel beside it, on the model's shapes")
      ->excludes("--kv-cache-dtype");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;

  const bool bars = json && leaves_work_open(app);
  if (bars) {
    if (const auto script = bars_script()) return run_bars_of(*script, app, options, work);
    note("no peers' scripts: not started by the ./ashlar of a checkout; measuring our side alone");
  }
  if (only_roofline) return roofline(options, json);
  return measure(options, work, json, bars);
}

}  // namespace ashlar::cli
