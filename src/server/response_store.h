// Responses that outlive their request, each with its input and with what it continues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/paging.h"
#include "store/database.h"

namespace ashlar::server {

struct StoredResponse {
  std::string id;
  std::optional<std::string> previous;  // the response that it continues
  std::string status;                   // as in the body
  std::string body;                     // the response object, as JSON
  std::string input;                    // its own input items: a JSON array
  std::string owner = {};               // the name of the key that it is of; empty: none
  std::int64_t created = 0;             // Unix time in seconds
};

// Others than the owner don't find one. Errors beside those named: the database's.
class ResponseStore {
 public:
  explicit ResponseStore(store::Database& database) : database_(database) {}

  // REQUIRES: a fresh id.
  Status add(const StoredResponse& response);
  Result<std::optional<StoredResponse>> find(std::string_view id, const Owner& owner = {});
  // Ends one that is in progress. False: it isn't any more, and stays as it is.
  Result<bool> finish(std::string_view id, std::string_view status, std::string body);
  // False: there is none.
  Result<bool> remove(std::string_view id, const Owner& owner = {});
  // The conversation that ends with this response, oldest first. Errors: not_found at
  // /previous_response_id, of this one or of one before it.
  Result<std::vector<StoredResponse>> chain(const std::string& id, const Owner& owner = {});
  // What a server that was killed left in progress has failed, and says so.
  Status fail_abandoned();

 private:
  store::Database& database_;
};

// Makes a response object one that failed.
void set_failed(base::Json& response, std::string_view code, std::string_view message);

}  // namespace ashlar::server
