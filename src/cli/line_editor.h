// A line from the terminal, edited by libedit, with a history that outlives the process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace ashlar::cli {

class LineEditor {
 public:
  // REQUIRES: stdin and stdout are a terminal. Reads `history_file` when it is there.
  explicit LineEditor(std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Outcome { line, interrupted, end };

  // Into `line`, without its newline. Ctrl-C is `interrupted`, Ctrl-D on an empty line `end`.
  Outcome read(const std::string& prompt, std::string& line);

  // Adds a line to the history and writes the file anew, whole or not at all.
  Status remember(const std::string& line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::cli
