#include "cli/bench_bars.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace ashlar::cli {

std::optional<std::string> bars_script() {
  const char* checkout = std::getenv("ASHLAR_CHECKOUT");
  if (!checkout || !*checkout) return std::nullopt;
  const std::string script = std::string(checkout) + "/bench/bars.py";
  std::error_code unreadable;
  if (!std::filesystem::is_regular_file(script, unreadable)) return std::nullopt;
  return script;
}

Result<int> run_bars(const std::string& script, const BarsRun& run) {
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) ::setenv("ASHLAR_BINARY", self.c_str(), 1);

  std::vector<std::string> words = {"python3", script, "--json"};
  if (run.rounds > 0) words.insert(words.end(), {"--rounds", fmt::to_string(run.rounds)});
  if (!run.model.empty()) words.insert(words.end(), {"--model", run.model});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  if (const int code = ::posix_spawnp(&child, "python3", nullptr, nullptr, argv.data(), environ))
    return fail(ErrorKind::not_found, fmt::format("can't start python3: {}", std::strerror(code)),
                script, "install Python 3, or measure our side alone with --prompt 512");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fail(ErrorKind::io, std::strerror(errno), script);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace ashlar::cli
