"""The contract of `ashlar template`: answers a line each, errors with kind, message, where and mend."""
import json
import os
import pathlib
import subprocess
import sys

HOME = pathlib.Path(os.environ.get("ASHLAR_HOME") or pathlib.Path.home() / ".cache/ashlar")
MODEL = HOME / "models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def ashlar(*arguments, stdin=""):
    return subprocess.run([os.environ["ASHLAR_BINARY"], "template", *arguments], input=stdin,
                          capture_output=True, text=True, encoding="utf-8", timeout=120)


def render(*requests):
    done = ashlar("render", "--jsonl", stdin="".join(json.dumps(r) + "\n" for r in requests))
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_answers_each_line_and_goes_on():
    code, answers = render({"template": "{{ a }}", "variables": {"a": "é"}}, {"template": "{{ b"},
                           {"template": "x"})
    assert code == 2, code
    assert answers[0] == {"output": "é"} and answers[2] == {"output": "x"}, answers
    assert set(answers[1]["error"]) == {"kind", "message", "where", "mend"}, answers[1]
    assert "line 2" in answers[1]["error"]["where"] and "column 1" in answers[1]["error"]["where"]


def test_all_well_is_zero():
    assert render({"template": "a"}) == (0, [{"output": "a"}])


def test_special_tokens_are_variables():
    assert render({"template": "{{ bos_token }}{{ x }}", "variables": {"x": 1},
                   "special_tokens": {"bos_token": "<s>"}})[1] == [{"output": "<s>1"}]


def test_now_is_the_clock():
    source = "{{ strftime_now('%d %b %Y %H:%M') }}"
    assert render({"template": source, "now": "2025-07-10T12:00:00"})[1][0]["output"] == "10 Jul 2025 12:00"
    assert render({"template": source, "now": "2025-07-10 12:00:00"})[1][0]["output"] == "10 Jul 2025 12:00"
    assert len(render({"template": source})[1][0]["output"]) == 17
    assert render({"template": source, "now": "soon"})[1][0]["error"]["where"] == "line 1: /now"


def test_what_the_template_raises_is_the_message():
    code, [answer] = render({"template": "{{ raise_exception('Roles must alternate!') }}"})
    assert code == 2
    assert answer["error"]["message"] == "Roles must alternate!", answer
    assert answer["error"]["kind"] == "bad_input", answer


def test_wrong_requests_are_named():
    for request, where in [({}, "/template"), ({"template": 1}, "/template"),
                           ({"template": "", "variables": []}, "/variables"),
                           ({"template": "", "nope": 1}, "/nope")]:
        error = render(request)[1][0]["error"]
        assert error["where"] == f"line 1: {where}", error


def test_a_loop_without_end_ends():
    source = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    code, [answer] = render({"template": source})
    assert code == 2 and answer["error"]["kind"] == "exhausted", answer


def test_show_tells_text_ids_and_boundaries():
    messages = [{"role": "user", "content": "a<|im_end|>b"}]
    done = ashlar("show", "-m", str(MODEL), "--messages", "-", "--json", stdin=json.dumps(messages))
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    text = shown["text"].encode()
    inputs = [text[begin:end].decode() for begin, end in shown["input"]]
    assert "a<|im_end|>b" in inputs, inputs
    assert [token["id"] for token in shown["tokens"]] == shown["ids"]
    assert b"".join(text[t["begin"]:t["end"]] for t in shown["tokens"]) == text
    specials = [token["piece"] for token in shown["tokens"] if token["special"]]
    assert specials.count("<|im_end|>") == 2, specials  # system's and user's, not the message's


def test_show_for_people_holds_no_colour_in_a_pipe():
    done = ashlar("show", "-m", str(MODEL))
    assert done.returncode == 0 and "\x1b" not in done.stdout, done.stdout
    assert "<|im_start|>" in done.stdout and "tokens" in done.stdout


def test_show_points_at_wrong_messages():
    done = ashlar("show", "-m", str(MODEL), "--messages", "-", "--json", stdin='[{"role":"pirate"}]')
    assert done.returncode == 2, done.returncode
    assert json.loads(done.stdout)["error"]["where"] == "/messages/0/role"


def main():
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    skipped = 0
    for test in tests:
        if "show" in test.__name__ and not MODEL.exists():
            skipped += 1
            continue
        test()
        print("ok", test.__name__)
    if skipped:
        print(f"SKIP: needs-model: no model at {MODEL}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
