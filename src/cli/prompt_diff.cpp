// ashlar prompt diff: where two specs differ. Exit 0 where they are equal, 1 where they differ.
#include <fmt/format.h>

#include "cli/prompt_commands.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "prompt/diff.h"
#include "prompt/identity.h"

namespace ashlar::cli {
namespace {

using base::Json;
using prompt::Change;
using prompt::ChangeKind;

// Texts of several lines are told line by line.
bool has_lines(const Change& change) {
  const auto long_text = [](const std::optional<Json>& value) {
    return value && value->is_string() &&
           value->get_ref<const std::string&>().find('\n') != std::string::npos;
  };
  return change.kind == ChangeKind::changed && change.before->is_string() &&
         change.after->is_string() && (long_text(change.before) || long_text(change.after));
}

std::vector<std::string> lines_of(const Change& change) {
  return prompt::diff_lines(change.before->get_ref<const std::string&>(),
                            change.after->get_ref<const std::string&>());
}

std::string text_of(const Change& change) {
  if (has_lines(change)) {
    std::string text = change.where + "\n";
    for (const std::string& line : lines_of(change)) text += "  " + line + "\n";
    return text;
  }
  switch (change.kind) {
    case ChangeKind::added:
      return fmt::format("{} added: {}\n", change.where, base::write_json(*change.after));
    case ChangeKind::removed:
      return fmt::format("{} removed: {}\n", change.where, base::write_json(*change.before));
    default:
      return fmt::format("{}{}: {} → {}\n", change.where,
                         change.kind == ChangeKind::reordered ? " reordered" : "",
                         base::write_json(*change.before), base::write_json(*change.after));
  }
}

Json json_of(const Change& change) {
  Json json = {{"where", change.where}, {"kind", prompt::name_of(change.kind)}};
  if (change.before) json["before"] = *change.before;
  if (change.after) json["after"] = *change.after;
  if (has_lines(change)) json["lines"] = lines_of(change);
  return json;
}

void print_json(const std::string& before, const std::string& after,
                const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& each : changes) list.push_back(json_of(each));
  put(base::write_json({{"equal", changes.empty()},
                        {"hash", {{"before", before}, {"after", after}}},
                        {"changes", std::move(list)}}) +
      "\n");
}

}  // namespace

int prompt_diff(const PromptOptions& options) {
  const auto before = prompt::read_spec(options.spec), after = prompt::read_spec(options.other);
  for (const auto* spec : {&before, &after})
    if (!*spec) return report(spec->error(), options.json);
  const std::vector<Change> changes = prompt::diff(*before, *after);
  const std::string old_hash = prompt::content_hash(*before), hash = prompt::content_hash(*after);
  if (options.json) {
    print_json(old_hash, hash, changes);
  } else if (!changes.empty()) {
    std::string out = old_hash == hash ? fmt::format("hash: {} of both\n", hash)
                                       : fmt::format("hash: {} → {}\n", old_hash, hash);
    for (const Change& each : changes) out += text_of(each);
    put_answer(out);
  }
  return changes.empty() ? kExitFine : kExitFailed;
}

}  // namespace ashlar::cli
