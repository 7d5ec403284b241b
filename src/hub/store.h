// Where things are under $ASHLAR_HOME:
//   catalogue.toml               the user's entries
//   models/NAME/FILE             fetched models, each whole
//   models/.fetching/NAME/       a download under way, or what a killed one left
//   models/.fetching/NAME.lock   who holds it may write models/NAME and models/.fetching/NAME
#pragma once

#include <filesystem>
#include <string_view>

#include "hub/hub.h"

namespace ashlar::hub {

StoredModel stored(CatalogueEntry entry);

std::filesystem::path lock_path(std::string_view name);
std::filesystem::path scratch_path(std::string_view name);

}  // namespace ashlar::hub
