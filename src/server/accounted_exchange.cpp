#include "server/accounted_exchange.h"

#include <mutex>
#include <utility>

namespace ashlar::server {
namespace {

Outcome outcome_of(unsigned status) {
  if (status < 400) return Outcome::answered;
  return status < 500 || status == 503 ? Outcome::refused : Outcome::dropped;
}

// What the exchange and its callback share: the connection may hear of a client that goes while the
// handler lets go of the exchange.
struct Gone {
  std::shared_ptr<OpenAccount> account;
  std::function<bool()> cut;
  std::mutex mutex = {};  // guards what is below
  bool gone = false;
  std::function<void()> heard = {};

  void operator()() {
    std::function<void()> call;
    {
      const std::scoped_lock lock(mutex);
      gone = true;
      call = std::exchange(heard, nullptr);
    }
    if (call) call();
    account->close(cut() ? Outcome::dropped : Outcome::cancelled);
  }
};

class AccountedExchange final : public net::Exchange {
 public:
  AccountedExchange(std::shared_ptr<net::Exchange> exchange, std::shared_ptr<OpenAccount> account,
                    net::Headers headers, std::function<bool()> cut)
      : exchange_(std::move(exchange)),
        account_(std::move(account)),
        headers_(std::move(headers)),
        gone_(std::make_shared<Gone>(account_, std::move(cut))) {
    exchange_->on_gone([gone = gone_] { (*gone)(); });
  }
  ~AccountedExchange() override { account_->close(Outcome::dropped); }

  void answer(net::Response response) override {
    add_headers(response.headers);
    account_->note([&](Account& account) { account.status = response.status; });
    account_->close(outcome_of(response.status));  // before the client can ask again
    exchange_->answer(std::move(response));
  }

  void begin(unsigned status, net::Headers headers, std::string probe) override {
    add_headers(headers);
    account_->note([&](Account& account) { account.status = status; });
    exchange_->begin(status, std::move(headers), std::move(probe));
  }
  void write(std::string piece) override { exchange_->write(std::move(piece)); }
  void end() override {
    account_->close(Outcome::answered);
    exchange_->end();
  }

  void on_gone(std::function<void()> heard) override {
    {
      const std::scoped_lock lock(gone_->mutex);
      if (!gone_->gone) {
        gone_->heard = std::move(heard);
        return;
      }
    }
    heard();
  }

 private:
  void add_headers(net::Headers& headers) const {
    headers.insert(headers.end(), headers_.begin(), headers_.end());
  }

  std::shared_ptr<net::Exchange> exchange_;
  std::shared_ptr<OpenAccount> account_;
  net::Headers headers_;
  std::shared_ptr<Gone> gone_;
};

}  // namespace

std::shared_ptr<net::Exchange> accounted(std::shared_ptr<net::Exchange> exchange,
                                         std::shared_ptr<OpenAccount> account, net::Headers headers,
                                         std::function<bool()> cut) {
  return std::make_shared<AccountedExchange>(std::move(exchange), std::move(account),
                                             std::move(headers), std::move(cut));
}

}  // namespace ashlar::server
