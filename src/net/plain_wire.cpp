#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/wire.h"

namespace ashlar::net {
namespace {

namespace asio = boost::asio;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

class PlainWire final : public Wire {
 public:
  using Wire::Wire;

  Awaitable<bool> open() override { co_return true; }

  Awaitable<std::pair<Error, std::size_t>> read(asio::mutable_buffer into) override {
    const auto [error, count] = co_await socket().async_read_some(into, kTuple);
    co_return std::pair(error, count);
  }

  Awaitable<Error> write(std::string_view bytes) override {
    const auto [error, count] =
        co_await asio::async_write(socket(), asio::buffer(bytes.data(), bytes.size()), kTuple);
    co_return error;
  }

  Awaitable<void> close() override {
    Error ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }

  // Looks without taking: an idle client costs no buffer.
  Awaitable<Sign> watch(boost::beast::flat_buffer&) override {
    const auto [error] = co_await socket().async_wait(asio::socket_base::wait_read, kTuple);
    char byte = 0;
    const auto got = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (error || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) co_return Sign::gone;
    co_return got == 0 ? Sign::closed_side : Sign::bytes;
  }
};

}  // namespace

std::unique_ptr<Wire> plain_wire(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainWire>(std::move(socket));
}

}  // namespace ashlar::net
