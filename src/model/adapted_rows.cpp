#include "model/adapted_rows.h"

#include <vector>

namespace ashlar::model {

void add_adapters(const kernels::Device& device, std::span<const AdaptedRows> rows,
                  std::uint32_t layer, const kernels::Rows& x,
                  std::initializer_list<AdaptedOutput> outputs) {
  std::vector<kernels::LowRankUpdate> updates;
  for (const AdaptedRows& each : rows)
    for (const auto& [target, out] : outputs) {
      const auto& pair = each.adapter->layers[layer][static_cast<std::size_t>(target)];
      if (!pair.empty())
        updates.push_back({&pair, x.part(each.first, each.rows), out.part(each.first, each.rows)});
    }
  if (!updates.empty()) kernels::add_low_rank(device, updates);
}

}  // namespace ashlar::model
