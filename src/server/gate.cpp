#include "server/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "server/meter.h"

namespace ashlar::server {
namespace {

constexpr std::string_view kHow = R"(send "Authorization: Bearer KEY" or "x-api-key: KEY")";

bool starts_with_bearer(std::string_view value) {
  constexpr std::string_view scheme = "bearer ";
  return value.size() > scheme.size() &&
         std::ranges::equal(value.substr(0, scheme.size()), scheme,
                            [](unsigned char a, char b) { return std::tolower(a) == b; });
}

// What the request shows as its key; empty: nothing.
std::string_view key_in(const net::Request& request) {
  const std::string_view authorization = request.header("authorization");
  if (starts_with_bearer(authorization)) {
    const std::string_view rest = authorization.substr(7);
    return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return request.header("x-api-key");
}

// Who may use the server may not change it, unless the key says so.
bool is_for(const Key& key, Group group) {
  if (key.groups.empty()) return group != Group::admin && group != Group::metrics;
  return std::ranges::find(key.groups, name_of(group)) != key.groups.end();
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

tl::unexpected<Refusal> unknown(std::string message) {
  return refuse(401,
                Error{ErrorKind::denied, std::move(message), "authorization", std::string(kHow)},
                "key_unknown");
}

}  // namespace

// Of a request that no key is asked of, all are null.
Pass::Pass(std::shared_ptr<const Key> key, std::shared_ptr<Meter> meter)
    : key_(std::move(key)), meter_(std::move(meter)) {
  if (meter_) entered_ = meter_->now();
}
void Pass::leave() {
  if (const auto meter = std::exchange(meter_, nullptr)) meter->leave(entered_);
}
std::string_view Pass::key() const {
  return key_ ? std::string_view(key_->name) : std::string_view();
}
bool Pass::may_use(std::string_view model) const {
  return !key_ || is_among(key_->models, model);
}
void Pass::charge(std::uint64_t tokens) {
  if (meter_) meter_->charge(tokens);
}

Gate::Gate(std::shared_ptr<const base::Clock> clock) : clock_(std::move(clock)) {}

void Gate::set(std::vector<Key> keys, KeyLimits defaults) {
  Keys by_hash;
  std::map<std::string, std::shared_ptr<Meter>> meters;
  const std::scoped_lock lock(mutex_);
  for (Key& key : keys) {
    auto& meter = meters_[key.name];
    if (!meter) meter = std::make_shared<Meter>(clock_);
    meters[key.name] = meter;
    std::string hash = key.sha256;
    by_hash.emplace(std::move(hash), std::make_shared<const Key>(std::move(key)));
  }
  keys_ = std::move(by_hash);
  meters_ = std::move(meters);
  defaults_ = defaults;
}

bool Gate::needs_key() const {
  const std::scoped_lock lock(mutex_);
  return !keys_.empty();
}

Admission<SharedPass> Gate::admit(const net::Request& request, Group group) {
  const std::string_view shown = key_in(request);
  std::shared_ptr<const Key> key;
  std::shared_ptr<Meter> meter;
  KeyLimits limits;
  {
    const std::scoped_lock lock(mutex_);
    if (keys_.empty() || group == Group::open) return std::make_shared<Pass>(nullptr, nullptr);
    if (shown.empty()) return unknown("no API key was sent");
    const auto found = keys_.find(hash_of(shown));
    if (found == keys_.end()) return unknown("this is no API key of this server");
    key = found->second;
    meter = meters_.at(key->name);
    limits = defaults_;
  }
  if (key->expires && std::chrono::system_clock::to_time_t(clock_->now()) >= *key->expires)
    return unknown(fmt::format("the API key '{}' has expired", key->name));
  if (!is_for(*key, group))
    return refuse(403,
                  Error{ErrorKind::denied,
                        fmt::format("the key '{}' is not for {} {}, which is of '{}'", key->name,
                                    request.method, request.path, name_of(group)),
                        "key", "ask for a key with that group"},
                  "key_scope");
  // What is looked at is neither counted nor held up.
  if (group != Group::inference && group != Group::text)
    return std::make_shared<Pass>(std::move(key), nullptr);
  if (auto fine = meter->enter(key->max_requests.value_or(limits.max_requests),
                               key->tokens_per_minute.value_or(limits.tokens_per_minute));
      !fine)
    return tl::unexpected(std::move(fine.error()));
  return std::make_shared<Pass>(std::move(key), std::move(meter));
}

SharedPass Gate::pass_of(std::string_view name) const {
  if (name.empty()) return std::make_shared<Pass>(nullptr, nullptr);
  const auto now = std::chrono::system_clock::to_time_t(clock_->now());
  const std::scoped_lock lock(mutex_);
  for (const auto& [hash, key] : keys_)
    if (key->name == name && (!key->expires || now < *key->expires))
      return std::make_shared<Pass>(key, nullptr);
  return nullptr;
}

void Gate::charge(std::string_view name, std::uint64_t tokens) {
  std::shared_ptr<Meter> meter;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = meters_.find(std::string(name)); found != meters_.end())
      meter = found->second;
  }
  if (meter) meter->charge(tokens);
}

}  // namespace ashlar::server
