// TLS for a server: its certificate and key, checked before use (OpenSSL through Boost.Asio).
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace ashlar::net {

class TlsContext;

// TLS 1.2 and newer. Errors: files that aren't there or aren't PEM, a key with a passphrase, a key
// that isn't the certificate's.
Result<std::shared_ptr<TlsContext>> load_tls(const std::filesystem::path& certificate,
                                             const std::filesystem::path& key);

}  // namespace ashlar::net
