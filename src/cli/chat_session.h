// A conversation: what was said, how answers are drawn, what it has cost. Knows no terminal and no
// model, so that every command of the chat can be tested without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "llm/llm.h"

namespace ashlar::cli {

// What the chat has cost since it began; /clear doesn't reset it.
struct ChatTotals {
  std::uint64_t answers = 0, prompt_tokens = 0, completion_tokens = 0;
  std::uint32_t context_used = 0;  // prompt and answer of the last turn
};

class ChatSession {
 public:
  // `parameters`: sampling fields of a request by name. A "seed" among them is kept for every
  // answer; else each answer draws its own.
  explicit ChatSession(base::Json parameters) : parameters_(std::move(parameters)) {}

  // The whole conversation with `message` at its end. Changes nothing: a refused turn leaves the
  // chat as it was.
  Result<llm::GenerateRequest> ask(const std::string& message) const;

  // Keeps a turn. An answer without text (stopped before its first word) leaves no trace in it.
  void keep(const std::string& message, const llm::Answer& answer);

  // Keeps system message, seed and totals; what fills the context is gone.
  void clear() {
    messages_ = base::Json::array();
    totals_.context_used = 0;
  }

  const std::optional<std::string>& system() const { return system_; }
  void set_system(std::optional<std::string> text) { system_ = std::move(text); }

  std::optional<std::uint64_t> seed() const;
  void set_seed(std::optional<std::uint64_t> seed);

  const base::Json& messages() const { return messages_; }
  const ChatTotals& totals() const { return totals_; }

  // {"ashlar_chat": 1, "model", "system", "messages"}
  base::Json saved(const std::string& model) const;
  // Takes over system message and messages; on an error the chat stays as it was.
  Status restore(const base::Json& saved);

 private:
  base::Json parameters_;
  std::optional<std::string> system_;
  base::Json messages_ = base::Json::array();
  ChatTotals totals_;
};

// Whether it is what saved() gives.
bool is_saved_chat(const base::Json& value);

}  // namespace ashlar::cli
