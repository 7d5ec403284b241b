// A folder of its own for one test, gone afterwards.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ashlar::test {

inline void spill(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class TempFolder : public testing::Test {
 protected:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ashlar-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() override { std::filesystem::remove_all(root_); }

  const std::filesystem::path& root() const { return root_; }

  // A file of another machine, whose "/" the folder is.
  void put(const std::string& absolute, const std::string& text) {
    spill(root_.string() + absolute, text);
  }

 private:
  std::filesystem::path root_;
};

}  // namespace ashlar::test
