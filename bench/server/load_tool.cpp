// A load for a server of OpenAI's dialect on this machine, from one thread: `streams` asks for
// streams all at once, `idle` holds connections that ask for nothing, `chaos` breaks off and sends
// what is no request. Prints one JSON object; its own CPU seconds are in it.
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <vector>

#include "bench/server/stream_client.h"

namespace ashlar::bench {
namespace {

using Json = nlohmann::ordered_json;
using Clients = std::vector<std::unique_ptr<StreamClient>>;

struct Options {
  std::uint16_t port = 8000;
  unsigned clients = 16, tokens = 16, requests = 10000;
  std::uint64_t seed = 1;
  std::string model = {}, prompt = "Tell me about stone number", path = "/v1/chat/completions";
  std::vector<unsigned> bias = {};  // tokens that may not come: the model's ends
  bool answers = false;
  bool no_usage = false;  // the server tells none with a stream: each piece counts as a token
};

std::string post(const std::string& path, const std::string& body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "{}\r\n\r\n{}",
      path, body.size(), body);
}

// Every client has a prompt and a seed of its own, the same in each run.
std::string stream_request(const Options& options, std::uint64_t number) {
  Json body = {{"messages",
                {{{"role", "user"}, {"content", fmt::format("{} {}.", options.prompt, number)}}}},
               {"max_tokens", options.tokens},
               {"temperature", 1},
               {"seed", number},
               {"stream", true},
               {"stream_options", {{"include_usage", true}}}};
  if (!options.model.empty()) body["model"] = options.model;
  for (const unsigned id : options.bias) body["logit_bias"][std::to_string(id)] = -100;
  return post(options.path, body.dump());
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Lets every client that is ready go on; waits for one where none is.
void poll_once(Clients& clients, int most_ms) {
  std::vector<pollfd> waits;
  std::vector<StreamClient*> of;
  for (const auto& client : clients)
    if (!client->over()) {
      waits.push_back(
          {client->descriptor(), static_cast<short>(client->wants_write() ? POLLOUT : POLLIN), 0});
      of.push_back(client.get());
    }
  if (::poll(waits.data(), waits.size(), most_ms) <= 0) return;
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (waits[i].revents != 0) of[i]->advance();
}

bool all_over(const Clients& clients) {
  return std::ranges::all_of(clients, [](const auto& client) { return client->over(); });
}

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Json percentiles(std::vector<double> values) {
  if (values.empty()) return nullptr;
  std::ranges::sort(values);
  const auto at = [&](double q) {
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
  };
  return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", values.back()}};
}

// Of an answer that ended right; none else.
std::optional<std::uint64_t> tokens_of(const StreamClient& client, const Options& options) {
  if (client.state() != StreamClient::State::ended || client.status() != 200 ||
      client.answer().find("data: [DONE]") == std::string::npos)
    return std::nullopt;
  if (options.no_usage) return client.pieces().size();
  return client.number("completion_tokens");
}

Json report(const Clients& clients, const Options& options, double seconds) {
  std::vector<double> first, gaps;
  std::uint64_t tokens = 0;
  unsigned ended = 0;
  Json failures = Json::object();
  for (const auto& client : clients) {
    const auto count = tokens_of(*client, options);
    if (!count) {
      const std::string why = client->failure().empty() ? fmt::format("status {}", client->status())
                                                        : client->failure();
      failures[why] = failures.value(why, 0) + 1;
      continue;
    }
    ++ended;
    tokens += *count;
    const auto& pieces = client->pieces();
    if (!pieces.empty()) first.push_back(milliseconds(pieces.front() - client->began()));
    for (std::size_t i = 1; i < pieces.size(); ++i)
      gaps.push_back(milliseconds(pieces[i] - pieces[i - 1]));
  }
  return {{"clients", clients.size()},
          {"ended", ended},
          {"failures", failures},
          {"tokens", tokens},
          {"seconds", seconds},
          {"tokens_per_second", static_cast<double>(tokens) / seconds},
          {"first_ms", percentiles(first)},
          {"gap_ms", percentiles(gaps)},
          {"cpu_seconds", cpu_seconds()}};
}

// The text of a stream alone: ids, times and framing differ from run to run.
std::string text_of(const StreamClient& client) {
  std::string text;
  static constexpr std::string_view kName = "\"content\":";
  const std::string& answer = client.answer();
  for (auto at = answer.find(kName); at != std::string::npos; at = answer.find(kName, at + 1)) {
    auto end = at + kName.size() + 1;
    while (end < answer.size() && answer[end] != '"') end += answer[end] == '\\' ? 2 : 1;
    text += answer.substr(at + kName.size() + 1, end - at - kName.size() - 1);
  }
  return text;
}

Json run_streams(const Options& options) {
  Clients clients;
  const auto start = Clock::now();
  for (unsigned i = 0; i < options.clients; ++i) {
    clients.push_back(
        std::make_unique<StreamClient>(options.port, stream_request(options, options.seed + i)));
    if (i % 64 == 63) poll_once(clients, 0);
  }
  while (!all_over(clients)) poll_once(clients, 1000);
  Json json = report(clients, options, milliseconds(Clock::now() - start) / 1000);
  if (options.answers)
    for (const auto& client : clients) json["answers"].push_back(text_of(*client));
  return json;
}

// Opens them, says so, and holds them until standard input closes.
Json run_idle(const Options& options) {
  Clients clients;
  for (unsigned i = 0; i < options.clients; ++i) {
    clients.push_back(std::make_unique<StreamClient>(options.port, std::string()));
    if (i % 64 == 63) poll_once(clients, 10);
  }
  const auto open = [](const auto& client) {
    return client->state() == StreamClient::State::reading;
  };
  for (int tries = 0; tries < 500 && !std::ranges::all_of(clients, open); ++tries) {
    poll_once(clients, 10);
    if (all_over(clients)) break;
  }
  const auto count = std::ranges::count_if(clients, open);
  fmt::print("{}\n", Json{{"open", count}}.dump());
  std::fflush(stdout);
  char byte = 0;
  while (::fread(&byte, 1, 1, stdin) == 1) {
  }
  return {{"open", count}, {"cpu_seconds", cpu_seconds()}};
}

// What is no request, or none that can be answered, and now and then a fine one.
std::string chaotic_request(const Options& options, std::mt19937_64& random) {
  const std::string fine = stream_request(options, random() % 1000);
  std::string bytes = fine;
  switch (random() % 8) {
    case 0: return "GET / HTTP/9.9\r\n\r\n";
    case 1: return "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{";
    case 2: return post(options.path, std::string(20'000, '['));
    case 3: return post(options.path, R"({"messages": "no", "n": -1})");
    case 4: return "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx";
    case 5:
      for (int i = 0; i < 8; ++i)
        bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
      return bytes;
    case 6: return fine.substr(0, random() % fine.size());
    default: return fine;
  }
}

// `requests` of them, `clients` at a time; each is left alone for a random time, then dropped.
Json run_chaos(const Options& options) {
  std::mt19937_64 random(options.seed);
  struct Life {
    std::unique_ptr<StreamClient> client;
    Clock::time_point end;
  };
  std::vector<Life> lives;
  unsigned begun = 0, answered = 0, dropped = 0;
  const auto start = Clock::now();
  while (begun < options.requests || !lives.empty()) {
    while (begun < options.requests && lives.size() < options.clients) {
      const auto life = std::chrono::milliseconds(random() % 120);
      lives.push_back(
          {std::make_unique<StreamClient>(options.port, chaotic_request(options, random)),
           Clock::now() + life});
      ++begun;
    }
    Clients turn;
    for (Life& life : lives) turn.push_back(std::move(life.client));
    poll_once(turn, 2);
    for (std::size_t i = 0; i < lives.size(); ++i) lives[i].client = std::move(turn[i]);
    std::erase_if(lives, [&](Life& life) {
      if (life.client->over()) return ++answered, true;
      if (Clock::now() < life.end) return false;
      life.client->abandon(random() % 2 == 0);
      return ++dropped, true;
    });
  }
  return {{"requests", begun},
          {"answered", answered},
          {"dropped", dropped},
          {"seconds", milliseconds(Clock::now() - start) / 1000},
          {"cpu_seconds", cpu_seconds()}};
}

int run(int argc, char** argv) {
  CLI::App app("A load for `ashlar serve` and its peers, over loopback.");
  Options options;
  app.require_subcommand(1);
  app.add_option("--port", options.port)->required();
  app.add_option("--clients", options.clients, "at once");
  app.add_option("--tokens", options.tokens, "of each answer");
  app.add_option("--requests", options.requests, "chaos: in all");
  app.add_option("--seed", options.seed);
  app.add_option("--model", options.model);
  app.add_option("--prompt", options.prompt);
  app.add_option("--ban", options.bias, "token ids that may not come");
  app.add_flag("--no_usage", options.no_usage, "streams: pieces are counted as tokens");
  app.add_flag("--answers", options.answers, "streams: the texts too");
  CLI::App* streams = app.add_subcommand("streams");
  CLI::App* idle = app.add_subcommand("idle");
  app.add_subcommand("chaos");
  CLI11_PARSE(app, argc, argv);
  raise_descriptor_limit();
  const Json json = streams->parsed() ? run_streams(options)
                    : idle->parsed()  ? run_idle(options)
                                      : run_chaos(options);
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return 0;
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  return ashlar::bench::run(argc, argv);
}
