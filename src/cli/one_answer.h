// One request from the command line: load, answer, close with how it went. What `generate` and the
// one-shot form of `run` have in common.
#pragma once

#include <functional>

#include "base/json.h"
#include "cli/options.h"
#include "llm/llm.h"

namespace ashlar::cli {

// `request` is an object as parse_request takes it, made from flags. Streams the text to stdout and
// a closing line to stderr, or with `json` prints one object. Gives the exit code: an interrupted
// answer is printed as far as it came, and is 1.
int answer_once(const ModelOptions& options, const base::Json& request, bool json);

// The object that `generate` prints.
base::Json answer_object(const llm::Llm& model, const llm::GenerateRequest& request,
                         const llm::Answer& answer);

using AnswerObject = std::function<base::Json(const llm::Llm& model, const llm::GenerateRequest&,
                                              const llm::Answer& answer)>;

// A model whose KV cache is planned for this one request.
Result<std::unique_ptr<llm::Llm>> open_model_for(const ModelOptions& options,
                                                 const llm::GenerateRequest& request);

// The answer, streamed with a closing line on stderr, or, where `as_object` isn't empty, that
// object of it.
Result<llm::Answer> answer_and_print(llm::Llm& model, llm::GenerateRequest& request,
                                     const AnswerObject& as_object);

}  // namespace ashlar::cli
