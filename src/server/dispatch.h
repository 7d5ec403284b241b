// From a request to its endpoint.
#pragma once

#include <memory>

#include "server/call.h"
#include "server/endpoints.h"

namespace ashlar::server {

// A call that begins now.
SharedCall call_of(Services& services, net::Request request,
                   std::shared_ptr<net::Exchange> exchange);

// Finds the call's route and runs its endpoint. Whatever goes wrong is answered; what a library
// throws past its wrapper too.
void dispatch(Services& services, const SharedCall& call);

}  // namespace ashlar::server
