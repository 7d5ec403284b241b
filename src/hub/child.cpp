#include "hub/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ashlar::hub {
namespace {

constexpr std::size_t kOutputKept = 64u << 10;
constexpr int kTickMilliseconds = 200;
constexpr int kNoSuchProgram = 127;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

// Ours, with `variables` in place of those of the same name.
std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> result = variables;
  const auto replaced = [&](std::string_view entry) {
    const std::string_view name = entry.substr(0, entry.find('=') + 1);
    for (const std::string& variable : variables)
      if (variable.starts_with(name)) return true;
    return false;
  };
  for (char** entry = environ; *entry; ++entry)
    if (!replaced(*entry)) result.emplace_back(*entry);
  return result;
}

// In the child, between fork and exec: async-signal-safe calls alone.
[[noreturn]] void become(char* const* argv, char* const* envp, int output, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);     // also after kill -9 of the parent
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  // What we ignore or block is not the child's to ignore.
  for (const int number : {SIGINT, SIGPIPE, SIGTERM, SIGXFSZ}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execvpe(argv[0], argv, envp);
  ::_exit(kNoSuchProgram);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Reads until the child closes its end; false when stopped.
bool collect(int input, std::string& output, const std::function<void()>& tick,
             const std::stop_token& stop) {
  std::array<char, 4096> buffer;
  while (!stop.stop_requested()) {
    pollfd ready{input, POLLIN, 0};
    if (::poll(&ready, 1, kTickMilliseconds) <= 0) {
      if (tick) tick();
      continue;
    }
    const ssize_t n = ::read(input, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    output.append(buffer.data(), static_cast<std::size_t>(n));
    if (output.size() > kOutputKept) output.erase(0, output.size() - kOutputKept);
  }
  return false;
}

}  // namespace

Result<ChildResult> run_child(const std::vector<std::string>& argv,
                              const std::vector<std::string>& variables,
                              const std::function<void()>& tick, std::stop_token stop) {
  const std::vector<std::string> environment = environment_with(variables);
  const std::vector<char*> arguments = pointers(argv), envp = pointers(environment);
  std::array<int, 2> pipe{};
  const pid_t parent = ::getpid();
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::io, fmt::format("can't make a pipe: {}", std::strerror(errno)), argv[0],
                "close some files");
  const pid_t child = ::fork();
  if (child == 0) become(arguments.data(), envp.data(), pipe[1], parent);
  ::close(pipe[1]);
  if (child < 0) {
    ::close(pipe[0]);
    return fail(ErrorKind::exhausted, fmt::format("can't fork: {}", std::strerror(errno)), argv[0],
                "free memory or processes");
  }
  ChildResult result;
  const bool finished = collect(pipe[0], result.output, tick, stop);
  if (!finished) ::kill(child, SIGKILL);
  ::close(pipe[0]);
  result.exit_code = wait_for(child);
  if (!finished) return fail(ErrorKind::cancelled, "stopped on request", argv[0]);
  return result;
}

}  // namespace ashlar::hub
