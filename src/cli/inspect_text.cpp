#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "cli/inspect_report.h"
#include "formats/in_quotes.h"

namespace ashlar::cli {
namespace {

constexpr std::size_t kTextBytes = 60, kFirst = 4;

// 134515008 → "134,515,008".
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string shown(std::string_view text) {
  std::string out = formats::in_quotes(text, kTextBytes);
  if (text.size() > kTextBytes) out += fmt::format(" ({} bytes)", grouped(text.size()));
  return out;
}

// An f32 was widened: its own shortest digits are what was meant.
std::string shown(double value) {
  const auto narrow = static_cast<float>(value);
  return narrow == value ? fmt::format("{}", narrow) : fmt::format("{}", value);
}

template <class Number>
std::string shown(Number value) {
  return fmt::format("{}", value);
}

template <class T>
std::string shown(const std::vector<T>& values) {
  std::string out = fmt::format("{}:", grouped(values.size()));
  for (std::size_t i = 0; i < std::min(values.size(), kFirst); ++i)
    out += " " + shown(T(values[i]));
  return values.size() > kFirst ? out + " …" : out;
}

std::string shown(const formats::GgufArray& array) {
  return std::visit([](const auto& values) { return shown(values); }, array);
}

// Rows of cells, padded to the widest of each column. Widths are in bytes of ASCII; the last column
// may hold anything.
template <std::size_t N>
class Table {
 public:
  using Row = std::array<std::string, N>;
  explicit Table(std::array<char, N> align) : align_(align) {}

  void add(Row row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::array<std::size_t, N> widths{};
    for (const Row& row : rows_)
      for (std::size_t i = 0; i < N; ++i) widths[i] = std::max(widths[i], columns(row[i]));
    std::string out;
    for (const Row& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < N; ++i) line += "  " + padded(row[i], widths[i], align_[i]);
      line.resize(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

 private:
  // Characters, near enough to columns: bytes that don't continue one.
  static std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
  }
  static std::string padded(const std::string& cell, std::size_t width, char align) {
    const std::string fill(width - columns(cell), ' ');
    return align == '>' ? fill + cell : cell + fill;
  }

  std::array<char, N> align_;
  std::vector<Row> rows_;
};

std::string shape_text(const tensor::Shape& shape) {
  std::string out = std::to_string(shape.extent[0]);
  for (std::uint32_t i = 1; i < shape.rank; ++i) out += fmt::format(" × {}", shape.extent[i]);
  return out;
}

// A name without quotes: they are only in the way in a table.
std::string name_text(std::string_view name) {
  const std::string quoted = formats::in_quotes(name);
  return quoted.ends_with('\'') ? quoted.substr(1, quoted.size() - 2) : quoted;
}

std::string metadata_text(const formats::Gguf& file) {
  Table<3> table({'<', '<', '<'});
  for (const formats::GgufEntry& entry : file.metadata())
    table.add({name_text(entry.key), std::string(entry.type),
               std::visit([](const auto& value) { return shown(value); }, entry.value)});
  return table.text();
}

std::string tensors_text(const formats::Gguf& file) {
  Table<4> table({'<', '<', '>', '>'});
  table.add({"name", "type", "shape", "bytes"});
  for (const formats::GgufTensor& tensor : file.tensors())
    table.add({name_text(tensor.name), std::string(tensor.codec->name), shape_text(tensor.shape),
               grouped(tensor.data.size())});
  return table.text();
}

std::string types_text(const InspectReport& report) {
  Table<4> table({'<', '>', '>', '<'});
  table.add({"type", "tensors", "bytes", "kernel"});
  for (const TypeUse& use : report.types)
    table.add({std::string(use.codec->name), grouped(use.tensors), grouped(use.bytes),
               std::string(use.kernel)});
  return table.text();
}

std::string memory_text(const Result<llm::MemoryPrediction>& memory) {
  if (!memory) return fmt::format("memory: not predicted: {}\n", memory.error().line());
  Table<2> table({'<', '>'});
  table.add({"weights", grouped(memory->weights)});
  table.add({fmt::format("keys and values, {}", model::kv_dtype_name(memory->kv_dtype)),
             grouped(memory->kv)});
  table.add({"workspace", grouped(memory->workspace)});
  table.add({"program, tokenizer", grouped(memory->overhead)});
  table.add({"total", grouped(memory->total())});
  return fmt::format("memory for a context of {} tokens, bytes\n{}", grouped(memory->context),
                     table.text());
}

}  // namespace

std::string inspect_text(const InspectReport& report) {
  const formats::Gguf& file = *report.file;
  return fmt::format("file {} (GGUF version {}, {} bytes)\n\nmetadata\n{}\ntensors\n{}\n",
                     file.where(), file.version(), grouped(file.file_bytes()), metadata_text(file),
                     tensors_text(file)) +
         fmt::format("types\n{}\nparameters {}\n\n{}", types_text(report),
                     grouped(report.parameters), memory_text(report.memory));
}

}  // namespace ashlar::cli
