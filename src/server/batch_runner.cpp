#include "server/batch_runner.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "server/dispatch.h"
#include "server/endpoints.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

using base::Json;
using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 16;            // lines under way
constexpr unsigned kMostRests = 120;           // where there is no room
constexpr std::int32_t kPriority = 1'000'000;  // behind whoever waits for an answer

std::int64_t unix_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::string name_of_line(const std::string& batch, std::int64_t line) {
  return fmt::format("{}/{}", batch, line);
}

// The tokens are named so in chats and completions, or so in responses.
std::int64_t tokens_in(const Json& body, std::string_view one, std::string_view other) {
  const auto usage = body.find("usage");
  if (usage == body.end() || !usage->is_object()) return 0;
  for (const std::string_view name : {one, other})
    if (const auto field = usage->find(name); field != usage->end() && field->is_number_integer())
      return field->get<std::int64_t>();
  return 0;
}

LineAnswer answer_in(net::Response response) {
  LineAnswer answer{.status = response.status, .request_id = {}, .body = std::move(response.body)};
  for (auto& [name, value] : response.headers)
    if (name == "x-request-id") answer.request_id = std::move(value);
  auto body = base::parse_json(answer.body, "answer");
  if (!body || !body->is_object()) {
    answer.body = "null";
    return answer;
  }
  answer.input_tokens = tokens_in(*body, "prompt_tokens", "input_tokens");
  answer.output_tokens = tokens_in(*body, "completion_tokens", "output_tokens");
  return answer;
}

}  // namespace

// Answers come on the engine's threads, and may come when the runner has gone.
struct BatchRunner::Inbox {
  struct Answer {
    std::int64_t line;
    net::Response response;
  };
  std::mutex mutex;  // guards what is below
  std::condition_variable changed;
  std::vector<Answer> answers;
  bool woken = false, ending = false;

  template <class Change>
  void put(Change change) {
    {
      const std::scoped_lock lock(mutex);
      change(*this);
    }
    changed.notify_all();
  }

  // Until something is there, or at most so long.
  void wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, most, [&] { return woken || ending || !answers.empty(); });
  }

  bool ends() {
    const std::scoped_lock lock(mutex);
    return ending;
  }
};

BatchRunner::BatchRunner(Services& services)
    : services_(services),
      runs_(*services.runs),
      inbox_(std::make_shared<Inbox>()),
      thread_([this] { work(); }) {}

BatchRunner::~BatchRunner() {
  end();
}

void BatchRunner::wake() {
  inbox_->put([](Inbox& inbox) { inbox.woken = true; });
}

void BatchRunner::end() {
  inbox_->put([](Inbox& inbox) { inbox.ending = true; });
  if (thread_.joinable()) thread_.join();
}

void BatchRunner::work() {
  while (!inbox_->ends()) {
    inbox_->put([](Inbox& inbox) { inbox.woken = false; });
    auto batch = runs_.batches.next();
    if (batch && *batch) {
      if (run(std::move(**batch))) continue;
      // A full disk or the like: what is stored is whole, and it is tried again.
      std::this_thread::sleep_for(200ms);
    } else {
      inbox_->wait(batch ? 1h : 1s);
    }
  }
}

Status BatchRunner::run(Json batch) {
  const std::string id = batch["id"];
  no_room_ = keep_refusals_ = false;
  rests_ = 0;
  if (batch["status"] == "cancelling")
    return runs_.batches.end(std::move(batch), "cancelling", "cancelled", unix_now());
  if (batch["status"] == "validating") ASHLAR_TRY(validate(batch));
  if (batch["status"] != "in_progress") return {};
  ASHLAR_ASSIGN(owner_, runs_.batches.owner_of(id));
  const Status status = run_lines(std::move(batch));
  stop_lines(id);
  return status;
}

// The lines are copied: the file may be deleted then.
Status BatchRunner::validate(Json& batch) {
  const std::string file = batch["input_file_id"], endpoint = batch["endpoint"];
  ASHLAR_ASSIGN(const auto text, runs_.files.content(file));
  BatchInput input = parse_batch(text.value_or(""), endpoint);
  if (!text)
    input.errors = Json::array({{{"code", "not_found"},
                                 {"message", fmt::format("the file '{}' was deleted", file)},
                                 {"param", "input_file_id"},
                                 {"line", nullptr}}});
  if (input.errors.empty()) {
    batch["status"] = "in_progress";
    batch["in_progress_at"] = unix_now();
  } else {
    batch["status"] = "failed";
    batch["failed_at"] = unix_now();
    batch["errors"] = {{"object", "list"}, {"data", std::move(input.errors)}};
    input.lines.clear();
  }
  ASHLAR_ASSIGN(const bool changed, runs_.batches.change(batch, "validating", input.lines));
  if (!changed) batch["status"] = "cancelled";
  return {};
}

