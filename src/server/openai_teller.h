// What OpenAI's chats and completions tell alike: their frame, the end of a stream, errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/answering.h"
#include "server/fields.h"

namespace ashlar::server {

class OpenAiTeller : public Teller {
 public:
  void finish(const std::vector<Told>& told) final;
  void fail(const Error& error) final;

 protected:
  // What `object` says of a whole answer and of a piece of a stream.
  struct Objects {
    std::string_view whole, chunk;
  };

  OpenAiTeller(SharedCall call, ServedModel model, Asked asked, Objects objects, std::string id);

  void begin_stream() const;
  // A piece with that one choice.
  base::Json chunk(base::Json choice) const;
  void send(const base::Json& chunk) const;

  // Of a whole answer: its choices, and what else stands in it.
  virtual base::Json choices_of(const std::vector<Told>& told) const = 0;
  virtual void add_more(base::Json& /*answer*/, const std::vector<Told>& /*told*/) const {}

  const SharedCall call_;
  const ServedModel model_;
  const Asked asked_;

 private:
  base::Json frame(std::string_view object, base::Json choices) const;

  const Objects objects_;
  const std::string id_;
};

}  // namespace ashlar::server
