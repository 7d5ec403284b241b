// What outlives a request: stored responses, files and batches, in runs.db of the data folder, and
// what runs without a client. One server at a time uses a folder.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "hub/file_lock.h"
#include "server/batch_store.h"
#include "server/errands.h"
#include "server/file_store.h"
#include "server/response_store.h"
#include "server/running.h"
#include "store/database.h"

namespace ashlar::server {

struct Runs {
  // Makes the folder; what a killed server left half done is put right. Errors: the database's; a
  // folder that another server uses (exhausted, with the mend).
  static Result<std::shared_ptr<Runs>> open(const std::filesystem::path& folder);

  // Forgets what was made before that Unix time and is at its end. Errors: the database's.
  Status forget_before(std::int64_t moment);

  // Ends what runs without a client; nothing new begins then.
  void end();

  hub::FileLock lock;
  std::unique_ptr<store::Database> database;
  ResponseStore responses{*database};
  FileStore files{*database};
  BatchStore batches{*database};
  Running running = {};
  Errands errands = {};  // last: what is left to do uses the others
};

}  // namespace ashlar::server
