// Batches and their lines. A batch goes validating → in_progress → completed, or ends failed; from
// the first two it can be cancelled, by way of cancelling where lines are under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/batch_input.h"
#include "server/paging.h"
#include "store/database.h"

namespace ashlar::server {

// What came of a line.
struct LineAnswer {
  unsigned status = 0;  // of HTTP
  std::string request_id, body;
  std::int64_t input_tokens = 0, output_tokens = 0;
};

// A batch is OpenAI's object, as JSON, with the counts of this moment. Others than the owner don't
// find one. Errors beside those named:
// the database's.
class BatchStore {
 public:
  explicit BatchStore(store::Database& database) : database_(database) {}

  // REQUIRES: a fresh id.
  Status add(const base::Json& batch, const std::string& owner = {});
  Result<std::optional<base::Json>> find(std::string_view id, const Owner& owner = {});
  // Empty: there is none, or it has none.
  Result<std::string> owner_of(std::string_view id);
  // One more than the page holds, where there are more. Errors: not_found at /after.
  Result<base::Json> list(const Page& page, const Owner& owner = {});
  // One that isn't at its end: who is being cancelled first, then the oldest.
  Result<std::optional<base::Json>> next();

  // Puts the batch as it is now, with its lines where it has begun. False: its status isn't `from`
  // any more, and nothing changes.
  Result<bool> change(const base::Json& batch, std::string_view from,
                      const std::vector<BatchLine>& lines = {});

  // Lines without an answer behind the line `after`, in order.
  Result<std::vector<BatchLine>> waiting(std::string_view id, std::int64_t after, std::size_t most);
  // A line's first answer; another changes nothing.
  Status answer(std::string_view id, std::int64_t line, const LineAnswer& answer);

  // Ends a batch whose status is `from`: writes its files and forgets its lines. `status` is
  // completed, or cancelled, where lines without an answer are errors that say so.
  Status end(base::Json batch, std::string_view from, std::string_view status, std::int64_t now);

 private:
  Status count(base::Json& batch);
  // The id of the file, null where there are no such lines.
  Result<base::Json> write_file(const std::string& batch, bool errors, std::int64_t now);

  store::Database& database_;
};

}  // namespace ashlar::server
