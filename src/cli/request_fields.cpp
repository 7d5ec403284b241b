#include "cli/request_fields.h"

#include <array>

namespace ashlar::cli {
namespace {

using base::Json;
using engine::SamplingParams;

template <auto member>
void set_number(const Json& value, Draft& draft) {
  draft.sampling.*member = value.get<double>();
}

template <auto member>
void set_count(const Json& value, Draft& draft) {
  draft.sampling.*member = value.get<std::uint32_t>();
}

void set_seed(const Json& value, Draft& draft) {
  draft.sampling.seed = value.get<std::uint64_t>();
  draft.seeded = true;
}

void add_stops(const Json& value, Draft& draft) {
  for (const Json& stop : value.is_array() ? value : Json::array({value}))
    draft.sampling.stop.push_back(stop.get<std::string>());
}

void add_stop_ids(const Json& value, Draft& draft) {
  for (const Json& id : value.is_array() ? value : Json::array({value}))
    draft.sampling.stop_ids.push_back(id.get<std::uint32_t>());
}

void add_biases(const Json& value, Draft& draft) {
  auto& biases = draft.sampling.logit_bias;
  if (value.is_array())
    for (const Json& pair : value)
      biases.emplace_back(pair[0].get<std::uint32_t>(), pair[1].get<double>());
  else
    for (const auto& [id, bias] : value.items())
      biases.emplace_back(static_cast<std::uint32_t>(std::stoul(id)), bias.get<double>());
}

constexpr std::array kPromptFields = {
    Field{"prompt", "-p,--prompt", Shape::text, "TEXT", "the text to go on from; - reads stdin",
          [](const Json& value, Draft& draft) { draft.prompt = value.get<std::string>(); }},
    Field{"messages", "", Shape::messages, "", "",
          [](const Json& value, Draft& draft) { draft.messages = value; }},
    Field{"chat", "--chat", Shape::flag, "",
          "the prompt is a user's message, rendered by the model's template",
          [](const Json& value, Draft& draft) { draft.chat = value.get<bool>(); }},
    Field{"system", "--system", Shape::text, "TEXT", "a system message first; implies --chat",
          [](const Json& value, Draft& draft) { draft.system = value.get<std::string>(); }},
    Field{"parse_special", "--parse-special", Shape::flag, "",
          "special tokens spelled in a plain prompt become those tokens",
          [](const Json& value, Draft& draft) { draft.parse_special = value.get<bool>(); }},
    Field{"adapter", "--adapter", Shape::text, "NAME", "answer with this adapter of --lora",
          [](const Json& value, Draft& draft) { draft.adapter = value.get<std::string>(); }},
};

constexpr std::array kSamplingFields = {
    Field{"max_tokens", "--max-tokens", Shape::count, "N", "sample at most N tokens",
          set_count<&SamplingParams::max_tokens>},
    Field{"temperature", "--temperature", Shape::number, "T", "flatten or sharpen; 0 is greedy",
          set_number<&SamplingParams::temperature>},
    Field{"top_k", "--top-k", Shape::count, "K", "only the K likeliest; 0 is off",
          set_count<&SamplingParams::top_k>},
    Field{"top_p", "--top-p", Shape::number, "P", "only the likeliest that reach P; 1 is off",
          set_number<&SamplingParams::top_p>},
    Field{"min_p", "--min-p", Shape::number, "P", "only those above P of the likeliest; 0 is off",
          set_number<&SamplingParams::min_p>},
    Field{"typical_p", "--typical-p", Shape::number, "P", "only the most typical; 1 is off",
          set_number<&SamplingParams::typical_p>},
    Field{"repetition_penalty", "--repetition-penalty", Shape::number, "R",
          "divide the logits of tokens seen, in prompt or answer; 1 is off",
          set_number<&SamplingParams::repetition_penalty>},
    Field{"presence_penalty", "--presence-penalty", Shape::number, "R",
          "lower the logits of tokens in the answer; 0 is off",
          set_number<&SamplingParams::presence_penalty>},
    Field{"frequency_penalty", "--frequency-penalty", Shape::number, "R",
          "the same for each time that they came; 0 is off",
          set_number<&SamplingParams::frequency_penalty>},
    Field{"logit_bias", "--logit-bias", Shape::biases, "ID=B",
          "add B to the logit of token ID; may be repeated", add_biases},
    Field{"seed", "--seed", Shape::seed, "S", "draw as this seed does; else a new one, reported",
          set_seed},
    Field{"stop", "--stop", Shape::texts, "TEXT", "end before this text; may be repeated",
          add_stops},
    Field{"stop_ids", "--stop-id", Shape::counts, "ID", "end at this token; may be repeated",
          add_stop_ids},
    Field{"stop_id", "", Shape::counts, "", "", add_stop_ids},
    Field{"logprobs", "--logprobs", Shape::count, "N",
          "log-probability of each token and of the N likeliest",
          [](const Json& value, Draft& draft) {
            draft.sampling.logprobs = value.get<std::uint32_t>();
          }},
};

constexpr std::array kAnswerFields = {
    Field{"n", "--n", Shape::count, "N", "N answers of one prompt, each drawn on its own",
          set_count<&SamplingParams::n>},
    Field{"best_of", "--best-of", Shape::count, "M",
          "draw M, give the n of highest mean log-probability",
          [](const Json& value, Draft& draft) {
            draft.sampling.best_of = value.get<std::uint32_t>();
          }},
    Field{"priority", "--priority", Shape::integer, "P",
          "lower goes first where requests compete; 0 is usual",
          [](const Json& value, Draft& draft) { draft.priority = value.get<std::int32_t>(); }},
};

}  // namespace

std::span<const Field> prompt_fields() {
  return kPromptFields;
}
std::span<const Field> sampling_fields() {
  return kSamplingFields;
}

std::span<const Field> answer_fields() {
  return kAnswerFields;
}

const Field* find_field(std::string_view name) {
  for (const auto fields : {prompt_fields(), sampling_fields(), answer_fields()})
    for (const Field& field : fields)
      if (field.name == name) return &field;
  return nullptr;
}

std::string long_flag(const Field& field) {
  const auto dashes = field.flag.find("--");
  return dashes == std::string_view::npos ? std::string() : std::string(field.flag.substr(dashes));
}

}  // namespace ashlar::cli
