#include "chat/filters.h"

namespace ashlar::chat {

FilterFunction find_filter(std::string_view name) {
  for (const auto& table :
       {text_filters(), sequence_filters(), order_filters(), select_filters(), value_filters()})
    for (const NamedFilter& filter : table)
      if (filter.name == name) return filter.function;
  return nullptr;
}

}  // namespace ashlar::chat
