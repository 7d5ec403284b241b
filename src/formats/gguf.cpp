// The frame of a GGUF file: magic, version, counts, and the order in which its parts are read.
// Source: ggml's docs/gguf.md. Versions 2 and 3 have one layout; 3 also allows big-endian files.
#include "formats/gguf.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "formats/gguf_reader.h"

namespace ashlar::formats {
namespace {

// The smallest encodings: empty key, type, one byte; name, rank, one extent, type, offset.
constexpr std::uint64_t kMinimumEntryBytes = 8 + 4 + 1;
constexpr std::uint64_t kMinimumTensorBytes = 8 + 4 + 8 + 4 + 8;

// Everything before the tensor data. Bounds what a damaged length can make us allocate: widened
// numbers take up to eight times their bytes. Vocabularies of 256,000 pieces take some 15 MiB.
constexpr std::size_t kMaxHeaderBytes = 128u << 20;

}  // namespace

Result<Gguf> Gguf::open(const std::filesystem::path& path) {
  ASHLAR_ASSIGN(base::MappedFile file, base::MappedFile::open(path));
  const auto bytes = file.bytes();
  return GgufReader::read(std::move(file), bytes, path.string());
}

Result<Gguf> Gguf::parse(std::span<const std::byte> bytes, std::string where) {
  return GgufReader::read({}, bytes, std::move(where));
}

void Gguf::release_pages(std::span<const std::byte> data) const {
  if (file_.bytes().empty()) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;  // whole pages only
  const std::uintptr_t last = (begin + data.size()) / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

Result<Gguf> GgufReader::read(base::MappedFile file, std::span<const std::byte> bytes,
                              std::string where) {
  Gguf gguf;
  gguf.file_ = std::move(file);
  gguf.bytes_ = bytes;
  gguf.where_ = std::move(where);
  ASHLAR_TRY(GgufReader(gguf).read_all());
  return gguf;
}

GgufReader::GgufReader(Gguf& gguf)
    : gguf_(gguf),
      cursor_(gguf.bytes_.first(std::min(gguf.bytes_.size(), kMaxHeaderBytes)), gguf.where_,
              gguf.bytes_.size() > kMaxHeaderBytes
                  ? "the 128 MiB in which metadata and tensor infos must end"
                  : "the file") {}

Status GgufReader::read_all() {
  ASHLAR_TRY(read_magic());
  ASHLAR_TRY(read_version());
  ASHLAR_ASSIGN(const auto tensors, cursor_.count("tensors", kMinimumTensorBytes));
  ASHLAR_ASSIGN(const auto entries, cursor_.count("metadata entries", kMinimumEntryBytes));
  ASHLAR_TRY(read_metadata(entries));
  ASHLAR_TRY(read_alignment());
  ASHLAR_TRY(read_tensors(tensors));
  return place_tensors();
}

Status GgufReader::read_magic() {
  cursor_.enter("header", {});
  ASHLAR_ASSIGN(const auto magic, cursor_.take(4));
  if (std::memcmp(magic.data(), "GGUF", 4) != 0)
    return cursor_.error(ErrorKind::corrupt, "not a GGUF file: it doesn't begin with 'GGUF'",
                         "name a model in GGUF format");
  return {};
}

Status GgufReader::read_version() {
  ASHLAR_ASSIGN(gguf_.version_, cursor_.number<std::uint32_t>());
  if (gguf_.version_ == 2 || gguf_.version_ == 3) return {};
  const std::uint32_t swapped = __builtin_bswap32(gguf_.version_);
  if (swapped >= 1 && swapped <= 3)
    return cursor_.error(ErrorKind::unsupported, "a big-endian GGUF file",
                         "convert the model for a little-endian machine");
  return cursor_.error(ErrorKind::unsupported,
                       fmt::format("GGUF version {}; 2 and 3 are read", gguf_.version_),
                       "convert the model anew with a current converter");
}

// Keys and tensor names go into messages, JSON and lookups: they must be text.
Result<std::string_view> GgufReader::read_name(std::string_view kind) {
  cursor_.enter(kind, {});
  ASHLAR_ASSIGN(const std::string_view name, cursor_.string());
  cursor_.enter(kind, name);
  if (name.empty()) return cursor_.error(ErrorKind::corrupt, fmt::format("an empty {}", kind));
  if (!base::is_utf8(name)) return cursor_.error(ErrorKind::corrupt, "the name is not UTF-8");
  return name;
}

Status GgufReader::read_metadata(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    ASHLAR_ASSIGN(const std::string_view key, read_name("key"));
    const std::size_t begin = cursor_.offset();
    ASHLAR_ASSIGN(TypedValue typed, read_gguf_value(cursor_));
    gguf_.metadata_.push_back({key, typed.type, std::move(typed.value),
                               gguf_.bytes_.subspan(begin, cursor_.offset() - begin)});
  }
  gguf_.by_key_ = index_by(gguf_.metadata_, &GgufEntry::key);
  if (const auto* entry = first_duplicate(gguf_.metadata_, gguf_.by_key_, &GgufEntry::key)) {
    cursor_.enter("key", entry->key);
    return cursor_.error(ErrorKind::corrupt, "the key occurs twice");
  }
  return {};
}

}  // namespace ashlar::formats
