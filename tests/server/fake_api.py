"""A server that answers as a test of the page needs it: slowly, wrongly, with hostile Markdown. What
the question says chooses the answer (SCRIPTS). GET /log gives what was asked and who hung up.
Standard library alone.
"""
import json
import math
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "data" / "page"
FILES = {"/": ("index.html", "text/html"), "/page/app.js": ("app.js", "text/javascript"),
         "/page/app.css": ("app.css", "text/css")}
POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
MODELS = [{"id": "stone-1b"}, {"id": "slate-135m"},
          {"id": "mason", "parent": "stone-1b"}, {"id": "carver", "parent": "stone-1b"}]
SEED = 18446744073709551557  # no JavaScript number holds it

RICH = """Ashlar is *finely dressed* stone, cut so that its joints are thin.

## How it is laid

1. Each block is **squared** on all faces.
2. Courses run level; a course of `n` blocks needs `n - 1` joints.

| Stone | Density | Use |
|:--|--:|:--|
| Limestone | 2.6 | walls, and the long string courses that run along a whole front |
| Granite | 2.7 | plinths |

```python
def blocks(width, length):
    return [width] * (length // width)  # a line that is long enough to need scrolling on a phone
```

> A wall is as good as its joints.

See [the entry](https://example.com/ashlar "in an encyclopedia").
"""
HOSTILE = """Before <script>window.hurt = 1</script> <img src=x onerror="window.hurt = 2">

![pixel](https://example.com/pixel.png) [link](javascript:window.hurt=3)

<iframe src="https://example.com"></iframe><p style="position:fixed" onclick="window.hurt=4">styled</p>

<form action="https://example.com"><input name="q"><button>go</button></form>

H<sub>2</sub>O after
"""
SCRIPTS = {
    "plain": ["A wall of ", "\ufffd", " stones."],
    "rich": re.findall(r"\s*\S+|\s+$", RICH),
    "hostile": [HOSTILE],
    "think": ["<thi", "nk>Stone ", "or brick?", "</think>\n\n", "Stone."],
    "slow": [f"word{number} " for number in range(600)],
    "broken": ["Half a "],
    "city": ['{"name":"Bern","size":', '134000.50,"tags":[]', "}"],
    "wrong": ['{"name":5}'],
    "calls": ["Let me ", "look."],
    "cut": [],
    "slowcall": [],
}
# What follows the text: the pieces of each call's arguments.
CALLS = {
    "calls": [("weather", ['{"city":', '"Bern","days":12345678901234567890', "}"]), ("clock", ["{}"])],
    "cut": [("weather", ['{"city":"Be'])],
    "slowcall": [("weather", ['{"city":"', *["Bern "] * 80, '"}'])],
}
REFUSALS = {
    "error": {"message": "The prompt has 9000 tokens, the model reads 8192."},
    "badschema": {"message": "type is not a type; mend the schema",
                  "param": "response_format.json_schema.schema.properties.a.type"},
    "badtools": {"message": "a tool can't be named 'a b'", "param": "tools[0].function.name"},
}


def alternatives(token, index):
    probability = [0.98, 0.75, 0.45, 0.2, 0.06, 0.01][index % 6]
    rest = (1 - probability) / 8
    others = [" block", " wall", "\n", " é"]
    return sorted([{"token": token, "logprob": math.log(probability)},
                   *({"token": other, "logprob": math.log(rest / (rank + 1))}
                     for rank, other in enumerate(others))], key=lambda entry: -entry["logprob"])


def logprobs(token, index):
    best = alternatives(token, index)
    own = next(entry for entry in best if entry["token"] == token)
    return {"content": [{**own, "bytes": list(token.encode()) if token != "\ufffd" else [0xE2, 0x96],
                         "top_logprobs": best}]}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, body, kind="application/json", status=200):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path in FILES:
            name, kind = FILES[self.path]
            self.reply((PAGE / name).read_bytes(), kind)
        elif self.path == "/v1/models":
            self.reply({"object": "list", "data": MODELS})
        elif self.path == "/log":
            self.reply(self.server.log)
        else:
            self.reply({"error": {"message": "no such page"}}, status=404)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = json.loads(text)
        entry = {"body": asked, "text": text, "key": self.headers.get("Authorization"), "ended": None}
        self.server.log.append(entry)
        question = re.match(r"\w*", asked["messages"][-1]["content"]).group()
        if question in REFUSALS:
            self.reply({"error": REFUSALS[question]}, status=400)
            return
        try:
            self.stream(question if question in SCRIPTS else "plain", asked)
            entry["ended"] = "whole"
        except OSError:
            entry["ended"] = "hung up"

    def send(self, data):
        text = data if isinstance(data, str) else f"data: {json.dumps(data)}\n\n"
        self.wfile.write(text.encode())
        self.wfile.flush()

    def chunk(self, delta, finish=None, **more):
        choice = {"index": 0, "delta": delta, "finish_reason": finish, **more}
        self.send({"object": "chat.completion.chunk", "choices": [choice]})

    def send_calls(self, calls):
        for index, (name, pieces) in enumerate(calls):
            self.chunk({"tool_calls": [{"index": index, "id": f"{name}-1", "type": "function",
                                        "function": {"name": name, "arguments": ""}}]})
            for piece in pieces:
                self.chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
                time.sleep(0.01)

    def stream(self, question, asked):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.send(": a comment\n\n")
        self.chunk({"role": "assistant", "content": ""})
        tokens = SCRIPTS[question]
        if question == "rich":
            self.chunk({"reasoning_content": "What does the reader want to know?"})
        for index, token in enumerate(tokens):
            more = {"logprobs": logprobs(token, index)} if asked.get("logprobs") else {}
            self.chunk({"content": token}, **more)
            time.sleep(0.02 if question == "slow" else 0.001)
        if question == "broken":
            return
        self.send_calls(CALLS.get(question, []))
        whole = "tool_calls" if question in CALLS else "stop"
        cut = "max_tokens" in asked and "finish" not in asked
        self.chunk({}, "length" if cut or question == "cut" else whole)
        usage = {"prompt_tokens": 1234, "completion_tokens": len(tokens),
                 "prompt_tokens_details": {"cached_tokens": 1024}}
        self.send({"choices": [], "usage": usage,
                   "ashlar": {"seed": asked.get("seed", SEED), "ignored_fields": ["user"]}})
        self.send("data: [DONE]\n\n")


def start() -> ThreadingHTTPServer:
    """Listens on a free port of this machine; the caller runs serve_forever()."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.log = []
    return server
