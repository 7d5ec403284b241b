// Figures that take long to measure, kept beside a file that is being quantized: a run that was
// killed, or that asked for a budget that can't be met, measures nothing twice. Private to the
// module.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "llm/keyed_log.h"

namespace ashlar::llm {

class MeasurementLog {
 public:
  // `key` stands for all that the figures depend on but their names.
  static Result<MeasurementLog> open(std::filesystem::path path, std::string_view key);

  // The figure of that name (one line of text), bit for bit as it was measured.
  Result<double> value(const std::string& name, const std::function<Result<double>()>& measure);

  std::size_t kept() const { return kept_; }  // how many figures an earlier run had measured
  void remove() { log_.remove(); }

 private:
  MeasurementLog(KeyedLog log, std::map<std::string, double> values)
      : log_(std::move(log)), values_(std::move(values)), kept_(values_.size()) {}

  KeyedLog log_;
  std::map<std::string, double> values_;
  std::size_t kept_;
};

}  // namespace ashlar::llm
