// Runs batches, one after another, on a thread of its own: their lines go to the endpoints as
// requests do, a few at a time and behind all others. What is answered is stored at once, so that a
// server that is killed goes on where it was.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/json.h"
#include "base/result.h"
#include "server/batch_input.h"

namespace ashlar::server {

struct Services;
struct Runs;

class BatchRunner {
 public:
  // Begins with what is there. The services outlive it.
  explicit BatchRunner(Services& services);
  ~BatchRunner();

  // There is a new batch, or one to be cancelled. From any thread.
  void wake();
  // Stops what is under way, to be done by the next server, and returns then.
  void end();

 private:
  struct Inbox;

  void work();
  Status run(base::Json batch);
  Status validate(base::Json& batch);
  Status run_lines(base::Json batch);
  Status start_lines(const base::Json& batch, std::int64_t& last);
  void start_line(const base::Json& batch, const BatchLine& line);
  // Stores the answers that came. False: it must stop.
  Result<bool> take_answers(const std::string& batch);
  void stop_lines(const std::string& batch);

  Services& services_;
  Runs& runs_;
  std::shared_ptr<Inbox> inbox_;
  // Of the thread alone, and of the batch that runs:
  std::string owner_;                 // its key's name
  std::set<std::int64_t> under_way_;  // lines
  bool no_room_ = false;              // a line wasn't let in: the rest waits a little
  unsigned rests_ = 0;                // in a row
  bool keep_refusals_ = false;        // they were enough
  std::thread thread_;                // last: it uses the others
};

}  // namespace ashlar::server
