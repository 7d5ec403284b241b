"""How soon the work for a client that has gone ends: the time from its reset, or its close, to the moment
that /metrics knows of no sequence any more.
"""
import json
import random
import socket
import struct
import time

import served

TRIES, MOST_MS = 40, 50
ENDLESS = {"0": -100, "2": -100}  # SmolLM2's end tokens
LONG_PROMPT = "The mason sets a stone on the wall and looks at it. " * 500  # some 6,000 tokens


def connect(port: int, fields: dict) -> socket.socket:
    body = json.dumps({"temperature": 0, "logit_bias": ENDLESS, "stream": True, **fields}).encode()
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                   b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return client


def chat(text: str, **fields) -> dict:
    return {"messages": [{"role": "user", "content": text}], "max_tokens": 2000, **fields}


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def close(client: socket.socket) -> None:
    client.shutdown(socket.SHUT_WR)  # a FIN; the reset comes when the server probes
    client.close()


def busy(server: served.Served, state: str) -> float:
    return server.figure(f"ashlar_sequences_{state}")


def wait_until(server: served.Served, state: str, count: int) -> float:
    """Milliseconds until `count` sequences are in `state`."""
    begin = time.monotonic()
    while busy(server, state) != count:
        if time.monotonic() - begin > 20:
            raise RuntimeError(f"no {count} sequences are {state} after 20 s")
        time.sleep(0.001)
    return (time.monotonic() - begin) * 1000


def in_decode(server: served.Served, leave) -> float:
    client = connect(server.port, chat("Tell me about stone."))
    while b"content" not in client.recv(4096):
        pass
    time.sleep(random.uniform(0, 0.05))
    leave(client)
    return wait_until(server, "running", 0)


def in_prefill(server: served.Served, leave) -> float:
    client = connect(server.port, chat(f"{random.random()} {LONG_PROMPT}"))
    wait_until(server, "running", 1)
    time.sleep(random.uniform(0, 0.3))
    leave(client)
    return wait_until(server, "running", 0)


def in_queue(server: served.Served, leave) -> float:
    first = connect(server.port, chat("Tell me about stone."))
    wait_until(server, "running", 1)
    client = connect(server.port, chat("Tell me about slate."))
    wait_until(server, "waiting", 1)
    leave(client)
    took = wait_until(server, "waiting", 0)
    reset(first)
    wait_until(server, "running", 0)
    return took


def unstreamed(server: served.Served, leave) -> float:
    client = connect(server.port, chat("Tell me about stone.", stream=False))
    wait_until(server, "running", 1)
    leave(client)
    return wait_until(server, "running", 0)


def gone() -> dict:
    random.seed(7)
    found = {}
    with served.running(served.start_ashlar("--max-num-seqs", 1)) as server:
        for where in (in_queue, in_prefill, in_decode, unstreamed):
            for leave in (reset, close):
                times = sorted(where(server, leave) for _ in range(TRIES))
                found[f"{where.__name__} {leave.__name__}"] = {
                    "p50_ms": times[TRIES // 2], "max_ms": times[-1]}
    return {"tries": TRIES, "found": found,
            "pass": all(each["max_ms"] <= MOST_MS for each in found.values())}
