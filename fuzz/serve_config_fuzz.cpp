// A server's configuration file: read, or refused with a place. What is read can be told and is
// read again to the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/config_check.h"
#include "server/config_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  server::Settings settings;
  if (const auto status = server::read_toml(text, "f", settings); !status) {
    if (!status.error().where.starts_with("f:") || status.error().mend.empty()) std::abort();
    return 0;
  }
  (void)server::settings_text(settings);
  for (const server::ConfigField& field : server::config_fields()) {
    if (field.secret) continue;
    const base::Json value = server::value_of(field, settings.config);
    server::Config config;
    if (!server::set_field(field, value, "again", config) ||
        server::value_of(field, config) != value)
      std::abort();
  }
  for (const std::string& adapter : settings.config.lora_modules)
    (void)server::parse_adapter(adapter);
  return 0;
}
