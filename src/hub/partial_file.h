// A file that is written under another name and appears under its own when it is whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace ashlar::hub {

class PartialFile {
 public:
  // Creates `partial`, replacing what a killed process left. Errors: exhausted when the disk or a
  // quota is full, io otherwise.
  static Result<PartialFile> create(std::filesystem::path partial);

  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile();  // deletes the file unless it was moved into place

  Status write(std::span<const std::byte> bytes);

  // Syncs, renames to `path` (same file system; its folder is made), syncs the folder.
  Status move_to(const std::filesystem::path& path);

 private:
  PartialFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_;
};

Status make_folder(const std::filesystem::path& folder);

}  // namespace ashlar::hub
