#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace ashlar::net {
namespace {

struct Transfer {
  HttpClient::TransferId id = 0;
  ClientRequest request;
  std::shared_ptr<ClientListener> listener;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::chrono::steady_clock::time_point due = {};
  Headers answered = {};
  bool head_told = false;

  ~Transfer() {
    if (easy) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void tell_head() {
    if (std::exchange(head_told, true)) return;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    listener->head(static_cast<unsigned>(status), answered);
  }
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) transfer.answered.clear();  // after a 100 the real one follows
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  std::string_view value = line.substr(colon + 1);
  const auto begin = std::min(value.find_first_not_of(" \t"), value.size());
  value.remove_prefix(begin);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
  transfer.answered.emplace_back(std::move(name), value);
  return size * count;
}

std::size_t on_piece(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  transfer.tell_head();
  transfer.listener->piece(std::string(bytes, size * count));
  return size * count;
}

void prepare(Transfer& transfer) {
  const ClientRequest& request = transfer.request;
  CURL* easy = transfer.easy = curl_easy_init();
  for (const auto& [name, value] : request.headers)
    transfer.headers =
        curl_slist_append(transfer.headers, fmt::format("{}: {}", name, value).c_str());
  transfer.headers = curl_slist_append(transfer.headers, "Expect:");  // no waiting for a 100
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_time.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  const auto silent = std::chrono::ceil<std::chrono::seconds>(request.silent_time);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(silent.count())));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_piece);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

Status status_of(CURLcode code, const Transfer& transfer) {
  if (code == CURLE_OK) return {};
  return fail(code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::exhausted : ErrorKind::io,
              curl_easy_strerror(code), transfer.request.url, "check that the server is there");
}

}  // namespace

struct HttpClient::State {
  using Waiting = std::vector<std::unique_ptr<Transfer>>;
  CURLM* multi = nullptr;
  std::map<TransferId, std::unique_ptr<Transfer>> running;  // of the thread alone
  Waiting delayed;                                          // the same
  std::mutex mutex;                                         // guards what is below
  std::vector<std::unique_ptr<Transfer>> started;
  std::set<TransferId> cancelled;
  TransferId next = 1;
  bool stopping = false;
  std::thread thread;

  void drive();
  bool take_in();
  int send_due();
  void finish_done();
  void end(TransferId id, const Status& status);
};

// What other threads asked for; false: stop.
bool HttpClient::State::take_in() {
  std::set<TransferId> gone;
  {
    const std::scoped_lock lock(mutex);
    if (stopping) return false;
    std::ranges::move(started, std::back_inserter(delayed));
    started.clear();
    gone.swap(cancelled);
  }
  for (const TransferId id : gone) {
    const auto early =
        std::ranges::find_if(delayed, [&](const auto& transfer) { return transfer->id == id; });
    if (early != delayed.end()) (*early)->due = {};  // so that it begins, and ends here
    send_due();
    end(id, fail(ErrorKind::cancelled, "the request was cancelled", "upstream", "ask again"));
  }
  return true;
}

// Begins what is due; gives how many milliseconds the next one has to wait, a second at most.
int HttpClient::State::send_due() {
  const auto now = std::chrono::steady_clock::now();
  std::chrono::milliseconds next{1000};
  for (auto& transfer : delayed) {
    if (transfer->due > now) {
      next = std::min(next, std::chrono::ceil<std::chrono::milliseconds>(transfer->due - now));
      continue;
    }
    prepare(*transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer.get());
    curl_multi_add_handle(multi, transfer->easy);
    running.emplace(transfer->id, std::move(transfer));
  }
  std::erase(delayed, nullptr);
  return static_cast<int>(next.count());
}

void HttpClient::State::end(TransferId id, const Status& status) {
  const auto found = running.find(id);
  if (found == running.end()) return;
  const std::unique_ptr<Transfer> transfer = std::move(found->second);
  running.erase(found);
  curl_multi_remove_handle(multi, transfer->easy);
  if (status) transfer->tell_head();  // of an answer without a body
  transfer->listener->done(status);
}

void HttpClient::State::finish_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* pointer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
    const auto& transfer = *static_cast<Transfer*>(pointer);
    end(transfer.id, status_of(message->data.result, transfer));
  }
}

void HttpClient::State::drive() {
  while (take_in()) {
    const int most_ms = send_due();
    int busy = 0;
    curl_multi_perform(multi, &busy);
    finish_done();
    curl_multi_poll(multi, nullptr, 0, most_ms, nullptr);
  }
}

HttpClient::HttpClient() : state_(std::make_unique<State>()) {
  static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
  state_->multi = curl_multi_init();
  state_->thread = std::thread([this] { state_->drive(); });
}

HttpClient::~HttpClient() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->stopping = true;
  }
  curl_multi_wakeup(state_->multi);
  state_->thread.join();
  for (auto& each : state_->running) curl_multi_remove_handle(state_->multi, each.second->easy);
  state_->running.clear();
  curl_multi_cleanup(state_->multi);
}

HttpClient::TransferId HttpClient::start(ClientRequest request,
                                         std::shared_ptr<ClientListener> listener) {
  auto transfer = std::make_unique<Transfer>();
  transfer->due = std::chrono::steady_clock::now() + request.delay;
  transfer->request = std::move(request);
  transfer->listener = std::move(listener);
  TransferId id = 0;
  {
    const std::scoped_lock lock(state_->mutex);
    id = transfer->id = state_->next++;
    state_->started.push_back(std::move(transfer));
  }
  curl_multi_wakeup(state_->multi);
  return id;
}

void HttpClient::cancel(TransferId transfer) {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->cancelled.insert(transfer);
  }
  curl_multi_wakeup(state_->multi);
}

}  // namespace ashlar::net
