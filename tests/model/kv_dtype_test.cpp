// Which types keys and values may have, and what they are called.
#include "model/kv_dtype.h"

#include <gtest/gtest.h>

namespace ashlar::model {
namespace {

TEST(KvDtype, IsAskedForByName) {
  EXPECT_EQ(kv_dtype_named("f16"), KvDtype::f16);
  EXPECT_EQ(kv_dtype_named("q8_0"), KvDtype::q8_0);
  for (const char* bad : {"", "F16", "f32", "q4_0", "q8_0 "}) {
    const auto named = kv_dtype_named(bad);
    ASSERT_FALSE(named) << bad;
    EXPECT_EQ(named.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(named.error().message, "'" + std::string(bad) + "' is neither f16 nor q8_0");
  }
}

TEST(KvDtype, IsWhatWasAskedForElseThatOfThePrecision) {
  EXPECT_EQ(kv_dtype_name(kv_dtype_of(Precision::fast)), "f16");
  EXPECT_EQ(kv_dtype_name(kv_dtype_of(Precision::exact)), "f32");
  for (const Precision precision : {Precision::fast, Precision::exact})
    EXPECT_EQ(kv_dtype_name(kv_dtype_of(precision, KvDtype::q8_0)), "q8_0");
}

}  // namespace
}  // namespace ashlar::model
