"""`ashlar run`: one answer from an argument, from stdin or both; and a chat in a pseudo-terminal."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, run

# In exact numbers this small model knows its capitals.
GREEDY = ("run", MODEL, "--temperature", "0", "--max-tokens", "24", "--repetition-penalty", "1",
          "--precision", "exact")


class OneShot(VerbTest):
    def test_the_answer_is_on_stdout_and_its_figures_on_stderr(self):
        done = run(*GREEDY, "What is the capital of France?", stdin=None)
        self.assertEqual(done.returncode, 0)
        self.assertIn("Paris", done.stdout)
        self.assertRegex(done.stderr, r"^\d+ tokens in, \d+ out · first token \d+ ms · [\d.]+ "
                                      r"tokens/s · (stop|length) · seed \d+\n$")

    def test_stdin_is_a_prompt_too(self):
        asked = run(*GREEDY, "What is the capital of France?", stdin=None).stdout
        self.assertEqual(run(*GREEDY, stdin="What is the capital of France?\n").stdout, asked)
        both = self.answer(*GREEDY, "Summarize:", "--json", stdin="A fox ran.\n")
        one = self.answer(*GREEDY, "Summarize:\n\nA fox ran.", "--json", stdin=None)
        self.assertEqual(both["ids"], one["ids"])

    def test_json_is_what_generate_gives(self):
        answer = self.answer(*GREEDY, "--json", "--system", "Be brief", "Hi", stdin=None)
        same = self.answer("generate", "-m", MODEL, "--temperature", "0", "--max-tokens", "24",
                           "--top-p", "0.95", "--precision", "exact", "--system", "Be brief",
                           "-p", "Hi", "--json")
        self.assertEqual(answer["ids"], same["ids"])

    def test_refusals(self):
        self.refused("run", "no-such-model", "Hi", kind="not_found", stdin=None)
        self.refused("run", where="command line", stdin=None)
        self.refused("run", MODEL, "two", "prompts", where="command line", stdin=None)
        self.refused("run", MODEL, where="PROMPT", message="empty", stdin=None)
        self.refused("run", MODEL, where="PROMPT", message="empty", stdin=" \n")
        self.refused("run", MODEL, b"\xff", where="PROMPT", message="byte 0", stdin=None)
        self.refused("run", MODEL, "Hi", "--top-p", "nan", where="--top-p", stdin=None)
        error = self.refused("run", MODEL, stdin="word " * 9000, kind="too_large")
        self.assertRegex(error["message"], r"90\d\d tokens.*8192")


class Chat:
    """A chat in a pseudo-terminal, as a person has it."""

    def __init__(self, home, *arguments):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(ASHLAR_HOME=home, TERM="xterm", LC_ALL="C", NO_COLOR="1")
            os.execv(str(places.binary()), [str(places.binary()), "run", MODEL, *arguments])
        self.seen = ""

    def until(self, pattern, timeout=60):
        """What came up to and with the pattern."""
        deadline = time.monotonic() + timeout
        while not (found := re.search(pattern, self.seen)):
            if not select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")
            try:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                raise AssertionError(f"ended without {pattern!r}: {self.seen!r}") from None
        came, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return came

    def type(self, text):
        os.write(self.terminal, text.encode())

    def say(self, line, answer=r"tokens/s[^\n]*\n"):
        """Types a line; what came up to the answer and the next prompt, without the echo."""
        self.type(line + "\r")
        came = self.until(answer) + self.until(">>> ")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", came).partition("\n")[2]

    def end(self, timeout=60):
        """Leaves with Ctrl-D, if it hasn't left yet; gives the exit code."""
        deadline = time.monotonic() + timeout
        try:
            self.type("\x04")
            while select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            os.kill(self.pid, signal.SIGKILL)  # it did not leave: the exit code says so
        except OSError:
            pass  # a terminal whose last user has left can't be read or written
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)


