#include "engine/prefix_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

namespace ashlar::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".kv";

// When a path was used last: its blocks follow each other by a nanosecond, the first one last, so
// that the oldest file is never needed by a younger one.
class Clock {
 public:
  Clock() { ::clock_gettime(CLOCK_REALTIME, &now_); }
  timespec of(std::size_t block) const {
    timespec time = now_;
    time.tv_nsec -= static_cast<long>(block);
    if (time.tv_nsec < 0) time.tv_nsec += 1'000'000'000, --time.tv_sec;
    return time;
  }

 private:
  timespec now_{};
};

// False when there is no such file.
bool mark_used(const fs::path& path, const timespec& time) {
  const timespec times[2] = {time, time};
  return ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0;
}

struct Entry {
  fs::path path;
  std::uint64_t bytes;
  timespec used;
};

bool older(const Entry& a, const Entry& b) {
  return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
}

// Our files of every identity, whole or partial. What vanishes meanwhile isn't there.
std::vector<Entry> entries_of(const fs::path& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (fs::directory_iterator own(folder, error), end; !error && own != end; own.increment(error)) {
    std::error_code inner;
    for (fs::directory_iterator file(own->path(), inner); !inner && file != end;
         file.increment(inner)) {
      struct stat info{};
      if (file->path().native().find(kSuffix) == std::string::npos) continue;
      if (::lstat(file->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
      entries.push_back({file->path(), static_cast<std::uint64_t>(info.st_size), info.st_mtim});
    }
  }
  return entries;
}

std::uint64_t total_of(std::span<const Entry> entries) {
  std::uint64_t total = 0;
  for (const Entry& entry : entries) total += entry.bytes;
  return total;
}

}  // namespace

PrefixStore::PrefixStore(PrefixStoreOptions options)
    : options_(std::move(options)),
      identity_(base::hash_of(std::as_bytes(std::span(options_.identity)))) {}

Result<std::unique_ptr<PrefixStore>> PrefixStore::open(PrefixStoreOptions options) {
  std::unique_ptr<PrefixStore> store(new PrefixStore(std::move(options)));
  std::error_code error;
  fs::create_directories(store->options_.folder, error);
  const auto refused = [&](const std::string& why, const fs::path& where) {
    return fail(ErrorKind::io, "can't use the prefix cache's folder: " + why, where.string(),
                "name a folder that can be written to");
  };
  if (error) return refused(error.message(), store->options_.folder);
  const fs::path own = store->options_.folder / base::hex(store->identity_);
  if (::mkdir(own.c_str(), 0700) != 0 && errno != EEXIST) return refused(std::strerror(errno), own);
  if (!fs::is_directory(own, error)) return refused("not a folder", own);
  store->bytes_ = total_of(entries_of(store->options_.folder));
  return store;
}

void PrefixStore::note(const std::string& line) const {
  if (options_.note) options_.note("prefix cache: " + line);
}

Hash PrefixStore::identity_of(const Hash& adapter) const {
  if (adapter == Hash{}) return identity_;
  const std::array both{identity_, adapter};
  return base::hash_of(std::as_bytes(std::span(both)));
}

fs::path PrefixStore::path_of(const BlockKey& key) const {
  return options_.folder / base::hex(key.identity) /
         (base::hex(base::hash_of(std::as_bytes(key.tokens))) + kSuffix);
}

// A bad file is taken away, so that a good one can come in its place.
bool PrefixStore::load(std::span<const TokenId> tokens, std::span<std::byte> block,
                       const Hash& adapter) {
  const BlockKey key{identity_of(adapter), tokens};
  const fs::path path = path_of(key);
  const auto found = read_block_file(path, key, block);
  if (found) return *found;
  ::unlink(path.c_str());
  if (!std::exchange(noted_, true))
    note(fmt::format("{} {}; what it should hold is computed anew", found.error().where,
                     found.error().message));
  return false;
}

Status PrefixStore::write(const BlockKey& key, std::span<const std::byte> block) {
  const fs::path path = path_of(key);
  ::mkdir(path.parent_path().c_str(), 0700);  // an adapter's first; if it fails, writing says so
  const std::string partial = fmt::format("{}.{}.{}", path.string(), ::getpid(), written_++);
  ASHLAR_ASSIGN(const std::uint64_t bytes, write_block_file(path, partial, key, block));
  bytes_ += bytes;
  return {};
}

void PrefixStore::save(std::span<const TokenId> tokens, std::size_t block_tokens,
                       const std::function<std::span<const std::byte>(std::size_t)>& bytes_of,
                       const Hash& adapter) {
  const Clock clock;
  const Hash identity = identity_of(adapter);
  for (std::size_t i = tokens.size() / block_tokens; i-- > 0;) {
    const BlockKey key{identity, tokens.first((i + 1) * block_tokens)};
    const fs::path path = path_of(key);
    if (mark_used(path, clock.of(i)) || !writes_) continue;
    if (const auto status = write(key, bytes_of(i)); !status) {
      writes_ = false;
      note(fmt::format("can't write {}: {}; nothing more is written", status.error().where,
                       status.error().message));
      return;
    }
    mark_used(path, clock.of(i));
  }
  if (bytes_ > options_.most_bytes) make_room();
}

// Least recently used first, and some more than needed, so that it isn't done for every block.
void PrefixStore::make_room() {
  auto entries = entries_of(options_.folder);
  bytes_ = total_of(entries);
  if (bytes_ <= options_.most_bytes) return;
  std::ranges::sort(entries, older);
  for (const Entry& entry : entries) {
    if (bytes_ <= options_.most_bytes / 10 * 9) break;
    if (::unlink(entry.path.c_str()) == 0) bytes_ -= entry.bytes;
  }
}

}  // namespace ashlar::engine
