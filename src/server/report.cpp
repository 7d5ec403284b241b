#include "server/report.h"

#include "llm/answer_json.h"

namespace ashlar::server {
namespace {

using base::Json;

Json sampler_of(const engine::SamplingParams& s) {
  return {{"temperature", s.temperature},
          {"top_k", s.top_k},
          {"top_p", s.top_p},
          {"min_p", s.min_p},
          {"typical_p", s.typical_p},
          {"repetition_penalty", s.repetition_penalty},
          {"presence_penalty", s.presence_penalty},
          {"frequency_penalty", s.frequency_penalty},
          {"max_tokens", s.max_tokens}};
}

}  // namespace

Json report_of(const Asked& asked, const ServedModel& model, const std::vector<Told>& told) {
  std::uint64_t cached = 0;
  for (const Told& each : told) cached += each.choices.outputs.front().cached_tokens;
  Json report = {{"seed", asked.draft.sampling.seed},
                 {"sampler", sampler_of(asked.draft.sampling)},
                 {"adapter", nullptr},
                 {"cached_tokens", cached},
                 {"ignored_fields", asked.ignored},
                 {"unknown_fields", asked.unknown}};
  if (model.adapter)
    report["adapter"] = {{"name", model.id}, {"generation", model.adapter_generation}};
  if (asked.tools.offers())
    if (const auto manner = model.llm->tool_manner(asked.tools.syntax))
      report["tools"] = llm::json_of(*manner);
  if (const auto* given_up = grammar::given_up_of(asked.structure))
    report["given_up"] = llm::json_of(*given_up);
  if (asked.draft.messages) report["template_hash"] = model.llm->template_hash();
  return report;
}

}  // namespace ashlar::server
