#include "server/ollama_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/json_pointer.h"
#include "llm/request_json.h"
#include "server/endpoints.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::string_view kAtStart = "the server's own, set when it starts";
constexpr std::uint32_t kAnyContext = std::numeric_limits<std::uint32_t>::max();

// Of those that are looked at together, see settle().
void read_later(const Json&, Asked&) {}

const std::array kOptions = {
    shared("temperature"),
    shared("top_p"),
    shared("min_p"),
    shared("typical_p"),
    shared("repeat_penalty", "repetition_penalty"),
    shared("presence_penalty"),
    shared("frequency_penalty"),
    shared("stop"),
    Field{"top_k", Fate::used, FieldShape::integer, "only the K likeliest; 0 and less is off",
          [](const Json& value, Asked& asked) {
            const auto k = value.get<std::int32_t>();
            asked.draft.sampling.top_k = k > 0 ? static_cast<std::uint32_t>(k) : 0;
          }},
    Field{"seed", Fate::used, FieldShape::any, "draw as this seed does; below 0: a new one",
          read_later},
    Field{"num_predict", Fate::used, FieldShape::integer,
          "at most so many tokens; -1 and -2: to the end of the context", read_later},
    Field{"num_ctx", Fate::used, FieldShape::count, "no more than the server's context",
          read_later},
    Field{"repeat_last_n", Fate::used, FieldShape::integer,
          "-1: the penalty sees all tokens; 0: there is none", read_later},
    Field{"mirostat", Fate::used, FieldShape::integer, "0 alone", read_later},
    Field{"tfs_z", Fate::used, FieldShape::number, "1 alone", read_later},
    ignored("mirostat_tau", "there is no mirostat"),
    ignored("mirostat_eta", "there is no mirostat"),
    ignored("penalize_newline", "penalties see every token"),
    ignored("num_keep", "nothing is dropped of a context"),
    ignored("num_batch", kAtStart),
    ignored("num_gpu", kAtStart),
    ignored("main_gpu", kAtStart),
    ignored("num_thread", kAtStart),
    ignored("numa", kAtStart),
    ignored("low_vram", kAtStart),
    ignored("f16_kv", kAtStart),
    ignored("logits_all", kAtStart),
    ignored("vocab_only", kAtStart),
    ignored("use_mmap", kAtStart),
    ignored("use_mlock", kAtStart),
    ignored("embedding_only", kAtStart),
};

tl::unexpected<Error> wrong(std::string_view name, const Json& value, std::string mend,
                            ErrorKind kind = ErrorKind::bad_input) {
  return fail(kind, fmt::format("{} is {}", name, base::write_json(value)),
              base::pointer_step(name), std::move(mend));
}

Status settle_seed(const Json& seed, llm::RequestDraft& draft) {
  const double number = seed.is_number() ? seed.get<double>() : 0;
  if (number < 0 && number == std::floor(number)) return {};
  ASHLAR_TRY(llm::check_shape("seed", FieldShape::seed, seed));
  draft.sampling.seed = seed.get<std::uint64_t>();
  draft.seeded = true;
  return {};
}

Status settle_length(const Json& options, std::uint32_t context, Asked& asked) {
  auto& most = asked.draft.sampling.max_tokens;
  most = context;
  if (const auto at = options.find("num_predict"); at != options.end()) {
    const auto n = at->get<std::int32_t>();
    if (n < -2) return wrong("num_predict", *at, "send a count, -1 or -2");
    if (n >= 0) most = static_cast<std::uint32_t>(n);
  }
  if (const auto at = options.find("num_ctx"); at != options.end())
    if (at->get<std::uint32_t>() > context)
      return fail(ErrorKind::too_large,
                  fmt::format("num_ctx is {}, and the context here is {}", at->get<std::uint32_t>(),
                              context),
                  "/num_ctx",
                  fmt::format("ask for at most {}, or start serve with --ctx", context));
  return {};
}

