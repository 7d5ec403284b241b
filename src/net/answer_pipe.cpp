#include "net/answer_pipe.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace ashlar::net {

namespace asio = boost::asio;

class AnswerPipe::End : public Exchange {
 public:
  explicit End(std::shared_ptr<AnswerPipe> pipe) : pipe_(std::move(pipe)) {}
  ~End() override { pipe_->finish(true); }

  void answer(Response response) override {
    {
      const std::scoped_lock lock(pipe_->mutex_);
      if (pipe_->begun_ || pipe_->left_) return;
      pipe_->begun_ = true;
      pipe_->work_.head = std::move(response);
    }
    pipe_->finish(false);
  }

  void begin(unsigned status, Headers headers, std::string probe) override {
    const std::scoped_lock lock(pipe_->mutex_);
    if (pipe_->begun_ || pipe_->left_) return;
    pipe_->begun_ = true;
    pipe_->work_.head = Response{status, std::move(headers), {}};
    pipe_->work_.streams = true;
    pipe_->probe_ = std::move(probe);
    pipe_->notify();
  }

  void write(std::string piece) override { pipe_->put(std::move(piece)); }
  void end() override { pipe_->finish(false); }

  void on_gone(std::function<void()> gone) override {
    {
      const std::scoped_lock lock(pipe_->mutex_);
      if (pipe_->ended_) return;
      if (!pipe_->left_) {
        pipe_->on_gone_ = std::move(gone);
        return;
      }
    }
    gone();
  }

 private:
  std::shared_ptr<AnswerPipe> pipe_;
};

AnswerPipe::AnswerPipe(std::shared_ptr<asio::io_context> io, std::size_t most_unsent)
    : most_unsent_(most_unsent), io_(std::move(io)), timer_(*io_) {}

std::shared_ptr<Exchange> AnswerPipe::exchange() {
  return std::make_shared<End>(shared_from_this());
}

void AnswerPipe::put(std::string piece) {
  bool full = false;
  {
    const std::scoped_lock lock(mutex_);
    if (!begun_ || ended_ || left_) return;
    work_.pieces += piece;
    full = work_.pieces.size() > most_unsent_;
    notify();
  }
  if (full) leave();  // a reader so slow costs memory that others need
}

void AnswerPipe::finish(bool cut) {
  const std::scoped_lock lock(mutex_);
  if (ended_ || left_) return;
  ended_ = true;
  if (!begun_) {
    work_.head = Response{500, {}, {}};
    begun_ = true;
  } else if (cut) {
    work_.cut = true;
  }
  work_.ended = true;
  on_gone_ = nullptr;
  notify();
}

// REQUIRES: mutex_ is held.
void AnswerPipe::notify() {
  if (std::exchange(notified_, true)) return;
  asio::post(*io_, [self = shared_from_this()] { self->wake(); });
}

AnswerPipe::Work AnswerPipe::take() {
  const std::scoped_lock lock(mutex_);
  notified_ = false;
  return std::exchange(work_, Work{.streams = work_.streams});
}

asio::awaitable<void> AnswerPipe::wait(std::chrono::milliseconds most) {
  {
    const std::scoped_lock lock(mutex_);
    if (notified_ || left_) co_return;
  }
  timer_.expires_after(most);
  boost::system::error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void AnswerPipe::wake() {
  timer_.cancel();
}

std::string AnswerPipe::probe() const {
  const std::scoped_lock lock(mutex_);
  return probe_;
}

void AnswerPipe::leave() {
  std::function<void()> gone;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(left_, true)) return;
    work_ = {};
    if (!ended_) gone = std::exchange(on_gone_, nullptr);
    notify();
  }
  if (gone) gone();
}

bool AnswerPipe::left() const {
  const std::scoped_lock lock(mutex_);
  return left_;
}

}  // namespace ashlar::net
