#include "cli/config_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "server/config_fields.h"

namespace ashlar::cli {
namespace {

using server::ConfigField;

// "--port N" with what it is where nothing is given.
CLI::Option* declare(CLI::App& app, const ConfigField& field) {
  const std::string flag = server::flag_of(field);
  const base::Json value = server::value_of(field, server::Config());
  const bool shown = !value.empty() && value != "" && field.name != "data_dir" &&
                     field.name != "packed_weights";  // those depend on the user
  const std::string text = value.is_string() ? value.get<std::string>() : base::write_json(value);
  const std::string help =
      shown ? fmt::format("{} [{}]", field.help, text) : std::string(field.help);
  if (std::holds_alternative<bool server::Config::*>(field.member)) {
    const std::string off = "!--no-" + flag.substr(2);
    return app.add_flag(flag + "," + off, help);
  }
  const bool positional = field.name == "models";
  CLI::Option* option = app.add_option(positional ? "models," + flag : flag, help)
                            ->type_name(std::string(field.value));
  if (std::holds_alternative<server::Texts server::Config::*>(field.member))
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(positional);
  return option;
}

}  // namespace

ConfigFlags::ConfigFlags(CLI::App& app, std::vector<std::string_view> fields) {
  app.add_option("--config", file_, "a TOML file with any of the fields; see docs/serving.md")
      ->type_name("FILE");
  for (const ConfigField& field : server::config_fields())
    if (fields.empty() || std::ranges::find(fields, field.name) != fields.end())
      options_.emplace_back(field.name, declare(app, field));
}

server::Sources ConfigFlags::sources() const {
  server::Sources sources;
  const char* file = std::getenv("ASHLAR_CONFIG");
  sources.file = !file_.empty() ? file_ : file ? file : "";
  sources.environment = server::environment();
  for (const auto& [field, option] : options_)
    if (option->count() > 0) sources.flags.emplace_back(field, option->results());
  return sources;
}

}  // namespace ashlar::cli
