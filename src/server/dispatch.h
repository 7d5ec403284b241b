// From a call to its endpoint, for clients and for what is asked without one.
#pragma once

#include <functional>
#include <memory>

#include "server/call.h"
#include "server/endpoints.h"
#include "server/routes.h"

namespace ashlar::server {

void set_route(Call& call, const Found& found);

// What a library throws past its wrapper is an answer too.
void guarded(const Call& call, const std::function<void()>& work);

// A call that begins now, with an account that `on_end` hears of. `headers` and the trace are of
// every answer to it; `key` is the name of the key that it is on behalf of, where it is known.
SharedCall open_call(Services& services, const Rules& rules, net::Request request,
                     std::shared_ptr<net::Exchange> exchange, net::Headers headers,
                     std::string_view key, OpenAccount::OnEnd on_end);

// A call without a client, on behalf of a key. It has an account of its own: it is logged, and its
// tokens are the key's, who isn't held up by them.
SharedCall inner_call(Services& services, net::Request request,
                      std::shared_ptr<net::Exchange> exchange, SharedPass pass);

// Runs the endpoint of such a call. Whatever goes wrong is answered.
void dispatch(Services& services, const SharedCall& call);

}  // namespace ashlar::server
