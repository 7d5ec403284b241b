#include "llm/quantize_journal.h"

#include <cstring>
#include <system_error>

#include "base/file.h"

namespace ashlar::llm {
namespace {

std::filesystem::path journal_path(const std::filesystem::path& out) {
  return formats::GgufWriter::partial_path(out).string() + ".journal";
}

// The partial file of a run, held tensor by tensor against the hashes that its journal has.
class PartialFile {
 public:
  PartialFile(const std::filesystem::path& out, const formats::GgufHeader& header, const Plan& plan)
      : header_(header), plan_(plan), head_(header.bytes()) {
    if (auto file = base::MappedFile::open(formats::GgufWriter::partial_path(out)))
      file_ = std::move(*file);
    const std::span<const std::byte> bytes = file_.bytes();
    begun_ =
        bytes.size() >= head_.size() && std::memcmp(bytes.data(), head_.data(), head_.size()) == 0;
  }

  // Whether the next tensor and its source have that hash.
  bool has_next(std::string_view tensor_hash) {
    if (!begun_ || whole_ == plan_.size()) return false;
    const std::span<const std::byte> bytes = file_.bytes();
    const std::uint64_t at = head_.size() + header_.offset(whole_);
    const std::uint64_t size = header_.tensor_bytes(whole_);
    if (at > bytes.size() || size + header_.padding(size) > bytes.size() - at) return false;
    TensorHash hash;
    hash.update(plan_[whole_].tensor->data, bytes.subspan(at, size));
    if (hash.hex() != tensor_hash) return false;
    ++whole_;
    return true;
  }

  std::size_t whole() const { return whole_; }

 private:
  const formats::GgufHeader& header_;
  const Plan& plan_;
  const std::string head_;
  base::MappedFile file_;
  bool begun_ = false;  // with the same header
  std::size_t whole_ = 0;
};

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

Result<QuantizeJournal> QuantizeJournal::open(const std::filesystem::path& out,
                                              std::string_view key,
                                              const formats::GgufHeader& header, const Plan& plan) {
  PartialFile partial(out, header, plan);
  ASHLAR_ASSIGN(KeyedLog log, KeyedLog::open(journal_path(out), key, [&](std::string_view line) {
                  return partial.has_next(line);
                }));
  return QuantizeJournal(std::move(log), partial.whole());
}

}  // namespace ashlar::llm
