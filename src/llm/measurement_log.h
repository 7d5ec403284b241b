// Figures that take long to measure, kept beside a file that is being quantized: a run that was
// killed, or that asked for a budget that can't be met, measures nothing twice. Private to the
// module.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"

namespace ashlar::llm {

class MeasurementLog {
 public:
  // Takes up the log at `path` where it was begun with `key`, which stands for all that the figures
  // depend on but their names; else begins one. The caller keeps other processes away.
  static Result<MeasurementLog> open(std::filesystem::path path, std::string key);

  // The figure of that name (one line of text), bit for bit as it was measured.
  Result<double> value(const std::string& name, const std::function<Result<double>()>& measure);

  std::size_t kept() const { return kept_; }  // how many figures an earlier run had measured
  void remove();

 private:
  explicit MeasurementLog(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::ofstream file_;
  std::map<std::string, double> values_;
  std::size_t kept_ = 0;
};

}  // namespace ashlar::llm
