// An answer on its way that keeps the request's account, and that carries the headers which every
// answer has.
#pragma once

#include <functional>
#include <memory>

#include "net/http_server.h"
#include "server/account.h"

namespace ashlar::server {

// `cut` says, when the client is gone, whether this server ended the connection itself.
std::shared_ptr<net::Exchange> accounted(std::shared_ptr<net::Exchange> exchange,
                                         std::shared_ptr<OpenAccount> account, net::Headers headers,
                                         std::function<bool()> cut);

}  // namespace ashlar::server
