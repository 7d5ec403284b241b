// Which instruction set runs: the best there is, or the one asked for, and never another in
// silence.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <algorithm>

#include "kernels/kernel_table.h"

namespace ashlar::kernels {
namespace {

using ::testing::HasSubstr;

class ChooseIsa : public testing::Test {
 protected:
  ~ChooseIsa() override { ::unsetenv("ASHLAR_ISA"); }
  static Result<const KernelTable*> choose_as(std::string_view name) {
    ::setenv("ASHLAR_ISA", std::string(name).c_str(), 1);
    return choose();
  }
};

TEST_F(ChooseIsa, ThePlainestIsAlwaysThereAndTheLastIsTheDefault) {
  EXPECT_EQ(available().front()->name, "scalar");
  EXPECT_EQ(built_in().front(), "scalar");
  EXPECT_EQ(choose(), available().back());
  EXPECT_EQ(choose_as(""), available().back());
}

TEST_F(ChooseIsa, EveryOneThatWorksHereCanBeNamed) {
  for (const KernelTable* table : available()) {
    EXPECT_EQ(choose_as(table->name), table);
    EXPECT_NE(std::ranges::find(built_in(), table->name), built_in().end());
  }
}

TEST_F(ChooseIsa, OneThatThisMachineLacksIsRefusedAsSuch) {
  for (const std::string_view name : built_in()) {
    const auto chosen = choose_as(name);
    if (chosen) continue;
    EXPECT_EQ(chosen.error().kind, ErrorKind::bad_input);
    EXPECT_THAT(chosen.error().message, HasSubstr("lacks the instructions of"));
    EXPECT_THAT(chosen.error().mend, HasSubstr("scalar"));
  }
}

TEST_F(ChooseIsa, AnUnknownNameIsRefusedWithTheKnownOnes) {
  for (const char* name : {"sse9", "AVX2", "scalar "}) {
    const auto chosen = choose_as(name);
    ASSERT_FALSE(chosen) << name;
    EXPECT_THAT(chosen.error().message, HasSubstr("unknown instruction set"));
    EXPECT_EQ(chosen.error().where, "ASHLAR_ISA");
    for (const KernelTable* table : available())
      EXPECT_THAT(chosen.error().mend, HasSubstr(std::string(table->name)));
  }
}

}  // namespace
}  // namespace ashlar::kernels
