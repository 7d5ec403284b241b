// A client of bare bytes over TCP: what a test sends is what the server gets.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // All that comes until `end` has come, the server closes or `most` has passed.
  std::string read_until(std::string_view end,
                         std::chrono::milliseconds most = std::chrono::seconds(10)) {
    std::string got;
    const auto last = std::chrono::steady_clock::now() + most;
    while (end.empty() || got.find(end) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          last - std::chrono::steady_clock::now());
      pollfd waits{fd_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&waits, 1, static_cast<int>(left.count())) <= 0) break;
      char piece[4096];
      const auto count = ::recv(fd_, piece, end.empty() ? sizeof piece : 1, 0);
      if (count <= 0) {
        closed_ = true;
        break;
      }
      got.append(piece, static_cast<std::size_t>(count));
    }
    return got;
  }
  std::string read_all() { return read_until(""); }
  bool server_closed() const { return closed_; }

  // A whole answer with Content-Length.
  std::string read_answer() {
    std::string head = read_until("\r\n\r\n");
    const auto at = head.find("content-length: ");
    std::size_t left = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    while (left-- > 0) {
      char byte = 0;
      if (::recv(fd_, &byte, 1, 0) <= 0) break;
      head += byte;
    }
    return head;
  }

  void close_side() { ::shutdown(fd_, SHUT_WR); }
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  bool connected_ = false, closed_ = false;
};

}  // namespace ashlar::test
