#include "bench/server/stream_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ashlar::bench {

StreamClient::StreamClient(std::uint16_t port, std::string request)
    : request_(std::move(request)), began_(Clock::now()) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) {
    fail(std::string("socket: ") + std::strerror(errno));
    return;
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS)
    fail(std::string("connect: ") + std::strerror(errno));
}

StreamClient::~StreamClient() {
  if (fd_ >= 0) ::close(fd_);
}

void StreamClient::fail(std::string why) {
  state_ = State::failed;
  failure_ = std::move(why);
}

void StreamClient::abandon(bool reset) {
  if (fd_ < 0) return;
  const linger now{1, 0};
  if (reset) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
  if (!over()) fail("abandoned");
}

void StreamClient::advance() {
  if (state_ == State::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail(std::string("connect: ") + std::strerror(error));
    state_ = State::sending;
  }
  if (state_ == State::sending) {
    const auto count = ::send(fd_, request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return fail(std::string("send: ") + std::strerror(errno));
    if (count > 0) sent_ += static_cast<std::size_t>(count);
    if (sent_ == request_.size()) state_ = State::reading;
  }
  if (state_ == State::reading) read_more();
}

void StreamClient::read_more() {
  char piece[16384];
  while (true) {
    const auto count = ::recv(fd_, piece, sizeof piece, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (count < 0) return fail(std::string("recv: ") + std::strerror(errno));
    if (count == 0) return fail("the server closed before the end");
    answer_.append(piece, static_cast<std::size_t>(count));
  }
  count_pieces();
  if (complete()) state_ = State::ended;
}

// Whether "name": is followed by a text that isn't empty.
bool has_text(std::string_view event, std::string_view name) {
  auto at = event.find(name);
  if (at == std::string_view::npos) return false;
  at = event.find_first_not_of(' ', at + name.size());
  return at != std::string_view::npos && at + 1 < event.size() && event[at] == '"' &&
         event[at + 1] != '"';
}

// An event is one line of data.
void StreamClient::count_pieces() {
  for (;;) {
    const std::size_t end = answer_.find('\n', scanned_);
    if (end == std::string::npos) return;
    const std::string_view line(answer_.data() + scanned_, end - scanned_);
    if (has_text(line, "\"content\":") || has_text(line, "\"text\":"))
      pieces_.push_back(Clock::now());
    scanned_ = end + 1;
  }
}

bool StreamClient::complete() const {
  const auto head = answer_.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const auto length = answer_.find("content-length: ");
  if (length != std::string::npos && length < head)
    return answer_.size() - head - 4 >= std::strtoull(answer_.c_str() + length + 16, nullptr, 10);
  return answer_.ends_with("\r\n0\r\n\r\n");
}

int StreamClient::status() const {
  return answer_.starts_with("HTTP/1.1 ") ? std::atoi(answer_.c_str() + 9) : 0;
}

std::optional<std::uint64_t> StreamClient::number(const std::string& name) const {
  const auto at = answer_.rfind("\"" + name + "\":");
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(answer_.c_str() + at + name.size() + 3, nullptr, 10);
}

}  // namespace ashlar::bench
