#include "server/answering.h"

#include <algorithm>
#include <utility>

#include "server/metrics.h"

namespace ashlar::server {

Answering::Answering(SharedCall call, ServedModel model, std::vector<PromptRequest> requests,
                     std::unique_ptr<Teller> teller)
    : call_(std::move(call)),
      model_(std::move(model)),
      requests_(std::move(requests)),
      told_(requests_.size()),
      teller_(std::move(teller)),
      left_(requests_.size()),
      drawn_(requests_.size()) {
  for (const PromptRequest& request : requests_)
    unscored_.push_back(request.prompt_logprobs.has_value());
}

Status Answering::start(SharedCall call, ServedModel model, std::vector<PromptRequest> requests,
                        std::unique_ptr<Teller> teller) {
  const std::shared_ptr<Answering> self(
      new Answering(std::move(call), std::move(model), std::move(requests), std::move(teller)));
  return self->start_all();
}

Status Answering::start_all() {
  for (PromptRequest& request : requests_) {
    ASHLAR_ASSIGN(request.generate.prompt.ids, model_.llm->encode(request.generate.prompt));
    request.generate.own_adapter = model_.adapter;
    request.generate.stop = stop_.get_token();
    request.generate.priority = std::max(request.generate.priority, call_->least_priority);
  }
  ASHLAR_TRY(take_place());
  call_->exchange->on_gone([stop = stop_]() mutable { stop.request_stop(); });
  const std::scoped_lock lock(mutex_);  // nothing is told before all are known to be fine
  for (std::uint32_t i = 0; i < requests_.size(); ++i) {
    if (auto status = requests_[i].prompt_logprobs ? start_scores(i) : start_prompt(i); !status) {
      ended_ = true;
      stop_.request_stop();
      return status;
    }
  }
  begin_once();
  deadline_ = call_->limit([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->late();
  });
  return {};
}

// One for each answer that the engine will draw.
Status Answering::take_place() {
  std::uint64_t answers = 0, tokens = 0;
  for (const PromptRequest& request : requests_) {
    answers += request.generate.sampling.candidates();
    tokens += request.generate.prompt.ids->size();
  }
  call_->account->note([&](Account& account) { account.prompt_tokens = tokens; });
  auto ticket = Ticket::get(model_.lane, answers);
  if (!ticket) return call_->refused(std::move(ticket.error()));
  ticket_ = std::move(*ticket);
  return {};
}

Status Answering::start_prompt(std::uint32_t prompt) {
  return model_.llm->start(
      requests_[prompt].generate,
      [self = shared_from_this(), prompt](const llm::Event& event) { self->hear(prompt, event); });
}

// Scores first: the answer then begins with the prompt's KV at hand.
Status Answering::start_scores(std::uint32_t prompt) {
  const llm::GenerateRequest& generate = requests_[prompt].generate;
  told_[prompt].prompt = *generate.prompt.ids;
  if (told_[prompt].prompt.size() < 2) return start_prompt(prompt);  // nothing precedes a token
  return model_.llm->start({.tokens = told_[prompt].prompt,
                            .alternatives = *requests_[prompt].prompt_logprobs,
                            .adapter = generate.own_adapter,
                            .stop = generate.stop},
                           [self = shared_from_this(), prompt](const engine::Event& event) {
                             self->hear_scores(prompt, event);
                           });
}

void Answering::hear_scores(std::uint32_t prompt, const engine::Event& event) {
  const std::scoped_lock lock(mutex_);
  if (ended_) return;
  if (event.error) return fail(*event.error);
  if (!event.choices) return;
  told_[prompt].prompt_scores = event.choices->outputs.front().logprobs;
  if (const auto status = start_prompt(prompt); !status) fail(status.error());
}

// What the answers say so far; a call gets its id where it begins.
void Answering::gather(std::uint32_t prompt, llm::Event& event) {
  auto& messages = told_[prompt].messages;
  const std::size_t known = event.choices ? event.choices->outputs.size() : event.choice + 1;
  if (messages.size() < known) messages.resize(known);
  for (llm::AnswerPart& part : event.parts) {
    if (part.kind == llm::AnswerPart::Kind::begin) part.id = fresh_call_id();
    messages[event.choice].add(part);
  }
}

void Answering::hear(std::uint32_t prompt, llm::Event event) {
  const std::scoped_lock lock(mutex_);
  if (ended_) return;
  begin_once();
  if (event.error) return fail(*event.error);
  if (event.output && call_->metrics) call_->metrics->finished(*event.output, event.choice);
  count(prompt, event);
  gather(prompt, event);
  if (unscored_[prompt]) {
    unscored_[prompt] = false;
    teller_->scored(prompt, told_[prompt]);
  }
  if (!event.choices) return teller_->event(prompt, event);
  told_[prompt].choices = *event.choices;
  if (--left_ > 0) return;
  ended_ = true;
  ticket_.reset();
  teller_->finish(told_);
}

// For the account. With best_of the tokens are only known at the end.
void Answering::count(std::uint32_t prompt, const engine::Event& event) {
  std::uint32_t drawn = drawn_[prompt];
  if (event.kind == engine::Event::Kind::token) ++drawn;
  if (event.choices) drawn = event.choices->completion_tokens;
  if (drawn == drawn_[prompt] && !event.choices) return;
  call_->account->note_first_token();
  call_->account->note([&](Account& account) {
    account.completion_tokens += drawn - drawn_[prompt];
    if (event.choices) account.cached_tokens += event.choices->outputs.front().cached_tokens;
  });
  drawn_[prompt] = drawn;
}

void Answering::fail(const Error& error) {
  ended_ = true;
  stop_.request_stop();
  ticket_.reset();
  call_->account->note([](Account& account) { account.failed = true; });
  teller_->fail(error);
}

void Answering::late() {
  const std::scoped_lock lock(mutex_);
  if (!ended_) fail(call_->late_error());
}

void Answering::begin_once() {
  if (!std::exchange(begun_, true)) teller_->begin();
}

}  // namespace ashlar::server
