// quantize: a model file with smaller weights.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"
#include "llm/quantize.h"

namespace ashlar::cli {
namespace {

using base::Json;

constexpr const char* kFooter = R"(
Matrices of IN become --type in OUT, vectors stay as they are. A matrix whose rows are no whole
blocks of the type is an error, or with --allow-fallback becomes q4_k: q5_0, q5_k: q5_1, q6_k: q8_0,
others: f16. A run that was interrupted goes on where it was when it is started again, from
OUT.partial and what lies beside it.
With --bpw or --max-kl every matrix becomes --type or a finer type (f16 and the type that it has
included): each is measured alone, as the KL of the logits from IN's over 256 tokens of a built-in
text or of -f; other types are judged by their squared errors; what saves most a byte is taken
first, up to B bits a weight, or until the measured KL of all is at most X.
With --json: {"bytes", "bpw", "kl", "fallbacks", "tensors": [{"name", "type", "kl"}]}; kl is the mean
of KL(IN || OUT) in nats, of a tensor with that tensor alone changed, and null without a budget.
Exit: 0 fine, 1 failed or interrupted, 2 bad input.)";

std::string lower(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// The types of fewer bits than f16 that we write.
std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const tensor::Codec& codec : tensor::codecs())
    if (codec.quantize && codec.block_elements > 1) names.push_back(lower(codec.name));
  return names;
}

// REQUIRES: one of type_names().
tensor::Dtype type_of(const std::string& name) {
  return std::ranges::find(tensor::codecs(), name,
                           [](const tensor::Codec& codec) { return lower(codec.name); })
      ->dtype;
}

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const llm::Quantized& done) {
  Json tensors = Json::array(), fallbacks = Json::array();
  for (const llm::QuantizedTensor& one : done.tensors) {
    tensors.push_back({{"name", one.name},
                       {"type", lower(tensor::codec_of(one.type).name)},
                       {"kl", or_null(one.kl)}});
    if (one.fallback) fallbacks.push_back(one.name);
  }
  return {{"bytes", done.bytes},
          {"bpw", done.bits_per_weight},
          {"kl", or_null(done.kl)},
          {"fallbacks", std::move(fallbacks)},
          {"tensors", std::move(tensors)}};
}

std::string text_of(const llm::Quantized& done) {
  std::map<std::string_view, std::size_t> counts;
  for (const llm::QuantizedTensor& one : done.tensors) ++counts[tensor::codec_of(one.type).name];
  std::string text =
      fmt::format("{} bytes, {:.4f} bits a weight;", done.bytes, done.bits_per_weight);
  for (const auto& [type, count] : counts) text += fmt::format(" {} {},", count, type);
  text.back() = '\n';
  if (done.kl) text += fmt::format("KL divergence {:.6f} in the mean\n", *done.kl);
  return text;
}

std::string counted(std::span<const std::string_view> names) {
  return names.size() == 1 ? std::string(names[0])
                           : fmt::format("{} and {} more", names[0], names.size() - 1);
}

void note_what_differs(const llm::Quantized& done) {
  if (done.resumed != 0)
    say(fmt::format("went on behind {} tensors that an earlier run had written", done.resumed));
  if (done.measured_before != 0)
    say(fmt::format("{} figures were measured by an earlier run", done.measured_before));
  std::map<tensor::Dtype, std::vector<std::string_view>> fallbacks;
  for (const llm::QuantizedTensor& one : done.tensors)
    if (one.fallback) fallbacks[one.type].push_back(one.name);
  for (const auto& [type, names] : fallbacks)
    say(fmt::format("fallback: {} became {}{}", counted(names), lower(tensor::codec_of(type).name),
                    names.size() > 1 ? " (all with --json)" : ""));
}

std::string bar(std::string_view what, std::uint64_t percent) {
  constexpr std::uint64_t kPercentEach = 5;
  const auto full = static_cast<std::size_t>(percent / kPercentEach);
  return fmt::format("{:<18} [{:<20}] {:>3} %", what, std::string(full, '#'), percent);
}

// The library speaks of budgets and a text, a user of flags.
Error in_words_of_the_user(Error error, const std::string& text_file) {
  if (error.where == "bits per weight") error.where = "--bpw";
  if (error.where == "max KL") error.where = "--max-kl";
  if (error.where == "budget") error.where = "--bpw, --max-kl";
  if (error.where == "text") error.where = text_file == "-" ? "stdin" : text_file;
  if (error.mend.ends_with("a fallback")) error.mend += " (--allow-fallback)";
  return error;
}

Result<llm::Quantized> work(llm::QuantizeRequest& request, const std::string& in,
                            const std::string& text_file) {
  if (!text_file.empty()) {
    ASHLAR_ASSIGN(request.text, text_file == "-" ? read_piped_stdin() : base::read_file(text_file));
  }
  ASHLAR_ASSIGN(request.in, hub::locate(in, say));
  ProgressLine line;
  request.on_progress = [&](std::string_view what, std::uint64_t done, std::uint64_t total) {
    line.show(bar(what, total == 0 ? 0 : 100 * done / total));
  };
  const Interrupt interrupt;
  request.stop = interrupt.token();
  return llm::quantize(request);
}

}  // namespace

int quantize_verb(int argc, char** argv) {
  CLI::App app("A model file with smaller weights.", "ashlar quantize");
  app.footer(kFooter);
  llm::QuantizeRequest request;
  std::string in, out, type, imatrix, text;
  bool json = false;
  app.add_option("IN", in, "a GGUF file or a catalogue name")->required();
  app.add_option("OUT", out, "the file to write; it must not exist")->required();
  app.add_option("--type", type, "of matrices; with a budget, the coarsest")
      ->type_name("T")
      ->required()
      ->check(CLI::IsMember(type_names()));
  app.add_option("--imatrix", imatrix, "weighs errors; llama-imatrix's GGUF or .dat")
      ->type_name("FILE");
  app.add_option("--bpw", request.bits_per_weight, "at most so many bits a weight")->type_name("B");
  app.add_option("--max-kl", request.max_kl, "the smallest file of at most that KL")
      ->type_name("X");
  app.add_option("-f,--file", text, "the text to measure on, UTF-8; - reads stdin")
      ->type_name("TEXT");
  app.add_flag("--allow-fallback", request.allow_fallback, "other types where rows don't fit");
  app.add_option("--threads", request.threads, "threads that compute; default: what there is")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_flag("--json", json, "one JSON object");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  request.out = out;
  request.imatrix = imatrix;
  request.type = type_of(type);
  const auto done = work(request, in, text);
  if (!done) return report(in_words_of_the_user(done.error(), text), json);
  note_what_differs(*done);
  put(json ? base::write_json(json_of(*done)) + "\n" : text_of(*done));
  return kExitFine;
}

}  // namespace ashlar::cli
