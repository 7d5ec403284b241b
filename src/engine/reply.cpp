#include "engine/reply.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ashlar::engine {
namespace {

// A choice that said nothing is the least likely.
double mean_logprob(const Output& output) {
  if (output.ids.empty()) return -std::numeric_limits<double>::infinity();
  return output.cumulative_logprob / static_cast<double>(output.ids.size());
}

// The n best, equal ones in their order.
std::vector<Output> best(std::vector<Output> outputs, std::uint32_t n) {
  std::vector<std::size_t> order(outputs.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return std::pair(-mean_logprob(outputs[i]), i); });
  std::vector<Output> chosen;
  for (std::uint32_t i = 0; i < n; ++i) chosen.push_back(std::move(outputs[order[i]]));
  return chosen;
}

}  // namespace

Reply::Reply(RequestId id, std::uint32_t n, std::uint32_t candidates, Listener listener)
    : id_(id), n_(n), left_(candidates), outputs_(candidates), listener_(std::move(listener)) {}

void Reply::prefill(std::uint32_t tokens, std::uint32_t cached) {
  emit({.kind = Event::Kind::prefill, .prefilled = tokens, .cached = cached});
}

void Reply::token(std::uint32_t choice, TokenId id, std::string text,
                  std::optional<TokenLogprob> logprob) {
  if (!ranks())
    emit({.kind = Event::Kind::token,
          .choice = choice,
          .id = id,
          .logprob = std::move(logprob),
          .text = std::move(text)});
}

void Reply::end(std::uint32_t choice, std::string rest, Output output) {
  outputs_[choice] = std::move(output);
  if (!ranks())
    emit({.kind = Event::Kind::ended,
          .choice = choice,
          .text = std::move(rest),
          .output = std::make_shared<const Output>(outputs_[choice])});
  if (--left_ == 0) finish();
}

void Reply::finish() {
  auto choices = std::make_shared<Choices>();
  for (const Output& output : outputs_)
    choices->completion_tokens += static_cast<std::uint32_t>(output.ids.size());
  if (ranks()) {
    outputs_ = best(std::move(outputs_), n_);
    for (std::uint32_t i = 0; i < n_; ++i)
      emit({.kind = Event::Kind::ended,
            .choice = i,
            .text = outputs_[i].text,
            .output = std::make_shared<const Output>(outputs_[i])});
  }
  choices->outputs = std::move(outputs_);
  ended_ = true;
  emit({.kind = Event::Kind::finished, .choices = std::move(choices)});
}

void Reply::fail(const Error& error) {
  ended_ = true;
  emit({.kind = Event::Kind::failed, .error = std::make_shared<const Error>(error)});
}

void Reply::emit(Event event) const {
  event.request = id_;
  if (listener_) listener_(event);
}

}  // namespace ashlar::engine