Status BatchRunner::run_lines(Json batch) {
  const std::string id = batch["id"];
  std::int64_t last = 0;  // the last line that was begun
  while (true) {
    if (!no_room_) ASHLAR_TRY(start_lines(batch, last));
    if (!under_way_.empty()) {
      inbox_->wait(1h);
    } else if (no_room_) {
      inbox_->wait(500ms);
      no_room_ = false;
      last = 0;
      keep_refusals_ = ++rests_ >= kMostRests;
    } else {
      return runs_.batches.end(std::move(batch), "in_progress", "completed", unix_now());
    }
    ASHLAR_ASSIGN(const bool goes_on, take_answers(id));
    if (!goes_on) return {};
  }
}

Status BatchRunner::start_lines(const Json& batch, std::int64_t& last) {
  const std::size_t room = kAtOnce - under_way_.size();
  ASHLAR_ASSIGN(const auto lines,
                runs_.batches.waiting(batch["id"].get<std::string>(), last, room));
  for (const BatchLine& line : lines) {
    start_line(batch, line);
    last = line.line;
  }
  return {};
}

void BatchRunner::start_line(const Json& batch, const BatchLine& line) {
  under_way_.insert(line.line);
  net::Request request{.method = "POST",
                       .path = batch["endpoint"],
                       .query = {},
                       .headers = {{"content-type", "application/json"}},
                       .body = line.body,
                       .peer = {}};
  auto exchange = runs_.running.add(
      name_of_line(batch["id"], line.line),
      [inbox = inbox_, number = line.line](net::Response response) {
        inbox->put([&](Inbox& to) { to.answers.push_back({number, std::move(response)}); });
      });
  auto pass = services_.gate.pass_of(owner_);
  if (!pass) {
    const Error gone{ErrorKind::denied, fmt::format("the key '{}' is no more", owner_), "key",
                     "make the batch again with another"};
    return exchange->answer(
        json_response(401, error_body(Dialect::openai, 401, gone, fresh_id("req_"))));
  }
  const SharedCall call =
      inner_call(services_, std::move(request), std::move(exchange), std::move(pass));
  call->least_priority = kPriority;
  call->answer_time = {};  // it waits for all others
  dispatch(services_, call);
}

Result<bool> BatchRunner::take_answers(const std::string& batch) {
  std::vector<Inbox::Answer> answers;
  bool woken = false, ending = false;
  {
    const std::scoped_lock lock(inbox_->mutex);
    answers.swap(inbox_->answers);
    woken = std::exchange(inbox_->woken, false);
    ending = inbox_->ending;
  }
  for (const Inbox::Answer& answer : answers) under_way_.erase(answer.line);
  for (Inbox::Answer& answer : answers) {
    const unsigned status = answer.response.status;
    if ((status == 429 || status == 503) && !keep_refusals_) {
      no_room_ = true;  // it is asked for again
      continue;
    }
    rests_ = 0;
    ASHLAR_TRY(runs_.batches.answer(batch, answer.line, answer_in(std::move(answer.response))));
  }
  if (ending || !woken) return !ending;
  ASHLAR_ASSIGN(const auto now, runs_.batches.find(batch));
  return now && (*now)["status"] == "in_progress";
}

// What was stopped is no answer: nothing that comes from here on is stored.
void BatchRunner::stop_lines(const std::string& batch) {
  for (const std::int64_t line : under_way_) runs_.running.stop(name_of_line(batch, line));
  std::unique_lock lock(inbox_->mutex);
  while (!under_way_.empty()) {
    for (const Inbox::Answer& answer : inbox_->answers) under_way_.erase(answer.line);
    inbox_->answers.clear();
    if (!under_way_.empty()) inbox_->changed.wait(lock, [&] { return !inbox_->answers.empty(); });
  }
}

}  // namespace ashlar::server
