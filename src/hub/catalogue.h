// The catalogue as TOML text: parsing, checking, and the names that resemble a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hub/hub.h"

namespace ashlar::hub {

// data/catalogue.toml.
extern const std::string_view kBuiltInCatalogue;

// Entries by name. `where` names the text in errors, which add line and column. Every key is
// checked: an unknown or missing one is an error, never ignored.
Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view text, std::string_view where);

// The TOML of entries; parse_catalogue() gives them back.
std::string write_catalogue(std::span<const CatalogueEntry> entries);

// A name is a file name that no shell or path takes apart: a-z, 0-9, '.', '-', '_', and not first
// a '.' or '-'; at most 64 bytes.
Status check_name(std::string_view name);

// Levenshtein's.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Names at most a third of their length away (Levenshtein), or that contain `name`; nearest first.
std::vector<std::string> near_names(std::string_view name, std::span<const CatalogueEntry> entries);

}  // namespace ashlar::hub
