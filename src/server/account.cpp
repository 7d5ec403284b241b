#include "server/account.h"

#include <utility>

namespace ashlar::server {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered: return "answered";
    case Outcome::cancelled: return "cancelled";
    case Outcome::refused: return "refused";
    case Outcome::dropped: return "dropped";
  }
  return "";
}

void OpenAccount::note_first_token() {
  note([this](Account& account) {
    if (!account.ttft_ms) account.ttft_ms = milliseconds();
  });
}

void OpenAccount::close(Outcome outcome) {
  OnEnd on_end;
  {
    const std::scoped_lock lock(mutex_);
    on_end = std::exchange(on_end_, nullptr);
    if (!on_end) return;
    account_.outcome = account_.failed && outcome == Outcome::answered ? Outcome::dropped : outcome;
    account_.duration_ms = milliseconds();
  }
  on_end(account_);  // nobody writes any more
}

}  // namespace ashlar::server
