// An empty $ASHLAR_HOME and a package index of one folder, for one test; the environment is put
// back afterwards. pip is the real one unless the test puts another python3 before it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "tests/support/temp_folder.h"

namespace ashlar::test {

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_zip(const std::filesystem::path& path,
                      const std::map<std::string, std::string>& members) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, bytes] : members)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0),
                 0);
  ASSERT_EQ(zip_close(archive), 0);
}

class FakeHome : public TempFolder {
 protected:
  FakeHome() {
    std::filesystem::create_directories(index());
    set("ASHLAR_HOME", home().string());
    set("PIP_NO_INDEX", "1");
    set("PIP_FIND_LINKS", index().string());
  }
  ~FakeHome() override {
    for (const auto& [name, value] : saved_)
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }

  std::filesystem::path home() const { return root() / "home"; }
  std::filesystem::path index() const { return root() / "index"; }

  void set(const std::string& name, const std::string& value) {
    const char* old = ::getenv(name.c_str());
    saved_.try_emplace(name, old ? std::optional<std::string>(old) : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
  }

  // A wheel "tiny" 1.0 whose one file, tiny/model.gguf, holds `bytes`.
  void put_wheel(const std::string& bytes) {
    const std::string info = "tiny-1.0.dist-info/";
    write_zip(index() / "tiny-1.0-py3-none-any.whl",
              {{"tiny/model.gguf", bytes},
               {info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"},
               {info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"},
               {info + "RECORD", ""}});
  }

  void put_catalogue(const std::string& toml) { spill(home() / "catalogue.toml", toml); }

  // Stands before the real python3; `script` is the body of a shell script.
  void put_python(const std::string& script) {
    const std::filesystem::path program = root() / "bin" / "python3";
    spill(program, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    set("PATH", (root() / "bin").string() + ":" + ::getenv("PATH"));
  }

 private:
  std::map<std::string, std::optional<std::string>> saved_;
};

}  // namespace ashlar::test
