#include "telemetry/prometheus.h"

#include <gmock/gmock.h>

namespace ashlar::telemetry {
namespace {

using testing::HasSubstr;

TEST(Prometheus, AHistogramCountsWhatIsBelowEachBound) {
  Histogram histogram({0.1, 1});
  for (const double value : {0.05, 0.1, 0.5, 7.0}) histogram.observe(value);
  Exposition page;
  page.histogram("time_seconds", "How long.", histogram);
  EXPECT_EQ(page.text(),
            "# HELP time_seconds How long.\n"
            "# TYPE time_seconds histogram\n"
            "time_seconds_bucket{le=\"0.1\"} 2\n"
            "time_seconds_bucket{le=\"1\"} 3\n"
            "time_seconds_bucket{le=\"+Inf\"} 4\n"
            "time_seconds_sum 7.65\n"
            "time_seconds_count 4\n");
}

TEST(Prometheus, CountersByLabelAreEscaped) {
  CounterFamily family({"path", "status"});
  family.at({"/a\"b\\c\n", "200"}).add(3);
  family.at({"/a\"b\\c\n", "200"}).add();
  Exposition page;
  page.counter("requests_total", "How many.", family);
  EXPECT_THAT(page.text(),
              HasSubstr("requests_total{path=\"/a\\\"b\\\\c\\n\",status=\"200\"} 4\n"));
}

TEST(Prometheus, BucketsOfSecondsAscend) {
  EXPECT_THAT(second_buckets(0.001, 0.01),
              testing::Pointwise(testing::DoubleNear(1e-9), {0.001, 0.0025, 0.005, 0.01}));
}

TEST(Prometheus, SeriesOfOneNameShareAHead) {
  Exposition page;
  const std::vector<double> bounds = {1};
  const std::vector<std::uint64_t> counts = {1, 0};
  page.histogram("size", "h", bounds, counts, 1, {{"model", "a"}});
  page.histogram("size", "h", bounds, counts, 1, {{"model", "b"}});
  EXPECT_EQ(page.text().find("# TYPE size"), page.text().rfind("# TYPE size"));
  EXPECT_THAT(page.text(), HasSubstr("size_bucket{model=\"b\",le=\"1\"} 1\n"));
}

}  // namespace
}  // namespace ashlar::telemetry
