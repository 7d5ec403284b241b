#include "llm/measurement_log.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/file.h"

namespace ashlar::llm {
namespace {

constexpr std::size_t kDigits = 16;  // of the 64 bits of a double, in hex

std::string line_of(const std::string& name, double value) {
  return fmt::format("{:016x} {}\n", std::bit_cast<std::uint64_t>(value), name);
}

std::optional<std::pair<std::string, double>> parse(std::string_view line) {
  if (line.size() <= kDigits + 1 || line[kDigits] != ' ') return {};
  std::uint64_t bits = 0;
  const std::string_view digits = line.substr(0, kDigits);
  if (std::from_chars(digits.begin(), digits.end(), bits, 16).ptr != digits.end()) return {};
  return std::pair(std::string(line.substr(kDigits + 1)), std::bit_cast<double>(bits));
}

// The figures of a log with that key, up to the first line that isn't whole.
std::map<std::string, double> values_in(std::string_view text, std::string_view key) {
  std::map<std::string, double> values;
  if (!text.starts_with(key) || !text.substr(key.size()).starts_with('\n')) return values;
  text.remove_prefix(key.size() + 1);
  for (std::size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
    const auto figure = parse(text.substr(0, end));
    if (!figure) break;
    values.insert(*figure);
  }
  return values;
}

}  // namespace

Result<MeasurementLog> MeasurementLog::open(std::filesystem::path path, std::string key) {
  MeasurementLog log(std::move(path));
  if (const auto text = base::read_file(log.path_)) log.values_ = values_in(*text, key);
  log.kept_ = log.values_.size();
  std::string whole = std::move(key) + "\n";
  for (const auto& [name, value] : log.values_) whole += line_of(name, value);
  ASHLAR_TRY(base::write_file(log.path_, whole));
  log.file_.open(log.path_, std::ios::app);
  return log;
}

Result<double> MeasurementLog::value(const std::string& name,
                                     const std::function<Result<double>()>& measure) {
  if (const auto found = values_.find(name); found != values_.end()) return found->second;
  ASHLAR_ASSIGN(const double value, measure());
  values_.emplace(name, value);
  if (file_ << line_of(name, value) << std::flush) return value;
  return fail(ErrorKind::io, "can't write the measurements", path_.string(), "free disk space");
}

void MeasurementLog::remove() {
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace ashlar::llm
