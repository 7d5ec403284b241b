#include "hub/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vector>

#include "hub/hub.h"

namespace ashlar::hub {

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void Sha256::update(std::span<const std::byte> bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

Result<std::string> sha256_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open())
    return fail(ErrorKind::not_found, "can't open the file", path.string(), "check the path");
  std::vector<char> piece(1 << 20);  // not a mapping: hashing shouldn't make the file resident
  Sha256 hash;
  while (file.read(piece.data(), std::ssize(piece)) || file.gcount() > 0)
    hash.update(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(file.gcount()))));
  if (!file.eof())
    return fail(ErrorKind::io, "can't read the file", path.string(), "check the path");
  return hash.hex();
}

}  // namespace ashlar::hub
