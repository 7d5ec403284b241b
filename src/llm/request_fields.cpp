#include "llm/request_fields.h"

#include <array>

namespace ashlar::llm {
namespace {

using base::Json;
using engine::SamplingParams;

template <auto member>
void set_number(const Json& value, RequestDraft& draft) {
  draft.sampling.*member = value.get<double>();
}

template <auto member>
void set_count(const Json& value, RequestDraft& draft) {
  draft.sampling.*member = value.get<std::uint32_t>();
}

void set_seed(const Json& value, RequestDraft& draft) {
  draft.sampling.seed = value.get<std::uint64_t>();
  draft.seeded = true;
}

void add_stops(const Json& value, RequestDraft& draft) {
  for (const Json& stop : value.is_array() ? value : Json::array({value}))
    draft.sampling.stop.push_back(stop.get<std::string>());
}

void add_stop_ids(const Json& value, RequestDraft& draft) {
  for (const Json& id : value.is_array() ? value : Json::array({value}))
    draft.sampling.stop_ids.push_back(id.get<std::uint32_t>());
}

void add_biases(const Json& value, RequestDraft& draft) {
  auto& biases = draft.sampling.logit_bias;
  if (value.is_array())
    for (const Json& pair : value)
      biases.emplace_back(pair[0].get<std::uint32_t>(), pair[1].get<double>());
  else
    for (const auto& [id, bias] : value.items())
      biases.emplace_back(static_cast<std::uint32_t>(std::stoul(id)), bias.get<double>());
}

constexpr std::array kPromptFields = {
    RequestField{
        "prompt", "-p,--prompt", FieldShape::text, "TEXT", "the text to go on from; - reads stdin",
        [](const Json& value, RequestDraft& draft) { draft.prompt = value.get<std::string>(); }},
    RequestField{"messages", "", FieldShape::messages, "", "",
                 [](const Json& value, RequestDraft& draft) { draft.messages = value; }},
    RequestField{"chat", "--chat", FieldShape::flag, "",
                 "the prompt is a user's message, rendered by the model's template",
                 [](const Json& value, RequestDraft& draft) { draft.chat = value.get<bool>(); }},
    RequestField{
        "system", "--system", FieldShape::text, "TEXT", "a system message first; implies --chat",
        [](const Json& value, RequestDraft& draft) { draft.system = value.get<std::string>(); }},
    RequestField{
        "parse_special", "--parse-special", FieldShape::flag, "",
        "special tokens spelled in a plain prompt become those tokens",
        [](const Json& value, RequestDraft& draft) { draft.parse_special = value.get<bool>(); }},
    RequestField{
        "adapter", "--adapter", FieldShape::text, "NAME", "answer with this adapter of --lora",
        [](const Json& value, RequestDraft& draft) { draft.adapter = value.get<std::string>(); }},
};

constexpr std::array kSamplingFields = {
    RequestField{"max_tokens", "--max-tokens", FieldShape::count, "N", "sample at most N tokens",
                 set_count<&SamplingParams::max_tokens>},
    RequestField{"temperature", "--temperature", FieldShape::number, "T",
                 "flatten or sharpen; 0 is greedy", set_number<&SamplingParams::temperature>},
    RequestField{"top_k", "--top-k", FieldShape::count, "K", "only the K likeliest; 0 is off",
                 set_count<&SamplingParams::top_k>},
    RequestField{"top_p", "--top-p", FieldShape::number, "P",
                 "only the likeliest that reach P; 1 is off", set_number<&SamplingParams::top_p>},
    RequestField{"min_p", "--min-p", FieldShape::number, "P",
                 "only those above P of the likeliest; 0 is off",
                 set_number<&SamplingParams::min_p>},
    RequestField{"typical_p", "--typical-p", FieldShape::number, "P",
                 "only the most typical; 1 is off", set_number<&SamplingParams::typical_p>},
    RequestField{"repetition_penalty", "--repetition-penalty", FieldShape::number, "R",
                 "divide the logits of tokens seen, in prompt or answer; 1 is off",
                 set_number<&SamplingParams::repetition_penalty>},
    RequestField{"presence_penalty", "--presence-penalty", FieldShape::number, "R",
                 "lower the logits of tokens in the answer; 0 is off",
                 set_number<&SamplingParams::presence_penalty>},
    RequestField{"frequency_penalty", "--frequency-penalty", FieldShape::number, "R",
                 "the same for each time that they came; 0 is off",
                 set_number<&SamplingParams::frequency_penalty>},
    RequestField{"logit_bias", "--logit-bias", FieldShape::biases, "ID=B",
                 "add B to the logit of token ID; may be repeated", add_biases},
    RequestField{"seed", "--seed", FieldShape::seed, "S",
                 "draw as this seed does; else a new one, reported", set_seed},
    RequestField{"stop", "--stop", FieldShape::texts, "TEXT",
                 "end before this text; may be repeated", add_stops},
    RequestField{"stop_ids", "--stop-id", FieldShape::counts, "ID",
                 "end at this token; may be repeated", add_stop_ids},
    RequestField{"stop_id", "", FieldShape::counts, "", "", add_stop_ids},
    RequestField{"logprobs", "--logprobs", FieldShape::count, "N",
                 "log-probability of each token and of the N likeliest",
                 [](const Json& value, RequestDraft& draft) {
                   draft.sampling.logprobs = value.get<std::uint32_t>();
                 }},
};

constexpr std::array kAnswerFields = {
    RequestField{
        "regex", "--regex", FieldShape::text, "R",
        "the answer matches this regular expression from its start to its end",
        [](const Json& value, RequestDraft& draft) { draft.regex = value.get<std::string>(); }},
    RequestField{"choices", "--choices", FieldShape::list, "A,B,…",
                 "the answer is one of these texts",
                 [](const Json& value, RequestDraft& draft) {
                   draft.choices = value.get<std::vector<std::string>>();
                 }},
    RequestField{
        "grammar", "--grammar", FieldShape::file, "FILE",
        "the answer is a text of this grammar, written as llama.cpp's GBNF",
        [](const Json& value, RequestDraft& draft) { draft.grammar = value.get<std::string>(); }},
    RequestField{"schema", "--schema", FieldShape::schema, "FILE",
                 "the answer is a JSON value that this JSON Schema holds of",
                 [](const Json& value, RequestDraft& draft) {
                   draft.schema =
                       value.is_string() ? value.get<std::string>() : base::write_json(value);
                 }},
    RequestField{
        "order", "--order", FieldShape::text, "HOW",
        "schema: members in the schema's order (default); free: in any",
        [](const Json& value, RequestDraft& draft) { draft.order = value.get<std::string>(); }},
    RequestField{"whitespace", "--whitespace", FieldShape::text, "HOW",
                 "compact: none in the JSON (default); any: up to 256 characters between tokens",
                 [](const Json& value, RequestDraft& draft) {
                   draft.white_space = value.get<std::string>();
                 }},
    RequestField{
        "lenient", "--lenient", FieldShape::flag, "",
        "keywords of the schema that can't be held to are left out, and listed in the answer",
        [](const Json& value, RequestDraft& draft) { draft.lenient = value.get<bool>(); }},
    RequestField{"finish", "--finish", FieldShape::count, "N",
                 "where the tokens are over, up to N more close the structure; 0 is off",
                 set_count<&SamplingParams::finish>},
    RequestField{"tools", "--tools", FieldShape::tools, "FILE",
                 "functions that the answer may call, as OpenAI, Anthropic or MCP describe them; "
                 "implies --chat",
                 [](const Json& value, RequestDraft& draft) { draft.tools = value; }},
    RequestField{
        "tool_choice", "--tool-choice", FieldShape::any, "CHOICE",
        "auto (default), none, required: a call must come, or the name of the tool to call",
        [](const Json& value, RequestDraft& draft) { draft.tool_choice = value; }},
    RequestField{"parallel_tool_calls", "", FieldShape::flag, "", "",
                 [](const Json& value, RequestDraft& draft) {
                   draft.parallel_tool_calls = value.get<bool>();
                 }},
    RequestField{
        "tool_syntax", "--tool-syntax", FieldShape::text, "NAME",
        "calls are written so: hermes, llama3, mistral …; else as the model's template has it",
        [](const Json& value, RequestDraft& draft) {
          draft.tool_syntax = value.get<std::string>();
        }},
    RequestField{"n", "--n", FieldShape::count, "N",
                 "N answers of one prompt, each drawn on its own", set_count<&SamplingParams::n>},
    RequestField{"best_of", "--best-of", FieldShape::count, "M",
                 "draw M, give the n of highest mean log-probability",
                 [](const Json& value, RequestDraft& draft) {
                   draft.sampling.best_of = value.get<std::uint32_t>();
                 }},
    RequestField{
        "priority", "--priority", FieldShape::integer, "P",
        "lower goes first where requests compete; 0 is usual",
        [](const Json& value, RequestDraft& draft) { draft.priority = value.get<std::int32_t>(); }},
};

}  // namespace

std::span<const RequestField> prompt_fields() {
  return kPromptFields;
}
std::span<const RequestField> sampling_fields() {
  return kSamplingFields;
}

std::span<const RequestField> answer_fields() {
  return kAnswerFields;
}

const RequestField* find_field(std::string_view name) {
  for (const auto fields : {prompt_fields(), sampling_fields(), answer_fields()})
    for (const RequestField& field : fields)
      if (field.name == name) return &field;
  return nullptr;
}

std::string long_flag(const RequestField& field) {
  const auto dashes = field.flag.find("--");
  return dashes == std::string_view::npos ? std::string() : std::string(field.flag.substr(dashes));
}

}  // namespace ashlar::llm
