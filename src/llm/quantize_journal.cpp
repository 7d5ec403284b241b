#include "llm/quantize_journal.h"

#include <cstring>
#include <sstream>
#include <system_error>

#include "base/file.h"

namespace ashlar::llm {
namespace {

std::filesystem::path journal_path(const std::filesystem::path& out) {
  return formats::GgufWriter::partial_path(out).string() + ".journal";
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  const auto text = base::read_file(path, 64u << 20);
  std::istringstream in(text ? *text : std::string());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// How many tensors of the partial file are what the journal says that they are.
std::size_t count_whole(const std::vector<std::string>& lines, const std::filesystem::path& out,
                        const formats::GgufHeader& header, const Plan& plan) {
  const auto file = base::MappedFile::open(formats::GgufWriter::partial_path(out));
  if (!file) return 0;
  const std::span<const std::byte> bytes = file->bytes();
  const std::string head = header.bytes();
  if (bytes.size() < head.size() || std::memcmp(bytes.data(), head.data(), head.size()) != 0)
    return 0;
  std::size_t whole = 0;
  for (; whole < plan.size() && whole + 1 < lines.size(); ++whole) {
    const std::uint64_t at = head.size() + header.offset(whole), size = header.tensor_bytes(whole);
    if (at > bytes.size() || size + header.padding(size) > bytes.size() - at) break;
    TensorHash hash;
    hash.update(plan[whole].tensor->data, bytes.subspan(at, size));
    if (hash.hex() != lines[whole + 1]) break;
  }
  return whole;
}

}  // namespace

void TensorHash::update(std::span<const std::byte> source, std::span<const std::byte> encoded) {
  source_.update(source);
  encoded_.update(encoded);
}

Status QuantizeJournal::check(const std::filesystem::path& out) {
  const std::filesystem::path partial = formats::GgufWriter::partial_path(out);
  std::error_code error;
  const auto size = std::filesystem::file_size(partial, error);
  if (error || size == 0 || std::filesystem::exists(journal_path(out), error)) return {};
  return fail(ErrorKind::bad_input, "the file exists, and no run that can go on left it",
              partial.string(), "remove it, or write to another file");
}

Result<QuantizeJournal> QuantizeJournal::open(const std::filesystem::path& out, std::string key,
                                              const formats::GgufHeader& header, const Plan& plan) {
  QuantizeJournal journal(journal_path(out));
  std::vector<std::string> lines = lines_of(journal.path_);
  if (!lines.empty() && lines[0] == key) journal.whole_ = count_whole(lines, out, header, plan);
  lines.resize(journal.whole_ + 1);
  lines[0] = std::move(key);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  ASHLAR_TRY(base::write_file(journal.path_, text));
  journal.file_.open(journal.path_, std::ios::app);
  return journal;
}

Status QuantizeJournal::add(std::string_view tensor_hash) {
  if (file_ << tensor_hash << "\n" << std::flush) return {};
  return fail(ErrorKind::io, "can't write the journal", path_.string(), "free disk space");
}

void QuantizeJournal::remove() {
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace ashlar::llm