class Interactive(VerbTest):
    def chat(self, *arguments):
        chat = Chat(self.folder, *arguments)
        chat.until(">>> ")
        return chat

    def test_a_conversation(self):
        chat = self.chat(*GREEDY[2:])
        self.assertIn("Paris", chat.say("What is the capital of France?"))
        chat.say("/stats", r"1 answers · \d+ tokens in, \d+ out · 2 messages · \d+ of 8192")
        chat.say("/clear", "conversation cleared")
        chat.say("/stats", r"1 answers · .* 0 messages")
        chat.say("/nope", "no command '/nope'")
        chat.say("/help", "/system .*TEXT(.|\n)*/seed")
        self.assertEqual(chat.end(), 0)
        history = (Path(self.folder) / "history").read_text()
        self.assertIn("capital", history)

    def test_ctrl_c_ends_the_answer_and_keeps_the_chat(self):
        chat = self.chat("--temperature", "0", "--max-tokens", "4000", "--logit-bias", "2=-100")
        chat.type("Tell me a long story.\r")
        chat.until(r"story\.\s+\S+ \S+ \S+ \S+")
        chat.type("\x03\x03")  # pressed twice is meant once
        chat.until(r"stopped\s")
        chat.until(">>> ")
        chat.say("/stats", "1 answers · .* 2 messages")
        chat.type("half a line\x03")
        chat.until("leaves(.|\n)*>>> ")
        chat.say("/stats", "1 answers")
        self.assertEqual(chat.end(), 0)

    def test_save_load_and_seed(self):
        saved = Path(self.folder) / "chat.json"
        chat = self.chat("--temperature", "1", "--max-tokens", "12")
        chat.say("/system Speak like a pirate.", "system message set")
        chat.say("/seed 7", "seed 7")
        first = chat.say("Hello there")
        chat.say(f"/save {saved}", "saved 2 messages")
        chat.say("/clear", "cleared")
        self.assertEqual(chat.say("Hello there").split("\n")[0], first.split("\n")[0])
        chat.say(f"/load {saved}", "loaded 2 messages")
        self.assertEqual(chat.end(), 0)
        value = json.loads(saved.read_text())
        self.assertEqual(list(value), ["ashlar_chat", "model", "system", "messages"])
        self.assertEqual(value["system"], "Speak like a pirate.")
        self.assertEqual([each["role"] for each in value["messages"]], ["user", "assistant"])

    def test_a_turn_that_does_not_fit_is_refused_and_the_chat_goes_on(self):
        saved = Path(self.folder) / "long.json"
        saved.write_text(json.dumps({"ashlar_chat": 1, "model": "x", "system": None, "messages": [
            {"role": "user", "content": "word " * 9000}, {"role": "assistant", "content": "Ah."}]}))
        chat = self.chat("--max-tokens", "4")
        chat.say(f"/load {saved}", "loaded 2 messages")
        refused = chat.say("And?", "/clear")
        self.assertRegex(refused, r"\d{4} tokens.*8192")
        chat.say("/clear", "cleared")
        chat.say("Hi", "out")
        self.assertEqual(chat.end(), 0)

    def test_a_long_prompt_shows_how_far_it_is(self):
        saved = Path(self.folder) / "long.json"
        saved.write_text(json.dumps({"ashlar_chat": 1, "model": "x", "system": None, "messages": [
            {"role": "user", "content": "word " * 600}, {"role": "assistant", "content": "Ah."}]}))
        chat = self.chat("--max-tokens", "2")
        chat.say(f"/load {saved}", "loaded 2 messages")
        chat.type("And?\r")
        chat.until(r"reading the prompt: \d+ of 6\d\d tokens")
        chat.until("2 out")
        chat.until(">>> ")
        self.assertEqual(chat.end(), 0)

    def test_ctrl_d_typed_while_an_answer_comes_leaves_after_it(self):
        chat = self.chat("--temperature", "0", "--max-tokens", "200", "--logit-bias", "2=-100")
        chat.type("Tell me a long story.\r")
        chat.until(r"story\.\s+\S+ \S+ \S+ \S+")
        self.assertEqual(chat.end(), 0)
        self.assertIn("200 out", chat.seen)

    def test_lines_are_edited_remembered_and_may_be_many(self):
        chat = self.chat("--temperature", "0", "--max-tokens", "4")
        chat.type("/sedx 5\x1b[D\x1b[D\x7f\r")  # deletes the x
        chat.until("no command '/sed'")
        chat.until(">>> ")
        chat.type('"""Grüße\r')
        chat.until(r"\.\.\. ")
        chat.say('und mehr"""')
        chat.type("/exit\r")
        self.assertEqual(chat.end(), 0)
        again = self.chat()
        again.type("\x1b[A")  # the line before
        again.until("/exit")
        again.type("\x15")  # kills the line
        self.assertEqual(again.end(), 0)


if __name__ == "__main__":
    places.need_model()
    unittest.main()
