// Figures as Prometheus scrapes them (text format 0.0.4): counters, gauges and histograms, with
// labels. Counting is safe from any thread and waits for nobody.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ashlar::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// A counter for each set of values that its labels take; they stay for ever, so they must be few.
class CounterFamily {
 public:
  explicit CounterFamily(std::vector<std::string> labels) : names_(std::move(labels)) {}
  // REQUIRES: as many values as labels.
  Counter& at(const std::vector<std::string>& values);
  std::vector<std::pair<Labels, std::uint64_t>> values() const;

 private:
  std::vector<std::string> names_;
  mutable std::mutex mutex_;
  std::map<std::vector<std::string>, Counter> counters_;
};

class Histogram {
 public:
  // `bounds`: the upper ends of all buckets but the last, ascending.
  explicit Histogram(std::vector<double> bounds)
      : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

  void observe(double value);
  std::span<const double> bounds() const { return bounds_; }
  std::vector<std::uint64_t> counts() const;  // one a bucket, the last without an upper end
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

// 1, 2.5 and 5 times every power of ten from `least` to `most`, in seconds.
std::vector<double> second_buckets(double least, double most);

// A page of figures. Of one name all lines must be added together.
class Exposition {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void counter(std::string_view name, std::string_view help, const CounterFamily& family);
  void gauge(std::string_view name, std::string_view help, double value);
  void gauge(std::string_view name, std::string_view help,
             const std::vector<std::pair<Labels, double>>& values);
  void histogram(std::string_view name, std::string_view help, const Histogram& histogram);
  // Of counts that were kept elsewhere: one a bucket, as Histogram::counts() has them.
  void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                 std::span<const std::uint64_t> counts, double sum, const Labels& labels = {});

  const std::string& text() const { return text_; }

 private:
  void head(std::string_view name, std::string_view type, std::string_view help);
  void line(std::string_view name, const Labels& labels, double value);

  std::string text_;
};

}  // namespace ashlar::telemetry
