// Where tests find what is not in the repository, and how they skip, saying so, without it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace ashlar::test {

inline std::filesystem::path from_environment(const char* name, std::filesystem::path fallback) {
  const char* value = std::getenv(name);
  return value && *value ? std::filesystem::path(value) : fallback;
}

// The public data sets: $ASHLAR_TEST_DATA, default ../shared/data.
inline std::filesystem::path data() {
  return from_environment("ASHLAR_TEST_DATA", ASHLAR_SOURCE_DIR "/../shared/data");
}

// SmolLM2-135M-Instruct as `ashlar models` stores it.
inline std::filesystem::path smollm2() {
  const char* user = std::getenv("HOME");
  const auto home = from_environment(
      "ASHLAR_HOME", std::filesystem::path(user ? user : "/root") / ".cache" / "ashlar");
  return home / "models" / "smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf";
}

}  // namespace ashlar::test

// The reason is what tests/skips.txt is matched against.
#define ASHLAR_NEEDS_DATA()                           \
  if (!std::filesystem::exists(ashlar::test::data())) \
  GTEST_SKIP() << "needs-data: no test data at " << ashlar::test::data()
#define ASHLAR_NEEDS_SMOLLM2()                           \
  if (!std::filesystem::exists(ashlar::test::smollm2())) \
  GTEST_SKIP() << "needs-model: no model at " << ashlar::test::smollm2()
