// How an upstream's answer is told to who asked: as it comes, or in another dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "server/call.h"
#include "server/openai_parts.h"
#include "server/sse_reader.h"

namespace ashlar::server {

// Its functions are called one at a time. A stream begins, has pieces, and ends or breaks off; any
// other answer is whole.
class Relay {
 public:
  virtual ~Relay() = default;
  virtual void begin(const std::string& type) = 0;
  virtual void piece(std::string bytes) = 0;
  virtual void end() = 0;
  virtual void break_off(const Error& error) = 0;
  virtual void whole(unsigned status, std::string type, std::string body) = 0;
};

// OpenAI's dialect to OpenAI's.
class PlainRelay final : public Relay {
 public:
  explicit PlainRelay(SharedCall call) : call_(std::move(call)) {}
  void begin(const std::string& type) override;
  void piece(std::string bytes) override;
  void end() override;
  void break_off(const Error& error) override;
  void whole(unsigned status, std::string type, std::string body) override;

 private:
  SharedCall call_;
};

// What an answer has come to.
struct Relayed {
  llm::AnswerMessage message = {};  // all of it
  std::string finish_reason = "stop";
  std::optional<std::string> stop_string = {};  // as vLLM tells of it
  std::uint64_t prompt_tokens = 0, completion_tokens = 0, cached_tokens = 0;
  base::Json logprobs = base::Json::array();  // of all its tokens, as OpenAI's chats have them
};

// From OpenAI's chats and completions to another dialect.
class ForeignRelay : public Relay {
 public:
  void begin(const std::string& type) final;
  void piece(std::string bytes) final;
  void end() final;
  void break_off(const Error& error) final;
  void whole(unsigned status, std::string type, std::string body) final;

 protected:
  ForeignRelay(SharedCall call, bool streams) : call_(std::move(call)), streams_(streams) {}

  virtual void open() = 0;  // a stream
  // `so_far` with the parts.
  virtual void delta(const std::vector<llm::AnswerPart>& parts, const llm::AnswerMessage& so_far,
                     const base::Json& logprobs) = 0;
  // The last of a stream, or the answer.
  virtual void finish(const Relayed& relayed) = 0;
  virtual void fail(const Error& error) = 0;  // in an open stream

  const SharedCall call_;
  const bool streams_;  // as it was asked for

 private:
  void take(const base::Json& object);
  void tell(const std::vector<llm::AnswerPart>& parts, const base::Json& logprobs);

  SseReader reader_;
  OpenAiParts parts_ = {};
  Relayed relayed_;
  bool finished_ = false, ended_ = false;
};

}  // namespace ashlar::server
