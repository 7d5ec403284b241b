// Members of an object read one by one, with errors that have the pointer of each; what nobody
// asked for is refused by name.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::prompt {

tl::unexpected<Error> bad_field(std::string message, std::string where, std::string mend);

class Fields {
 public:
  // `object` outlives it; `pointer` is where it stands, "" for the root.
  static Result<Fields> of(const base::Json& object, std::string pointer);

  // Null where it isn't there.
  const base::Json* find(std::string_view name);
  Result<const base::Json*> need(std::string_view name, std::string_view mend);

  // Left as it is where the member isn't there.
  Status text(std::string_view name, std::string& value);
  Status flag(std::string_view name, bool& value);
  // A text that is there and isn't empty.
  Status needed_text(std::string_view name, std::string& value, std::string_view mend);

  std::string pointer(std::string_view name) const;
  // The first member that none of the above asked for.
  Status check_unknown() const;

 private:
  Fields(const base::Json& object, std::string pointer)
      : object_(&object), pointer_(std::move(pointer)) {}

  const base::Json* object_;
  std::string pointer_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace ashlar::prompt