// The engine's penalty sees prompt and answer whole. A window would change answers, so it is only
// passed over where nothing is penalized.
Status settle_penalty(const Json& options, Asked& asked) {
  const auto window = options.find("repeat_last_n");
  if (window == options.end()) return {};
  const auto n = window->get<std::int32_t>();
  auto& penalty = asked.draft.sampling.repetition_penalty;
  if (n == 0) {
    penalty = 1;
  } else if (n != -1) {
    if (penalty != 1)
      return wrong("repeat_last_n", *window,
                   "send -1: the penalty sees the whole of prompt and answer",
                   ErrorKind::unsupported);
    asked.ignored.emplace_back("repeat_last_n");
  }
  return {};
}

Status settle(const Json& options, std::uint32_t context, Asked& asked) {
  if (const auto at = options.find("seed"); at != options.end())
    ASHLAR_TRY(settle_seed(*at, asked.draft));
  ASHLAR_TRY(settle_length(options, context, asked));
  ASHLAR_TRY(settle_penalty(options, asked));
  for (const auto& [name, off] : {std::pair("mirostat", 0.0), std::pair("tfs_z", 1.0)})
    if (const auto at = options.find(name); at != options.end() && at->get<double>() != off)
      return wrong(name, *at, fmt::format("{} is not supported: leave it out", name),
                   ErrorKind::unsupported);
  return {};
}

Result<Asked> read(const Json& options, std::uint32_t context) {
  const Json defaults = {{"temperature", 0.8}, {"top_k", 40}, {"top_p", 0.9}};
  const Json all = merged_options(defaults, options);
  ASHLAR_ASSIGN(Asked asked, read_fields(all, kOptions));
  ASHLAR_TRY(settle(all, context, asked));
  return asked;
}

}  // namespace

Json merged_options(const Json& under, const Json& over) {
  Json merged = under.is_object() ? under : Json::object();
  if (over.is_object())
    for (const auto& [name, value] : over.items())
      if (!value.is_null()) merged[name] = value;
  return merged;
}

Json fields_of_options(const Json& options) {
  Json fields = Json::object();
  for (const auto& [name, value] : options.items()) {
    const auto* option = std::ranges::find(kOptions, name, &Field::name);
    if (option != kOptions.end() && !option->of.empty()) fields[std::string(option->of)] = value;
  }
  const auto number = [&](const char* name) {
    const auto at = options.find(name);
    return at == options.end() ? std::optional<double>() : at->get<double>();
  };
  if (const auto k = number("top_k")) fields["top_k"] = *k > 0 ? options["top_k"] : Json(0);
  if (number("seed").value_or(-1) >= 0) fields["seed"] = options["seed"];
  if (number("num_predict").value_or(-1) >= 0) fields["max_tokens"] = options["num_predict"];
  if (number("repeat_last_n") == 0) fields.erase("repetition_penalty");
  return fields;
}

Status read_options(const Json& options, std::string_view where, std::uint32_t context,
                    Asked& asked) {
  auto own = read(options, context);
  if (!own) {
    Error error = std::move(own.error());
    if (error.where.starts_with('/')) error.where.insert(0, where);
    return tl::unexpected(std::move(error));
  }
  // What the request itself asks for is no option.
  own->draft.sampling.logprobs = asked.draft.sampling.logprobs;
  asked.draft.sampling = std::move(own->draft.sampling);
  asked.draft.seeded = own->draft.seeded;
  const std::string prefix = std::string(where.substr(1)) + ".";
  for (const std::string& name : own->ignored) asked.ignored.push_back(prefix + name);
  for (const std::string& name : own->unknown) asked.unknown.push_back(prefix + name);
  return {};
}

Status check_options(const Json& options, std::string_view where, Asked& asked) {
  return read_options(options, where, kAnyContext, asked);
}

}  // namespace ashlar::server
