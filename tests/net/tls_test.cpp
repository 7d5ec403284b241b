// TLS in front of the same server: what a client sees, and what of it the server notices.
#include "net/tls.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "net/http_server.h"
#include "tests/net/tls_client.h"
#include "tests/support/temp_folder.h"

namespace ashlar::net {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using test::TlsClient;
using testing::HasSubstr;

constexpr const char* kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

class TlsTest : public test::TempFolder {
 protected:
  TlsTest() {
    for (const char* name : {"a", "b"}) test::make_certificate(root(), name);
  }
  std::shared_ptr<TlsContext> tls(const std::string& name) {
    return load_tls(root() / (name + ".pem"), root() / (name + ".key")).value();
  }
  std::unique_ptr<HttpServer> serve(ServerOptions options = {}) {
    options.port = 0;
    options.tls = tls("a");
    return HttpServer::start(std::move(options),
                             [this](const Request& request, std::shared_ptr<Exchange> exchange) {
                               if (request.path == "/x") return exchange->answer({200, {}, "body"});
                               const std::scoped_lock lock(mutex_);
                               exchange->on_gone([this] {
                                 const std::scoped_lock gone_lock(mutex_);
                                 ++gone_;
                                 changed_.notify_all();
                               });
                               if (request.path == "/stream") exchange->begin(200, {}, ":\n\n");
                               held_.push_back(std::move(exchange));
                               changed_.notify_all();
                             })
        .value();
  }
  template <class Condition>
  bool wait_for(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, condition);
  }

  std::mutex mutex_;  // guards what is below
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Exchange>> held_;
  int gone_ = 0;
};

TEST_F(TlsTest, AnswersOneRequestAfterAnother) {
  const auto server = serve();
  TlsClient client(server->port());
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    EXPECT_THAT(client.read_until("body"), HasSubstr("200 OK"));
  }
  client.send(std::string(kGet) + kGet);  // both in one record
  EXPECT_THAT(client.read_until("body"), HasSubstr("200 OK"));
  EXPECT_THAT(client.read_until("body"), HasSubstr("200 OK"));
}

TEST_F(TlsTest, AClientThatGoesIsNoticed) {
  const auto server = serve();
  for (const std::string path : {"/stream", "/whole"}) {
    for (const bool polite : {true, false}) {
      const int before = gone_;
      {
        TlsClient client(server->port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_TRUE(wait_for([&] { return !held_.empty(); }));
        if (polite) client.say_goodbye();
      }
      EXPECT_TRUE(wait_for([&] { return gone_ == before + 1; })) << path << polite;
      const std::scoped_lock lock(mutex_);
      held_.clear();
    }
  }
}

TEST_F(TlsTest, ANewCertificateIsForNewConnections) {
  const auto server = serve();
  TlsClient old(server->port());
  EXPECT_EQ(old.name_of_server(), "a");
  server->use_tls(tls("b"));
  std::string name;
  for (int i = 0; i < 1000 && name != "b"; ++i) name = TlsClient(server->port()).name_of_server();
  EXPECT_EQ(name, "b");
  old.send(kGet);
  EXPECT_THAT(old.read_until("body"), HasSubstr("200 OK"));
}

TEST_F(TlsTest, WhoDoesntSpeakItIsTurnedAway) {
  ServerOptions options;
  options.request_time = 100ms;
  const auto server = serve(options);
  RawClient plain(server->port()), silent(server->port());
  plain.send(kGet);
  EXPECT_EQ(plain.read_all().find("HTTP/1.1"), std::string::npos);
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_TRUE(silent.server_closed());
  TlsClient still(server->port());
  EXPECT_TRUE(still.connected());
}

TEST_F(TlsTest, FilesThatDontFitAreNamed) {
  const auto wrong = [&](const char* certificate, const char* key) {
    const auto loaded = load_tls(root() / certificate, root() / key);
    return loaded ? Error{} : loaded.error();
  };
  EXPECT_THAT(wrong("a.pem", "b.key").message, HasSubstr("not the certificate's"));
  EXPECT_THAT(wrong("none.pem", "a.key").where, HasSubstr("none.pem"));
  EXPECT_THAT(wrong("a.pem", "none.key").where, HasSubstr("none.key"));
  EXPECT_THAT(wrong("a.key", "a.key").message, HasSubstr("no certificate"));
  EXPECT_THAT(wrong("a.pem", "a.pem").message, HasSubstr("no private key"));
}

}  // namespace
}  // namespace ashlar::net
