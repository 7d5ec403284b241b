// The bytes between a client and its connection, plain or through TLS. Private to the module.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace ashlar::net {

class TlsContext;

class Wire {
 public:
  using Error = boost::system::error_code;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  explicit Wire(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}
  virtual ~Wire() = default;

  // Before all else; false: no such client.
  virtual Awaitable<bool> open() = 0;
  virtual Awaitable<std::pair<Error, std::size_t>> read(boost::asio::mutable_buffer into) = 0;
  virtual Awaitable<Error> write(std::string_view bytes) = 0;
  // Says that nothing more comes. Through TLS it may wait for the client: bound it.
  virtual Awaitable<void> close() = 0;

  // Waits for what the client does next: that something is there to read, which may then be in
  // `buffer`, that it sends no more, or that it has gone.
  enum class Sign { bytes, closed_side, gone };
  virtual Awaitable<Sign> watch(boost::beast::flat_buffer& buffer) = 0;

  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::ip::tcp::socket socket_;
};

std::unique_ptr<Wire> plain_wire(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Wire> tls_wire(boost::asio::ip::tcp::socket socket,
                               std::shared_ptr<TlsContext> context);

}  // namespace ashlar::net
