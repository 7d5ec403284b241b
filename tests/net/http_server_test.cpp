// The server against a client of bare bytes: framing, limits, and who notices that whom has gone.
#include "net/http_server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "tests/net/raw_client.h"

namespace ashlar::net {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

std::unique_ptr<HttpServer> serve(Handler handler, ServerOptions options = {}) {
  options.port = 0;
  return HttpServer::start(std::move(options), std::move(handler)).value();
}

void echo(Request request, const std::shared_ptr<Exchange>& exchange) {
  std::string body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) body += " " + name + "=" + value;
  exchange->answer({200, {{"content-type", "text/plain"}}, body + " " + request.body});
}

std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "" : answer.substr(at + 4);
}

// Holds what a handler got, for a test to answer it when it likes.
struct Held {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::shared_ptr<Exchange>> exchanges;

  Handler handler() {
    return [this](const Request&, std::shared_ptr<Exchange> exchange) {
      const std::scoped_lock lock(mutex);
      exchanges.push_back(std::move(exchange));
      changed.notify_all();
    };
  }
  std::shared_ptr<Exchange> take() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 10s, [this] { return !exchanges.empty(); });
    auto exchange = std::move(exchanges.front());
    exchanges.erase(exchanges.begin());
    return exchange;
  }
};

// Whether the exchange hears that its client has gone.
class Gone {
 public:
  explicit Gone(Exchange& exchange) {
    exchange.on_gone([promise = promise_] { promise->set_value(); });
  }
  bool within(std::chrono::milliseconds most) {
    return future_.wait_for(most) == std::future_status::ready;
  }

 private:
  std::shared_ptr<std::promise<void>> promise_ = std::make_shared<std::promise<void>>();
  std::future<void> future_ = promise_->get_future();
};

TEST(HttpServer, AnswersOneRequestAfterAnotherOnAConnection) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("GET /a%20b?x=1&y=%C3%BC+z HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET /a b x=1 y=ü z ");
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
  const std::string second = client.read_answer();
  EXPECT_EQ(body_of(second), "POST / hello");
  EXPECT_TRUE(second.starts_with("HTTP/1.1 200 OK\r\n")) << second;
  client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "POST / abc");
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET /1 ");
  EXPECT_EQ(body_of(client.read_answer()), "GET /2 ");
}

TEST(HttpServer, ClosesWhereTheClientAsksForIt) {
  const auto server = serve(echo);
  for (const char* request :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"}) {
    RawClient client(server->port());
    client.send(request);
    EXPECT_EQ(body_of(client.read_all()), "GET / ");
    EXPECT_TRUE(client.server_closed());
  }
}

TEST(HttpServer, AHeadHasNoBody) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("content-length: 8"), std::string::npos) << answer;
  EXPECT_EQ(body_of(answer), "");
}

