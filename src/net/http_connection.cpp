#include "net/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>

#include "net/answer_pipe.h"

namespace ashlar::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Parser = http::request_parser<http::string_body>;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kProbeEvery = 20ms;
constexpr auto kGoodbye = 1s;  // what a client has to read an end
constexpr std::size_t kReadBytes = 16 << 10;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// Names and values come from programs: a line break in one must not begin another header.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  std::ranges::copy_if(value, std::back_inserter(head),
                       [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
  head += "\r\n";
}

struct Framing {
  bool chunked = false, close = false, bodiless = false;  // HEAD
};

std::string head_of(const Response& response, const Framing& framing, bool streams) {
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                  std::string_view(http::obsolete_reason(http::int_to_status(response.status))));
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  if (!streams)
    append_header(head, "content-length", std::to_string(response.body.size()));
  else if (framing.chunked)
    append_header(head, "transfer-encoding", "chunked");
  if (framing.close) append_header(head, "connection", "close");
  head += "\r\n";
  return head;
}

asio::awaitable<void> sleep(std::chrono::milliseconds most) {
  asio::steady_timer timer(co_await asio::this_coro::executor, most);
  co_await timer.async_wait(kTuple);
}

std::string framed(std::string pieces, const Framing& framing) {
  if (!framing.chunked || pieces.empty()) return pieces;
  return fmt::format("{:x}\r\n{}\r\n", pieces.size(), pieces);
}

// GCC 12 evaluates both sides where a co_await stands behind && or ||: here each has a statement of
// its own.
class Client : public Connection {
 public:
  Client(std::unique_ptr<Wire> wire, Service& service) : wire_(std::move(wire)), service_(service) {
    service_.connections.insert(this);
    ++service_.count;
  }
  ~Client() override {
    service_.connections.erase(this);
    --service_.count;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  asio::awaitable<void> serve() {
    const bool opened = co_await open();
    if (!opened) co_return;
    while (!service_.draining) {
      const bool read = co_await read_request();
      if (!read) break;
      const bool more = co_await answer_request();
      if (!more) break;
    }
    co_await (wire_->close() || sleep(kGoodbye));
    if (refused_) co_await (discard() || sleep(kGoodbye));
  }

  void end(bool even_if_busy) override {
    error_code ignored;
    if (even_if_busy)
      wire_->socket().close(ignored);
    else if (waits_)
      wire_->socket().cancel(ignored);
  }

 private:
  // What reading a request came to: nothing (the client is no more), or a status of an error that
  // it is told, 0 for none.
  using Got = std::optional<unsigned>;
  asio::awaitable<bool> open();
  asio::awaitable<bool> read_request();
  asio::awaitable<bool> wait_for_first_byte();
  asio::awaitable<Got> read_message();
  asio::awaitable<error_code> feed(Parser& parser, bool head_alone);
  asio::awaitable<void> refuse(unsigned status);
  asio::awaitable<void> discard();
  asio::awaitable<bool> send(std::string bytes);
  asio::awaitable<bool> answer_request();
  asio::awaitable<void> send_answer(AnswerPipe& pipe);
  asio::awaitable<void> watch(AnswerPipe& pipe);
  bool take_head(const Parser::value_type& message);

  std::unique_ptr<Wire> wire_;
  beast::flat_buffer buffer_;
  Service& service_;
  Request request_;
  Framing framing_;
  bool waits_ = false;        // for a request
  bool refused_ = false;      // what it sent may not have been read to its end
  bool closed_side_ = false;  // the client sends no more
  bool whole_ = false;        // the answer went to its end
};

asio::awaitable<bool> Client::open() {
  const auto opened = co_await (wire_->open() || sleep(service_.options.request_time));
  co_return opened.index() == 0 && std::get<0>(opened);
}

asio::awaitable<bool> Client::send(std::string bytes) {
  const error_code error = co_await wire_->write(bytes);
  co_return !error;
}

std::string reason_for(unsigned status, const ServerOptions& options) {
  switch (status) {
    case 408:
      return fmt::format("the request took over {:g} s to come",
                         std::chrono::duration<double>(options.request_time).count());
    case 413: return fmt::format("the body is over {} bytes", options.most_body_bytes);
    case 431: return fmt::format("the headers are over {} bytes", options.most_header_bytes);
    case 503: return fmt::format("there are {} connections already", options.most_connections);
    default: return "this is not an HTTP/1.1 request";
  }
}

// An error that no handler sees, and the end of the connection.
asio::awaitable<void> Client::refuse(unsigned status) {
  refused_ = true;
  const std::string message = reason_for(status, service_.options);
  Response response{status, {{"content-type", "text/plain"}}, message};
  if (service_.options.error) response = service_.options.error(status, request_.path, message);
  co_await send(head_of(response, {.close = true}, false) + response.body);
}

// A socket that is closed with bytes unread is reset, and the answer may be lost with it.
asio::awaitable<void> Client::discard() {
  char bytes[4096];
  for (;;) {
    const auto [error, count] = co_await wire_->read(asio::buffer(bytes));
    if (error) co_return;
  }
}

asio::awaitable<bool> Client::wait_for_first_byte() {
  if (buffer_.size() > 0) co_return true;
  waits_ = true;
  const auto got = co_await (wire_->watch(buffer_) || sleep(service_.options.idle_time));
  waits_ = false;
  co_return got.index() == 0 && std::get<0>(got) == Wire::Sign::bytes;
}

// Reads until the parser has the head, or all.
asio::awaitable<error_code> Client::feed(Parser& parser, bool head_alone) {
  parser.eager(!head_alone);
  while (head_alone ? !parser.is_header_done() : !parser.is_done()) {
    error_code error = http::error::need_more;
    if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.data(), error));
    if (!error) continue;
    if (error != http::error::need_more) co_return error;
    const auto [failed, count] = co_await wire_->read(buffer_.prepare(kReadBytes));
    if (failed) co_return failed;
    buffer_.commit(count);
  }
  co_return error_code();
}

