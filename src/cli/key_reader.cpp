#include "cli/key_reader.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cwchar>

namespace ashlar::cli {
namespace {

// As read(2) of one byte.
ssize_t read_byte(int terminal, int interrupt, char& byte) {
  struct pollfd waiting[] = {{terminal, POLLIN, 0}, {interrupt, POLLIN, 0}};
  while (true) {
    // A signal of another kind (the window's size) only begins the wait anew.
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return -1;
    if (waiting[1].revents) {
      errno = EINTR;
      return -1;
    }
    if (!waiting[0].revents) continue;
    const ssize_t got = ::read(terminal, &byte, 1);
    if (got >= 0 || errno != EINTR) return got;
  }
}

}  // namespace

int read_key(int terminal, int interrupt, wchar_t& key) {
  constexpr std::size_t kBroken = -1, kIncomplete = -2;
  std::mbstate_t state = {};
  char byte = 0;
  for (bool first = true;; first = false) {
    const ssize_t got = read_byte(terminal, interrupt, byte);
    if (got <= 0) return static_cast<int>(got);
    std::size_t made = std::mbrtowc(&key, &byte, 1, &state);
    if (made == kBroken && !first) {  // the byte may begin another
      state = {};
      made = std::mbrtowc(&key, &byte, 1, &state);
    }
    if (made == kBroken) state = {};
    if (made != kBroken && made != kIncomplete) return 1;
  }
}

}  // namespace ashlar::cli