TEST(HttpServer, SendsEachPieceOfAStreamAtOnce) {
  Held held;
  const auto server = serve(held.handler());
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto exchange = held.take();
  exchange->begin(200, {{"content-type", "text/event-stream"}}, ":\n\n");
  EXPECT_NE(client.read_until("\r\n\r\n").find("transfer-encoding: chunked"), std::string::npos);
  exchange->write("data: 1\n\n");
  EXPECT_EQ(client.read_until("1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  exchange->write("data: 2\n\n");
  exchange->end();
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  held.take()->answer({204, {}, ""});
  EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 204 No Content"));
}

TEST(HttpServer, RefusesWhatIsTooLargeOrNoRequest) {
  ServerOptions options;
  options.most_header_bytes = 1000;
  options.most_body_bytes = 1000;
  options.error = [](unsigned status, std::string_view, const std::string& message) {
    return Response{status, {}, "{" + message + "}"};
  };
  const auto server = serve(echo, options);
  const auto status = [&](const std::string& request) {
    RawClient client(server->port());
    client.send(request);
    const std::string answer = client.read_all();
    EXPECT_TRUE(client.server_closed());
    return answer.substr(0, 12);
  };
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                   std::string(2000, 'x') + "\r\n0\r\n\r\n"),
            "HTTP/1.1 413");
  for (const char* bad :
       {"nonsense\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_EQ(status(bad), "HTTP/1.1 400") << bad;
}

TEST(HttpServer, ARequestThatDoesntComeToItsEndIsGivenUp) {
  ServerOptions options;
  options.request_time = 50ms;
  options.idle_time = 50ms;
  const auto server = serve(echo, options);
  RawClient slow(server->port()), idle(server->port());
  slow.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(slow.read_all().starts_with("HTTP/1.1 408"));
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_TRUE(idle.server_closed());
}

TEST(HttpServer, HearsOfAReset) {
  Held held;
  const auto server = serve(held.handler());
  for (const bool streams : {false, true}) {
    RawClient client(server->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto exchange = held.take();
    Gone gone(*exchange);
    if (streams) {
      exchange->begin(200, {}, ":\n\n");
      client.read_until("\r\n\r\n");
    }
    EXPECT_FALSE(gone.within(20ms));
    client.reset();
    EXPECT_TRUE(gone.within(10s)) << streams;
    exchange->write("for nobody");
    exchange->end();
  }
}

TEST(HttpServer, AClosedSideEndsAnAnswerThatGoesWhole) {
  Held held;
  const auto server = serve(held.handler());
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto exchange = held.take();
  Gone gone(*exchange);
  client.close_side();
  EXPECT_TRUE(gone.within(10s));
}

// It is probed: who still reads gets the rest, who has closed altogether is noticed.
TEST(HttpServer, AClosedSideOfAStreamIsProbed) {
  Held held;
  const auto server = serve(held.handler());
  RawClient reads(server->port()), closed(server->port());
  for (RawClient* client : {&reads, &closed}) {
    client->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto exchange = held.take();
    exchange->begin(200, {}, ":\n\n");
    client->read_until("\r\n\r\n");
    Gone gone(*exchange);
    if (client == &closed) {
      client->close();
      EXPECT_TRUE(gone.within(10s));
      continue;
    }
    client->close_side();
    EXPECT_NE(client->read_until("3\r\n:\n\n\r\n3\r\n:\n\n\r\n").size(), 0u);
    EXPECT_FALSE(gone.within(0ms));
    exchange->write("data: still\n\n");
    exchange->end();
    const std::string rest = client->read_all();
    EXPECT_NE(rest.find("data: still\n\n\r\n0\r\n\r\n"), std::string::npos) << rest;
  }
}

TEST(HttpServer, APipelinedRequestIsNoDisconnect) {
  Held held;
  const auto server = serve(held.handler());
  RawClient client(server->port());
  client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto exchange = held.take();
  Gone gone(*exchange);
  client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_FALSE(gone.within(100ms));
  exchange->answer({200, {}, "one"});
  EXPECT_EQ(body_of(client.read_answer()), "one");
  held.take()->answer({200, {}, "two"});
  EXPECT_EQ(body_of(client.read_answer()), "two");
}

TEST(HttpServer, ASlowReaderIsDroppedAndNobodyElse) {
  Held held;
  ServerOptions options;
  options.most_unsent = 1 << 20;
  const auto server = serve(held.handler(), options);
  RawClient slow(server->port());
  slow.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto exchange = held.take();
  Gone gone(*exchange);
  exchange->begin(200, {}, ":\n\n");
  for (int i = 0; i < 200 && !gone.within(1ms); ++i) exchange->write(std::string(1 << 18, 'x'));
  EXPECT_TRUE(gone.within(10s));
  RawClient other(server->port());
  other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  held.take()->answer({200, {}, "fine"});
  EXPECT_EQ(body_of(other.read_answer()), "fine");
}

TEST(HttpServer, WhatAHandlerLetsGoOfIsNoSilence) {
  const auto server = serve([](const Request& request, const std::shared_ptr<Exchange>& exchange) {
    if (request.path == "/cut") exchange->begin(200, {}, "");
  });
  RawClient nothing(server->port()), cut(server->port());
  nothing.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(nothing.read_answer().starts_with("HTTP/1.1 500"));
  cut.send("GET /cut HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(cut.read_all().find("0\r\n\r\n"), std::string::npos) << "the client must see the cut";
  EXPECT_TRUE(cut.server_closed());
}

// It sees why: what was written before the cut is sent.
TEST(HttpServer, AStreamThatIsCutIsSentAsFarAsItCame) {
  const auto server = serve([](const Request&, const std::shared_ptr<Exchange>& exchange) {
    exchange->begin(200, {}, "");
    exchange->write("so far");
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string got = client.read_all();
  EXPECT_TRUE(got.ends_with("6\r\nso far\r\n")) << got;
  EXPECT_TRUE(client.server_closed());
}

TEST(HttpServer, AnErrorIsOfThePathThatWasAsked) {
  ServerOptions options;
  options.most_body_bytes = 10;
  options.error = [](unsigned status, std::string_view path, const std::string&) {
    return Response{status, {}, std::string(path)};
  };
  const auto server = serve(echo, options);
  RawClient client(server->port());
  client.send("POST /v1/x HTTP/1.1\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "/v1/x");
}

TEST(HttpServer, MoreConnectionsThanMayBeAreToldSo) {
  ServerOptions options;
  options.most_connections = 1;
  const auto server = serve(echo, options);
  RawClient first(server->port());
  first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(first.read_answer()), "GET / ");
  RawClient second(server->port());
  second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(second.read_all().starts_with("HTTP/1.1 503"));
}

TEST(HttpServer, ASocketThatListensAlreadyIsTaken) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ServerOptions options;
  options.listener = listener;
  EXPECT_FALSE(HttpServer::start(options, echo)) << "it doesn't listen yet";
  ASSERT_EQ(::listen(listener, 5), 0);
  const auto server = HttpServer::start(options, echo).value();
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET / ");
}

TEST(HttpServer, AValueCantBecomeAHeader) {
  const auto server = serve([](const Request&, const std::shared_ptr<Exchange>& exchange) {
    exchange->answer({200, {{"x-name", "a\r\nset-cookie: b"}}, ""});
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(client.read_answer().find("x-name: aset-cookie: b\r\n"), std::string::npos);
}

TEST(HttpServer, DrainsWhatIsUnderWay) {
  Held held;
  const auto server = serve(held.handler());
  RawClient busy(server->port()), idle(server->port());
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto exchange = held.take();
  server->stop_accepting();
  EXPECT_EQ(idle.read_all(), "");
  exchange->answer({200, {}, "done"});
  EXPECT_EQ(body_of(busy.read_answer()), "done");
  for (int i = 0; i < 1000 && server->connections() > 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server->connections(), 0u);
}

TEST(HttpServer, SaysWhoHasThePort) {
  const auto server = serve(echo);
  ServerOptions same;
  same.port = server->port();
  const auto second = HttpServer::start(same, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_NE(second.error().mend.find("--port"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::net