asio::awaitable<Client::Got> Client::read_message() {
  const ServerOptions& options = service_.options;
  Parser parser;
  parser.header_limit(options.most_header_bytes);
  parser.body_limit(options.most_body_bytes);
  request_ = {};
  error_code error = co_await feed(parser, true);
  const bool understood = take_head(parser.get());  // where there is an error, for its answer
  if (!error && !understood) co_return 400;
  if (!error && lower(parser.get()[http::field::expect]) == "100-continue")
    co_await send("HTTP/1.1 100 Continue\r\n\r\n");
  if (!error) error = co_await feed(parser, false);
  if (error == http::error::header_limit) co_return 431;
  if (error == http::error::body_limit) {
    if (request_.path.empty()) (void)take_head(parser.get());  // whose dialect the error is in
    co_return 413;
  }
  if (error.category() == make_error_code(http::error::bad_method).category()) co_return 400;
  if (error) co_return std::nullopt;
  framing_.chunked = parser.get().version() >= 11;
  framing_.close = !parser.get().keep_alive();
  request_.body = std::move(parser.get().body());
  co_return 0;
}

asio::awaitable<bool> Client::read_request() {
  const bool begins = co_await wait_for_first_byte();
  if (!begins) co_return false;
  const auto got = co_await (read_message() || sleep(service_.options.request_time));
  Got status = got.index() == 0 ? std::get<0>(got) : Got(408);
  if (!status) co_return false;
  if (*status == 0 && service_.count > service_.options.most_connections) status = 503;
  if (*status == 0) co_return true;
  co_await refuse(*status);
  co_return false;
}

// False: the target is broken.
bool Client::take_head(const Parser::value_type& message) {
  request_.method = std::string(message.method_string());
  framing_.bodiless = request_.method == "HEAD";
  for (const auto& field : message)
    request_.headers.emplace_back(lower(field.name_string()), field.value());
  error_code ignored;
  request_.peer = wire_->socket().remote_endpoint(ignored).address().to_string();
  const auto target = message.target();
  return parse_target({target.data(), target.size()}, request_);
}

// Until the answer has gone or its client has. Gives whether another request may follow.
asio::awaitable<bool> Client::answer_request() {
  const auto pipe = std::make_shared<AnswerPipe>(service_.io, service_.options.most_unsent);
  asio::post(service_.workers, [&handler = service_.handler, request = std::move(request_),
                                exchange = pipe->exchange()]() mutable {
    handler(std::move(request), std::move(exchange));
  });
  whole_ = closed_side_ = false;
  co_await (send_answer(*pipe) || watch(*pipe));
  pipe->leave();
  co_return whole_ && !closed_side_ && !framing_.close;
}

asio::awaitable<void> Client::send_answer(AnswerPipe& pipe) {
  bool streams = false;
  for (;;) {
    AnswerPipe::Work work = pipe.take();
    if (pipe.left()) co_return;
    const std::string probe = pipe.probe();
    if (closed_side_ && probe.empty()) co_return;
    std::string bytes;
    if (work.head) {
      streams = work.streams;
      framing_.chunked = framing_.chunked && streams;
      framing_.close = framing_.close || (streams && !framing_.chunked) || service_.draining;
      bytes = head_of(*work.head, framing_, streams);
      if (!streams && !framing_.bodiless) bytes += work.head->body;
    }
    if (work.empty()) work.pieces = probe;  // the client may have gone, or have waited for long
    if (!framing_.bodiless) bytes += framed(std::move(work.pieces), framing_);
    const bool finished = work.ended && !work.cut;
    if (finished && streams && framing_.chunked && !framing_.bodiless) bytes += "0\r\n\r\n";
    if (!bytes.empty()) {
      const bool sent = co_await send(std::move(bytes));
      if (!sent) co_return;
    }
    if (work.ended) {
      whole_ = !work.cut;
      co_return;
    }
    co_await pipe.wait(closed_side_ ? kProbeEvery : service_.options.ping_time);
  }
}

// Sees a client go while its answer is on the way; ends only with the connection. A byte that comes
// is the next request, which waits.
asio::awaitable<void> Client::watch(AnswerPipe& pipe) {
  if (buffer_.size() == 0) {
    const Wire::Sign sign = co_await wire_->watch(buffer_);
    if (sign == Wire::Sign::gone) co_return;
    if (sign == Wire::Sign::closed_side) {
      closed_side_ = true;
      pipe.wake();
    }
  }
  co_await wire_->socket().async_wait(asio::socket_base::wait_error, kTuple);
}

}  // namespace

asio::awaitable<void> serve_client(asio::ip::tcp::socket socket, Service& service) {
  // Those over the limit are told so when they ask; twice as many are too many to tell.
  if (service.count >= 2 * service.options.most_connections) co_return;
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto wire =
      service.tls ? tls_wire(std::move(socket), service.tls) : plain_wire(std::move(socket));
  co_await Client(std::move(wire), service).serve();
}

}  // namespace ashlar::net
