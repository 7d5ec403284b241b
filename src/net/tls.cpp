#include "net/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509err.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/wire.h"

namespace ashlar::net {

namespace asio = boost::asio;
using boost::system::error_code;

class TlsContext {
 public:
  asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// The socket stays the wire's: what asks it for descriptors and options is the same for both.
class TlsWire final : public Wire {
 public:
  TlsWire(asio::ip::tcp::socket from, std::shared_ptr<TlsContext> context)
      : Wire(std::move(from)), context_(std::move(context)), stream_(socket(), context_->context) {}

  Awaitable<bool> open() override {
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kTuple);
    co_return !error;
  }

  Awaitable<std::pair<Error, std::size_t>> read(asio::mutable_buffer into) override {
    const auto [error, count] = co_await stream_.async_read_some(into, kTuple);
    co_return std::pair(error, count);
  }

  Awaitable<Error> write(std::string_view bytes) override {
    const auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kTuple);
    co_return error;
  }

  // Ends when the client has said it too.
  Awaitable<void> close() override {
    co_await stream_.async_shutdown(kTuple);
    error_code ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
  }

  // What is readable may be no more than an alert: only reading it tells.
  Awaitable<Sign> watch(boost::beast::flat_buffer& buffer) override {
    const auto [error, count] = co_await stream_.async_read_some(buffer.prepare(4096), kTuple);
    buffer.commit(count);
    if (count > 0) co_return Sign::bytes;
    co_return error == asio::error::eof ? Sign::closed_side : Sign::gone;
  }

 private:
  std::shared_ptr<TlsContext> context_;
  asio::ssl::stream<asio::ip::tcp::socket&> stream_;
};

tl::unexpected<Error> unusable(const char* what, const error_code& error,
                               const std::filesystem::path& path) {
  return fail(ErrorKind::bad_input, fmt::format("{}: {}", what, error.message()), path.string(),
              "give files in PEM, the key without a passphrase");
}

}  // namespace

Result<std::shared_ptr<TlsContext>> load_tls(const std::filesystem::path& certificate,
                                             const std::filesystem::path& key) {
  auto tls = std::make_shared<TlsContext>();
  asio::ssl::context& context = tls->context;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  error_code error;
  context.use_certificate_chain_file(certificate.string(), error);
  if (error) return unusable("no certificate", error, certificate);
  // Never asks a terminal for one.
  context.set_password_callback(
      [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
  context.use_private_key_file(key.string(), asio::ssl::context::pem, error);
  ERR_clear_error();
  if (error &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH)
    return fail(ErrorKind::bad_input, "the key is not the certificate's", key.string(),
                "give the key of the certificate");
  if (error) return unusable("no private key", error, key);
  return tls;
}

std::unique_ptr<Wire> tls_wire(asio::ip::tcp::socket socket, std::shared_ptr<TlsContext> context) {
  return std::make_unique<TlsWire>(std::move(socket), std::move(context));
}

}  // namespace ashlar::net
