#include "llm/measurement_log.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace ashlar::llm {
namespace {

constexpr std::size_t kDigits = 16;  // of the 64 bits of a double, in hex

std::string line_of(const std::string& name, double value) {
  return fmt::format("{:016x} {}", std::bit_cast<std::uint64_t>(value), name);
}

std::optional<std::pair<std::string, double>> parse(std::string_view line) {
  if (line.size() <= kDigits + 1 || line[kDigits] != ' ') return {};
  std::uint64_t bits = 0;
  const std::string_view digits = line.substr(0, kDigits);
  if (std::from_chars(digits.begin(), digits.end(), bits, 16).ptr != digits.end()) return {};
  return std::pair(std::string(line.substr(kDigits + 1)), std::bit_cast<double>(bits));
}

}  // namespace

Result<MeasurementLog> MeasurementLog::open(std::filesystem::path path, std::string_view key) {
  std::map<std::string, double> values;
  ASHLAR_ASSIGN(KeyedLog log, KeyedLog::open(std::move(path), key, [&](std::string_view line) {
                  const auto figure = parse(line);
                  if (figure) values.insert(*figure);
                  return figure.has_value();
                }));
  return MeasurementLog(std::move(log), std::move(values));
}

Result<double> MeasurementLog::value(const std::string& name,
                                     const std::function<Result<double>()>& measure) {
  if (const auto found = values_.find(name); found != values_.end()) return found->second;
  ASHLAR_ASSIGN(const double value, measure());
  values_.emplace(name, value);
  ASHLAR_TRY(log_.add(line_of(name, value)));
  return value;
}

}  // namespace ashlar::llm
