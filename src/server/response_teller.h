// How an answer is told as a response: it is stored before anyone hears that it is whole.
#pragma once

#include <memory>
#include <string>

#include "server/answering.h"
#include "server/response_events.h"
#include "server/response_request.h"
#include "server/runs.h"

namespace ashlar::server {

class ResponseTeller : public Teller {
 public:
  // `response` is one in progress; a background one is stored already.
  ResponseTeller(std::shared_ptr<Runs> runs, SharedCall call, ServedModel model,
                 ResponseRequest request, base::Json response);

  void begin() override;
  void event(std::uint32_t prompt, const llm::Event& event) override;
  void finish(const std::vector<Told>& told) override;
  void fail(const Error& error) override;

 private:
  // What is needed to end it, on the thread of the errands, when the teller is gone.
  struct Ending;
  void end(std::string before);
  void gather(const llm::AnswerMessage& message, const engine::Output& output);

  std::shared_ptr<Runs> runs_;
  SharedCall call_;
  ServedModel model_;
  ResponseRequest request_;
  base::Json response_;
  ResponseEvents events_ = {};
  base::Json logprobs_ = base::Json::array();  // of tokens whose text is held back
};

}  // namespace ashlar::server
