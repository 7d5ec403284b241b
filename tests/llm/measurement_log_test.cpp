// Figures outlive the process that measured them, where all that they depend on is the same.
#include "llm/measurement_log.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::llm {
namespace {

class MeasurementLogTest : public test::TempFolder {
 protected:
  std::filesystem::path path() const { return root() / "log"; }
  MeasurementLog open(const std::string& key = "model 1") const {
    return MeasurementLog::open(path(), key).value();
  }
};

Result<double> not_again() {
  ADD_FAILURE() << "measured twice";
  return 0;
}

TEST_F(MeasurementLogTest, AFigureIsMeasuredOnce) {
  {
    MeasurementLog log = open();
    EXPECT_EQ(log.kept(), 0u);
    EXPECT_EQ(log.value("a third", [] { return Result<double>(1.0 / 3); }), 1.0 / 3);
    EXPECT_EQ(log.value("a third", not_again), 1.0 / 3);
  }
  MeasurementLog log = open();
  EXPECT_EQ(log.kept(), 1u);
  EXPECT_EQ(log.value("a third", not_again), 1.0 / 3);
  log.remove();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(MeasurementLogTest, AnotherKeyBeginsAnew) {
  open().value("x", [] { return Result<double>(1); }).value();
  EXPECT_EQ(open("model 12").kept(), 0u);
  EXPECT_EQ(open("model 1").kept(), 0u);
}

TEST_F(MeasurementLogTest, AFailureIsNoFigure) {
  MeasurementLog log = open();
  EXPECT_FALSE(log.value("x", []() -> Result<double> { return fail(ErrorKind::io, "no"); }));
  EXPECT_EQ(log.value("x", [] { return Result<double>(2); }).value(), 2);
}

// As a kill leaves it: the last line is cut, or disk blocks are lost.
TEST_F(MeasurementLogTest, WhatIsBehindABrokenLineIsMeasuredAnew) {
  {
    MeasurementLog log = open();
    for (const char* name : {"x", "y"}) log.value(name, [] { return Result<double>(3); }).value();
  }
  const std::string whole = base::read_file(path()).value();
  test::spill(path(), whole.substr(0, whole.size() - 1));
  EXPECT_EQ(open().kept(), 1u);
  test::spill(path(), "model 1\nnonsense\n" + whole.substr(8));
  EXPECT_EQ(open().kept(), 0u);
  MeasurementLog log = open();
  log.value("z", [] { return Result<double>(4); }).value();
  EXPECT_EQ(open().value("z", not_again).value(), 4);
}

}  // namespace
}  // namespace ashlar::llm
