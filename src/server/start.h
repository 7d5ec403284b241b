// From a configuration to a server, and to what of it changes while the server runs.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "server/config.h"
#include "server/server.h"

namespace ashlar::server {

struct Voice {
  std::function<void(std::string_view)> say = {};   // hears of downloads
  std::function<void(std::string_view)> note = {};  // and of what a person should know
};

// Opens the models and their adapters, fetching what is absent. REQUIRES: check_settings() found
// nothing.
Result<std::unique_ptr<Services>> open_services(const Config& config, const Voice& voice);

Result<net::ServerOptions> http_options(const Config& config);

// Brings keys and the fields that reload into force; what is under way stays as it is. On an error
// nothing changes.
Status apply(const Config& config, Services& services, Server* server);

// SIGHUP: the same from the sources that the server was started with. What changed of fields that
// don't reload is logged. Errors: the first thing that is wrong.
Status reload(const Sources& sources, const std::string& host, Settings& settings, Server& server);

}  // namespace ashlar::server
