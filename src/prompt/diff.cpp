#include "prompt/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/json_pointer.h"
#include "prompt/identity.h"
#include "prompt/sequence_diff.h"

namespace ashlar::prompt {
namespace {

using base::Json;

constexpr std::size_t kContextLines = 2;

class Walker {
 public:
  std::vector<Change> changes = {};

  void walk(const Json& before, const Json& after, const std::string& where) {
    if (before.is_object() && after.is_object()) return walk_object(before, after, where);
    if (before.is_array() && after.is_array()) return walk_array(before, after, where);
    // As text, for == takes 1 and 1.0 for one.
    if (base::write_json(before) == base::write_json(after)) return;
    changes.push_back({ChangeKind::changed, where, before, after});
  }

 private:
  void walk_object(const Json& before, const Json& after, const std::string& where) {
    const Index old_members = index_of(before), new_members = index_of(after);
    std::vector<std::string> old_order, new_order;  // of what is in both
    for (const auto& [name, value] : before.get_ref<const Json::object_t&>()) {
      const std::string inner = where + base::pointer_step(name);
      const auto now = new_members.find(name);
      if (now == new_members.end()) {
        removed(value, inner);
      } else {
        old_order.push_back(name);
        walk(value, *now->second, inner);
      }
    }
    for (const auto& [name, value] : after.get_ref<const Json::object_t&>())
      if (old_members.contains(name))
        new_order.push_back(name);
      else
        added(value, where + base::pointer_step(name));
    if (old_order != new_order)
      changes.push_back({ChangeKind::reordered, where, Json(old_order), Json(new_order)});
  }

  // Json::find looks through all names.
  using Index = std::unordered_map<std::string_view, const Json*>;
  static Index index_of(const Json& object) {
    Index index;
    for (const auto& [name, value] : object.get_ref<const Json::object_t&>())
      index.emplace(name, &value);
    return index;
  }

  // What goes and comes in one place is one item that changed.
  void walk_array(const Json& before, const Json& after, const std::string& where) {
    const std::vector<Edit> edits = sequence_diff(texts_of(before), texts_of(after));
    for (std::size_t at = 0; at < edits.size();) {
      std::vector<std::size_t> gone, come;
      for (; at < edits.size() && edits[at].kind != EditKind::keep; ++at)
        edits[at].kind == EditKind::remove ? gone.push_back(edits[at].before)
                                           : come.push_back(edits[at].after);
      for (std::size_t i = 0; i < std::max(gone.size(), come.size()); ++i)
        if (i >= come.size())
          removed(before[gone[i]], fmt::format("{}/{}", where, gone[i]));
        else if (i >= gone.size())
          added(after[come[i]], fmt::format("{}/{}", where, come[i]));
        else
          walk(before[gone[i]], after[come[i]], fmt::format("{}/{}", where, come[i]));
      while (at < edits.size() && edits[at].kind == EditKind::keep) ++at;
    }
  }

  static std::vector<std::string> texts_of(const Json& array) {
    std::vector<std::string> texts;
    for (const Json& each : array) texts.push_back(base::write_json(each));
    return texts;
  }

  void added(const Json& value, std::string where) {
    changes.push_back({ChangeKind::added, std::move(where), std::nullopt, value});
  }
  void removed(const Json& value, std::string where) {
    changes.push_back({ChangeKind::removed, std::move(where), value, std::nullopt});
  }
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added: return "added";
    case ChangeKind::removed: return "removed";
    case ChangeKind::changed: return "changed";
    case ChangeKind::reordered: return "reordered";
  }
  return "?";
}

std::vector<Change> diff(const PromptSpec& before, const PromptSpec& after) {
  Walker walker;
  walker.walk(json_of(before), json_of(after), "");
  return std::move(walker.changes);
}

std::vector<std::string> diff_lines(std::string_view before, std::string_view after) {
  const std::vector<std::string> old_lines = lines_of(before), new_lines = lines_of(after);
  const std::vector<Edit> edits = sequence_diff(old_lines, new_lines);
  std::vector<bool> near(edits.size());
  for (std::size_t at = 0; at < edits.size(); ++at) {
    if (edits[at].kind == EditKind::keep) continue;
    const std::size_t end = std::min(at + kContextLines + 1, edits.size());
    for (std::size_t i = at - std::min(at, kContextLines); i < end; ++i) near[i] = true;
  }
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < edits.size(); ++at) {
    const Edit& edit = edits[at];
    if (!near[at]) {
      if (lines.empty() || lines.back() != "…") lines.emplace_back("…");
    } else if (edit.kind == EditKind::add) {
      lines.push_back("+" + new_lines[edit.after]);
    } else {
      lines.push_back((edit.kind == EditKind::keep ? " " : "-") + old_lines[edit.before]);
    }
  }
  return lines;
}

}  // namespace ashlar::prompt
