// From a request to its endpoint. Whatever goes wrong is answered; what a library throws past its
// wrapper too.
#pragma once

#include <memory>

#include "server/call.h"
#include "server/endpoints.h"

namespace ashlar::server {

// A client's request: by the rules of where it comes from and of its key.
void serve(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange);

// A request of the server itself, on behalf of the key of that name; empty: of none. `priority` is
// what its answer's is at least.
void serve_errand(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange,
                  std::string_view key, std::int32_t priority);

}  // namespace ashlar::server
