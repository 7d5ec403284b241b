#include "server/upstream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>

#include "server/upstream_usage.h"

namespace ashlar::server {
namespace {

using base::Json;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100}, kLongestPause{5'000};

bool may_pass(unsigned status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

std::string_view header(const net::Headers& headers, std::string_view name) {
  const auto found = std::ranges::find(headers, name, [](const auto& each) { return each.first; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

// One call on its way there and back. The client's thread calls it, and whoever sees the caller go.
class Forwarding : public net::ClientListener, public std::enable_shared_from_this<Forwarding> {
 public:
  Forwarding(net::HttpClient& client, std::shared_ptr<Upstream> upstream, SharedCall call,
             std::unique_ptr<Relay> relay, net::ClientRequest request)
      : client_(client),
        upstream_(std::move(upstream)),
        call_(std::move(call)),
        relay_(std::move(relay)),
        request_(std::move(request)) {}

  void begin() {
    call_->exchange->on_gone([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->leave();
    });
    deadline_ = call_->limit([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->leave(true);
    });
    attempt(milliseconds(0));
  }

  void head(unsigned status, const net::Headers& headers) override {
    status_ = status;
    type_ = header(headers, "content-type");
    const auto wait = header(headers, "retry-after");
    unsigned seconds = 0;
    if (std::from_chars(wait.data(), wait.data() + wait.size(), seconds).ec == std::errc())
      wait_ = std::chrono::seconds(seconds);
    streams_ = status == 200 && type_.starts_with("text/event-stream");
    if (streams_) relay_->begin(type_);
  }

  void piece(std::string bytes) override {
    if (!streams_) {
      body_ += bytes;
      return;
    }
    usage_.read_stream(bytes);
    note_usage();
    relay_->piece(std::move(bytes));
  }

  void done(const Status& status) override {
    const auto now = Circuit::Clock::now();
    const auto [gone, late] = left();
    if (gone || late) upstream_->circuit.abandoned();
    if (gone) return;
    if (late) return end_late();
    const bool failed = !status || may_pass(status_);
    if (failed)
      upstream_->circuit.failed(now);
    else
      upstream_->circuit.succeeded();
    if (streams_) return end_stream(status);
    if (failed && tries_ <= upstream_->spec.retries) return attempt(pause());
    if (!status) return call_->fail(502, status.error());
    if (status_ == 200) usage_.read_whole(body_);
    note_usage();
    relay_->whole(status_, std::move(type_), std::move(body_));
  }

 private:
  // For the account, and so for the key's tokens a minute.
  void note_usage() {
    if (!call_->account) return;
    call_->account->note([&](Account& account) {
      account.prompt_tokens = usage_.prompt_tokens();
      account.completion_tokens = usage_.completion_tokens();
    });
  }

  // Whether the caller has gone, and whether the answer's time is over.
  std::pair<bool, bool> left() {
    const std::scoped_lock lock(mutex_);
    return {gone_, late_};
  }

  void leave(bool late = false) {
    const std::scoped_lock lock(mutex_);
    (late ? late_ : gone_) = true;
    if (transfer_) client_.cancel(*transfer_);
  }

  void attempt(milliseconds delay) {
    if (!upstream_->circuit.admits(Circuit::Clock::now() + delay)) return refuse();
    ++tries_;
    status_ = 0;
    body_.clear();
    wait_.reset();
    request_.delay = delay;
    const std::scoped_lock lock(mutex_);
    transfer_ = client_.start(request_, shared_from_this());
    if (gone_ || late_) client_.cancel(*transfer_);
  }

  milliseconds pause() const {
    const milliseconds doubled = kFirstPause * (1 << std::min(tries_ - 1, 10u));
    return std::min(wait_.value_or(doubled), kLongestPause);
  }

  void end_stream(const Status& status) {
    if (status)
      relay_->end();
    else
      relay_->break_off(status.error());
  }

  void end_late() {
    if (streams_) return end_stream(tl::unexpected(call_->late_error()));
    call_->fail(call_->late_error());
  }

  void refuse() {
    const auto left = upstream_->circuit.rest_left(Circuit::Clock::now());
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    call_->retry_after = static_cast<unsigned>(std::max<std::int64_t>(seconds, 1));
    call_->fail(503, Error{ErrorKind::exhausted,
                           fmt::format("the upstream of '{}' has failed {} times in a row",
                                       upstream_->spec.id, upstream_->spec.most_failures),
                           upstream_->spec.url, fmt::format("try again in {} s", seconds)});
  }

  net::HttpClient& client_;
  std::shared_ptr<Upstream> upstream_;
  SharedCall call_;
  std::unique_ptr<Relay> relay_;
  net::ClientRequest request_;
  unsigned tries_ = 0, status_ = 0;
  bool streams_ = false;
  std::string type_, body_;
  UpstreamUsage usage_;
  std::optional<milliseconds> wait_;
  std::mutex mutex_;  // guards what is below
  std::optional<net::HttpClient::TransferId> transfer_;
  bool gone_ = false, late_ = false;
  Deadline deadline_;  // last: it leads here
};

}  // namespace

Status Upstreams::add(UpstreamSpec spec) {
  if (!spec.url.starts_with("http://") && !spec.url.starts_with("https://"))
    return fail(ErrorKind::bad_input, fmt::format("'{}' is no address", spec.url),
                "upstream " + spec.id, "give one like http://host:8000/v1");
  while (spec.url.ends_with('/')) spec.url.pop_back();
  if (spec.model.empty()) spec.model = spec.id;
  const std::string id = spec.id;
  if (!upstreams_.emplace(id, std::make_shared<Upstream>(std::move(spec))).second)
    return fail(ErrorKind::bad_input, fmt::format("two upstreams are called '{}'", id), id,
                "give each a name of its own");
  return {};
}

std::shared_ptr<Upstream> Upstreams::find(std::string_view id) const {
  const auto found = upstreams_.find(id);
  return found == upstreams_.end() ? nullptr : found->second;
}

std::vector<std::string> Upstreams::names() const {
  std::vector<std::string> names;
  for (const auto& each : upstreams_) names.push_back(each.first);
  return names;
}

void Upstreams::forward(std::shared_ptr<Upstream> upstream, const SharedCall& call, Json body,
                        std::string_view path, std::unique_ptr<Relay> relay) {
  if (!relay) relay = std::make_unique<PlainRelay>(call);
  body["model"] = upstream->spec.model;
  net::ClientRequest request;
  request.url = upstream->spec.url + std::string(path);
  request.body = base::write_json(body);
  request.connect_time = upstream->spec.connect_time;
  request.silent_time = upstream->spec.silent_time;
  request.headers = {{"content-type", "application/json"},
                     {"x-request-id", call->id},
                     {"traceparent", call->traceparent}};
  if (!upstream->spec.api_key.empty())
    request.headers.emplace_back("authorization", "Bearer " + upstream->spec.api_key);
  std::make_shared<Forwarding>(client_, std::move(upstream), call, std::move(relay),
                               std::move(request))
      ->begin();
}

}  // namespace ashlar::server
