// A signal handler may do next to nothing, and a stop request may run callbacks: the handler posts
// a semaphore, and a thread that waits for it makes the request.
#include "cli/interrupt.h"

#include <semaphore.h>
#include <signal.h>

#include <cerrno>
#include <thread>

namespace ashlar::cli {
namespace {

sem_t posted;  // a handler can reach only what is global

void on_sigint(int) {
  const int saved = errno;
  sem_post(&posted);
  errno = saved;
}

}  // namespace

struct Interrupt::State {
  std::stop_source source;
  struct sigaction former;
  std::thread watcher;
};

Interrupt::Interrupt(Second second) : state_(std::make_unique<State>()) {
  sem_init(&posted, 0, 0);
  // The watcher takes no signals: SIGINT must find the thread that reads the terminal.
  sigset_t all, former;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &former);
  state_->watcher = std::thread([source = state_->source]() mutable {
    while (sem_wait(&posted) != 0) {
    }
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
  sigaction(SIGINT, &state_->former, nullptr);
  sem_post(&posted);  // lets the watcher go
  state_->watcher.join();
  sem_destroy(&posted);
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
