// A signal handler may do next to nothing, and a stop request may run callbacks: the handler writes
// to a descriptor, and a thread that waits for it makes the request.
#include "cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <thread>

namespace ashlar::cli {
namespace {

int posted = -1;  // a handler can reach only what is global

void post() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(posted, &one, sizeof one);
}

void on_sigint(int) {
  const int saved = errno;
  post();
  errno = saved;
}

// Nothing reads what was posted, so that all who wait see it.
void wait_until_posted() {
  struct pollfd waiting = {posted, POLLIN, 0};
  while (::poll(&waiting, 1, -1) < 1) {
  }
}

}  // namespace

struct Interrupt::State {
  std::stop_source source;
  struct sigaction former;
  std::thread watcher;
};

Interrupt::Interrupt(Second second) : state_(std::make_unique<State>()) {
  posted = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (posted < 0) return;  // no descriptor is left: SIGINT goes on doing what it did
  // The watcher takes no signals: SIGINT must find the thread that reads the terminal.
  sigset_t all, former;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &former);
  state_->watcher = std::thread([source = state_->source]() mutable {
    wait_until_posted();
    source.request_stop();
  });
  pthread_sigmask(SIG_SETMASK, &former, nullptr);
  struct sigaction action = {};
  action.sa_handler = on_sigint;
  // No SA_RESTART: a read at the prompt returns.
  action.sa_flags = second == Second::ends_process ? static_cast<int>(SA_RESETHAND) : 0;
  sigaction(SIGINT, &action, &state_->former);
}

Interrupt::~Interrupt() {
  if (posted < 0) return;
  sigaction(SIGINT, &state_->former, nullptr);
  post();  // lets the watcher go
  state_->watcher.join();
  ::close(posted);
  posted = -1;
}

int Interrupt::descriptor() const {
  return posted;
}
std::stop_token Interrupt::token() const {
  return state_->source.get_token();
}
bool Interrupt::requested() const {
  return state_->source.stop_requested();
}
void Interrupt::request() {
  state_->source.request_stop();
}

}  // namespace ashlar::cli
