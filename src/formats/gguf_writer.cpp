#include "formats/gguf_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace ashlar::formats {
namespace {

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

void put_string(std::string& out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out += text;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

tl::unexpected<Error> refused(std::string_view action, const std::filesystem::path& path) {
  const int code = errno;
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return fail(
      full ? ErrorKind::exhausted : ErrorKind::io,
      fmt::format("can't {} the file: {}", action, std::strerror(code)), path.string(),
      full ? "free disk space, then run it again to go on" : "check the path and its permissions");
}

tl::unexpected<Error> broken(std::string what, const std::filesystem::path& path) {
  return fail(ErrorKind::internal, std::move(what), path.string(), "report this");
}

// Over no other file, but where the file system can't promise that.
int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  return errno == EINVAL || errno == ENOSYS ? ::rename(from.c_str(), to.c_str()) : -1;
}

Status sync_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return refused("open the folder of", file);
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!synced) return refused("sync the folder of", file);
  return {};
}

}  // namespace

void GgufHeader::copy(const GgufEntry& entry) {
  put_string(metadata_, entry.key);
  metadata_ += text_of(entry.encoded);
  ++entries_;
}

void GgufHeader::u32(std::string_view key, std::uint32_t value) {
  constexpr std::uint32_t kU32 = 4;  // gguf_metadata_value_type
  put_string(metadata_, key);
  put(metadata_, kU32);
  put(metadata_, value);
  ++entries_;
}

void GgufHeader::tensor(std::string_view name, const tensor::Codec& codec,
                        const tensor::Shape& shape) {
  put_string(infos_, name);
  put(infos_, shape.rank);
  for (std::uint32_t i = 0; i < shape.rank; ++i) put(infos_, shape.extent[i]);
  put(infos_, codec.gguf_type);
  put(infos_, data_bytes_);
  sizes_.push_back(codec.bytes_for(shape.elements()));
  data_bytes_ += sizes_.back() + padding(sizes_.back());
}

std::string GgufHeader::bytes() const {
  std::string out = "GGUF";
  put<std::uint32_t>(out, 3);
  put<std::uint64_t>(out, sizes_.size());
  put(out, entries_);
  out += metadata_;
  out += infos_;
  out.resize(out.size() + padding(out.size()));
  return out;
}

std::uint64_t GgufHeader::offset(std::size_t index) const {
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < index; ++i) offset += sizes_[i] + padding(sizes_[i]);
  return offset;
}

std::filesystem::path GgufWriter::partial_path(const std::filesystem::path& path) {
  return path.string() + ".partial";
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path) {
  const auto partial = partial_path(path);
  const int fd = ::open(partial.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return refused("create", partial);
  const auto busy = fail(ErrorKind::io, "another process is writing the file", partial.string(),
                         "wait until it is done");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return busy;
  }
  GgufWriter writer(path, fd);
  if (!writer.has_partial_name()) return busy;
  return writer;
}

// Not so when another process finished the file between our opening and locking it.
bool GgufWriter::has_partial_name() const {
  struct stat ours = {}, named = {};
  return ::fstat(fd_, &ours) == 0 && ::stat(partial_path(path_).c_str(), &named) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

GgufWriter::GgufWriter(GgufWriter&& other) noexcept
    : path_(std::move(other.path_)),
      header_(std::move(other.header_)),
      fd_(std::exchange(other.fd_, -1)),
      tensor_(other.tensor_),
      written_(other.written_) {}

GgufWriter::~GgufWriter() {
  if (fd_ < 0) return;
  if (::lseek(fd_, 0, SEEK_END) == 0 && has_partial_name()) ::unlink(partial_path(path_).c_str());
  ::close(fd_);
}

Status GgufWriter::begin(GgufHeader header, std::size_t keep) {
  header_ = std::move(header);
  const std::string head = header_.bytes();
  const std::uint64_t kept = keep == 0 ? 0 : head.size() + header_.offset(keep);
  if (::ftruncate(fd_, static_cast<off_t>(kept)) != 0) return refused("cut", partial_path(path_));
  if (::lseek(fd_, 0, SEEK_END) < 0) return refused("go on in", partial_path(path_));
  tensor_ = keep;
  return keep == 0 ? write(head) : Status{};
}

Status GgufWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused("write", partial_path(path_));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Status GgufWriter::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (tensor_ == header_.tensors()) return broken("bytes past the last tensor", path_);
    const std::uint64_t size = header_.tensor_bytes(tensor_);
    const auto part = bytes.first(std::min<std::uint64_t>(bytes.size(), size - written_));
    ASHLAR_TRY(write(text_of(part)));
    bytes = bytes.subspan(part.size());
    written_ += part.size();
    if (written_ < size) continue;
    ASHLAR_TRY(write(std::string(header_.padding(size), '\0')));
    ++tensor_;
    written_ = 0;
  }
  return {};
}

Status GgufWriter::finish() {
  if (tensor_ != header_.tensors())
    return broken(fmt::format("{} of {} tensors were written", tensor_, header_.tensors()), path_);
  if (::fsync(fd_) != 0) return refused("sync", partial_path(path_));
  if (rename_to_new(partial_path(path_), path_) != 0) return refused("name", path_);
  return sync_folder(path_);
}

}  // namespace ashlar::formats
