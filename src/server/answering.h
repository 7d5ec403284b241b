// The way from a request to its answer that every dialect takes: prompts are submitted, what comes
// of them is told to the dialect's Teller, and a client that goes ends the work.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "llm/llm.h"
#include "server/call.h"
#include "server/models.h"

namespace ashlar::server {

// What came of one prompt.
struct Told {
  std::vector<tokenizer::TokenId> prompt;           // where its scores were asked for
  std::vector<engine::TokenLogprob> prompt_scores;  // of all but the first
  engine::Choices choices;
  std::vector<llm::AnswerMessage> messages;  // by choice: what each says, and its calls with ids
};

// How a dialect tells of an answer. Its functions are called one at a time, most on the engine's
// thread: they return at once.
class Teller {
 public:
  virtual ~Teller() = default;

  // The request was admitted: a stream's head goes out.
  virtual void begin() {}
  // The prompt's scores are there, before any token of it.
  virtual void scored(std::uint32_t /*prompt*/, const Told& /*told*/) {}
  virtual void event(std::uint32_t /*prompt*/, const llm::Event& /*event*/) {}
  virtual void finish(const std::vector<Told>& told) = 0;
  // After begin(), of a stream: a last message; else the answer.
  virtual void fail(const Error& error) = 0;
};

struct PromptRequest {
  llm::GenerateRequest generate;
  std::optional<std::uint32_t> prompt_logprobs = {};  // that many alternatives of each token
};

class Answering : public std::enable_shared_from_this<Answering> {
 public:
  // Starts all; an error is one of a prompt that can't be answered, and nothing was told then.
  static Status start(SharedCall call, ServedModel model, std::vector<PromptRequest> requests,
                      std::unique_ptr<Teller> teller);

 private:
  Answering(SharedCall call, ServedModel model, std::vector<PromptRequest> requests,
            std::unique_ptr<Teller> teller);

  Status start_all();
  Status start_prompt(std::uint32_t prompt);
  Status start_scores(std::uint32_t prompt);
  void hear(std::uint32_t prompt, llm::Event event);
  void gather(std::uint32_t prompt, llm::Event& event);
  void hear_scores(std::uint32_t prompt, const engine::Event& event);
  void fail(const Error& error);
  void begin_once();
  void late();
  Status take_place();
  void count(std::uint32_t prompt, const engine::Event& event);

  SharedCall call_;
  ServedModel model_;
  std::vector<PromptRequest> requests_;
  std::vector<Told> told_;
  std::shared_ptr<Ticket> ticket_;
  std::stop_source stop_;
  std::mutex mutex_;  // guards what is below, and the teller's turn
  std::unique_ptr<Teller> teller_;
  Deadline deadline_;
  std::size_t left_;
  std::vector<std::uint32_t> drawn_;  // tokens of each prompt's answers so far
  std::vector<bool> unscored_;        // prompts whose scores the teller waits for
  bool begun_ = false, ended_ = false;
};

}  // namespace ashlar::server
