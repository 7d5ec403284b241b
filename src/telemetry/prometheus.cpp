#include "telemetry/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ashlar::telemetry {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\\' || c == '"')
      out.append(1, '\\').append(1, c);
    else
      out += c;
  }
  return out;
}

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  return fmt::format("{}", value);
}

}  // namespace

Counter& CounterFamily::at(const std::vector<std::string>& values) {
  const std::scoped_lock lock(mutex_);
  return counters_[values];
}

std::vector<std::pair<Labels, std::uint64_t>> CounterFamily::values() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<Labels, std::uint64_t>> all;
  for (const auto& [values, counter] : counters_) {
    Labels labels;
    for (std::size_t i = 0; i < names_.size(); ++i) labels.emplace_back(names_[i], values[i]);
    all.emplace_back(std::move(labels), counter.value());
  }
  return all;
}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
  std::vector<std::uint64_t> counts;
  for (const auto& count : counts_) counts.push_back(count.load(std::memory_order_relaxed));
  return counts;
}

std::vector<double> second_buckets(double least, double most) {
  std::vector<double> bounds;
  for (double power = least; power <= most * 1.0001; power *= 10)
    for (const double step : {1.0, 2.5, 5.0})
      if (power * step <= most * 1.0001) bounds.push_back(power * step);
  return bounds;
}

void Exposition::head(std::string_view name, std::string_view type, std::string_view help) {
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void Exposition::line(std::string_view name, const Labels& labels, double value) {
  std::string list;
  for (const auto& [label, text] : labels)
    list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", label, escaped(text));
  text_ += list.empty() ? fmt::format("{} {}\n", name, number(value))
                        : fmt::format("{}{{{}}} {}\n", name, list, number(value));
}

void Exposition::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  head(name, "counter", help);
  line(name, {}, static_cast<double>(value));
}

void Exposition::counter(std::string_view name, std::string_view help,
                         const CounterFamily& family) {
  head(name, "counter", help);
  for (const auto& [labels, value] : family.values())
    line(name, labels, static_cast<double>(value));
}

void Exposition::gauge(std::string_view name, std::string_view help, double value) {
  gauge(name, help, {{{}, value}});
}

void Exposition::gauge(std::string_view name, std::string_view help,
                       const std::vector<std::pair<Labels, double>>& values) {
  head(name, "gauge", help);
  for (const auto& [labels, value] : values) line(name, labels, value);
}

void Exposition::histogram(std::string_view name, std::string_view help,
                           const Histogram& histogram) {
  this->histogram(name, help, histogram.bounds(), histogram.counts(), histogram.sum());
}

void Exposition::histogram(std::string_view name, std::string_view help,
                           std::span<const double> bounds, std::span<const std::uint64_t> counts,
                           double sum, const Labels& labels) {
  if (text_.find(fmt::format("# TYPE {} ", name)) == std::string::npos)
    head(name, "histogram", help);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    below += counts[i];
    Labels bucket = labels;
    bucket.emplace_back("le", i < bounds.size() ? number(bounds[i]) : "+Inf");
    line(fmt::format("{}_bucket", name), bucket, static_cast<double>(below));
  }
  line(fmt::format("{}_sum", name), labels, sum);
  line(fmt::format("{}_count", name), labels, static_cast<double>(below));
}

}  // namespace ashlar::telemetry
