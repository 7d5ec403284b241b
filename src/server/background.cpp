#include "server/background.h"

#include <fmt/format.h>

namespace ashlar::server {

Background::~Background() {
  for (Job& job : jobs_) job.stop.request_stop();
}

Status Background::run(std::stop_source stop, std::function<void(std::stop_token)> work) {
  const std::scoped_lock lock(mutex_);
  jobs_.remove_if(
      [](const Job& job) { return job.done->load(); });  // joins a thread that has ended
  if (jobs_.size() >= kMost)
    return fail(ErrorKind::exhausted, fmt::format("{} downloads are under way", jobs_.size()), "",
                "try again when one has ended");
  auto done = std::make_shared<std::atomic<bool>>(false);
  std::stop_token token = stop.get_token();
  jobs_.push_back({std::move(stop), done, std::jthread([work = std::move(work), token, done] {
                     work(token);
                     done->store(true);
                   })});
  return {};
}

}  // namespace ashlar::server
