"""`ashlar generate`: every field of the answer, every refusal, JSONL, stdin, Ctrl-C, lost readers."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import places
from support.verb import MODEL, VerbTest, jsonl, lines_of, run, start

GENERATE = ("generate", "-m", MODEL)
GREEDY = (*GENERATE, "--temperature", "0", "--json")
LONG = (*GENERATE, "-p", "Once upon a time", "--max-tokens", "4000", "--temperature", "0",
        "--logit-bias", "2=-100", "--logit-bias", "0=-100")


def await_listening(process):
    """Until SIGINT is caught: the model is loaded and the answer begins."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        if caught & 1 << signal.SIGINT - 1:
            return
        time.sleep(0.05)


class Answer(VerbTest):
    def test_every_field(self):
        answer = self.answer(*GREEDY, "-p", "The capital of France is", "--max-tokens", "5",
                             "--seed", "18446744073709551615", "--logprobs", "2")
        self.assertEqual(list(answer), ["text", "ids", "logprobs", "finish_reason", "usage",
                                        "timings", "speculation", "seed", "model"])
        self.assertIn("Paris", answer["text"])
        self.assertEqual(answer["finish_reason"], "length")
        self.assertEqual(answer["usage"], {"prompt_tokens": 5, "completion_tokens": 5,
                                           "cached_tokens": 0})
        self.assertEqual(len(answer["ids"]), 5)
        self.assertEqual(answer["seed"], 2**64 - 1)
        self.assertEqual(list(answer["timings"]), ["load_ms", "prefill_ms", "decode_ms"])
        self.assertTrue(all(ms > 0 for ms in answer["timings"].values()), answer["timings"])
        self.assertEqual(list(answer["model"]), ["name", "sha256"])
        self.assertRegex(answer["model"]["sha256"], "^[0-9a-f]{64}$")

    def test_logprobs(self):
        answer = self.answer(*GREEDY, "-p", "1 + 1 =", "--max-tokens", "4", "--logprobs", "3")
        self.assertEqual([each["id"] for each in answer["logprobs"]], answer["ids"])
        spelled = b"".join(bytes(each["bytes"]) for each in answer["logprobs"])
        self.assertEqual(spelled.decode(), answer["text"])
        for each in answer["logprobs"]:
            self.assertEqual(list(each), ["id", "token", "bytes", "logprob", "top"])
            self.assertLessEqual(each["logprob"], 0)
            self.assertEqual(len(each["top"]), 3)
            self.assertEqual(list(each["top"][0]), ["id", "token", "bytes", "logprob"])
            best = [other["logprob"] for other in each["top"]]
            self.assertEqual(best, sorted(best, reverse=True))
            self.assertEqual((each["top"][0]["id"], best[0]), (each["id"], each["logprob"]))

    def test_logprobs_without_alternatives_and_none(self):
        asked = self.answer(*GREEDY, "-p", "1 + 1 =", "--max-tokens", "2", "--logprobs", "0")
        self.assertEqual([each["top"] for each in asked["logprobs"]], [[], []])
        self.assertIsNone(self.answer(*GREEDY, "-p", "1 +", "--max-tokens", "1")["logprobs"])

    def test_the_ending_token_is_in_ids_and_not_in_text(self):
        answer = self.answer(*GREEDY, "--chat", "-p", "What is the capital of France?",
                             "--logprobs", "0", "--precision", "exact")
        self.assertEqual(answer["finish_reason"], "stop")
        self.assertEqual(answer["logprobs"][-1]["token"], "<|im_end|>")
        self.assertNotIn("<|", answer["text"])
        self.assertEqual(answer["usage"]["completion_tokens"], len(answer["ids"]))

    def test_stop_strings_and_ids(self):
        whole = self.answer(*GREEDY, "-p", "1, 2, 3, 4,", "--max-tokens", "12")
        cut = self.answer(*GREEDY, "-p", "1, 2, 3, 4,", "--max-tokens", "12", "--stop", "never",
                          "--stop", ", 7")
        self.assertEqual(cut["finish_reason"], "stop")
        self.assertEqual(cut["text"], whole["text"][:whole["text"].index(", 7")])
        self.assertEqual(cut["ids"], whole["ids"][:len(cut["ids"])])
        by_id = self.answer(*GREEDY, "-p", "1, 2, 3, 4,", "--stop-id", str(whole["ids"][2]))
        self.assertEqual(by_id["ids"], whole["ids"][:by_id["usage"]["completion_tokens"]])
        self.assertEqual(by_id["finish_reason"], "stop")

    def test_a_seed_repeats_and_a_drawn_one_is_reported(self):
        arguments = (*GENERATE, "-p", "Once", "--max-tokens", "8", "--json")
        drawn = self.answer(*arguments)
        again = self.answer(*arguments, "--seed", str(drawn["seed"]))
        self.assertEqual(again["ids"], drawn["ids"])
        self.assertNotEqual(self.answer(*arguments)["seed"], drawn["seed"])

    def test_logit_bias_bans_and_forces(self):
        forced = self.answer(*GREEDY, "-p", "Once", "--max-tokens", "3", "--logit-bias", "28=100")
        self.assertEqual(forced["ids"], [28] * 3)

    def test_system_implies_chat(self):
        plain = self.answer(*GREEDY, "-p", "Hi", "--max-tokens", "1")
        system = self.answer(*GREEDY, "-p", "Hi", "--max-tokens", "1", "--system", "Be brief")
        self.assertGreater(system["usage"]["prompt_tokens"], plain["usage"]["prompt_tokens"] + 5)

    def test_special_tokens_stay_text_unless_asked(self):
        count = lambda *more: self.answer(*GREEDY, "-p", "<|im_start|>", "--max-tokens", "1",
                                          *more)["usage"]["prompt_tokens"]
        self.assertGreater(count(), 1)
        self.assertEqual(count("--parse-special"), 1)

    def test_precision_and_threads(self):
        for precision in ("fast", "exact"):
            answer = self.answer(*GREEDY, "-p", "The capital of France is", "--max-tokens", "1",
                                 "--precision", precision, "--threads", "1")
            self.assertEqual(answer["text"], " Paris")

    def test_several_choices(self):
        asked = (*GENERATE, "-p", "Once upon a time", "--max-tokens", "6", "--seed", "3",
                 "--logprobs", "0", "--json")
        one, three = self.answer(*asked), self.answer(*asked, "--n", "3")
        self.assertEqual(list(three), ["choices", "usage", "timings", "speculation", "seed",
                                       "model"])
        self.assertEqual(three["choices"][0],
                         {"index": 0, **{name: one[name] for name in
                                         ("text", "ids", "logprobs", "finish_reason")}})
        self.assertEqual([choice["index"] for choice in three["choices"]], [0, 1, 2])
        self.assertEqual(three["usage"]["completion_tokens"],
                         sum(len(choice["ids"]) for choice in three["choices"]))
        self.assertEqual(three["usage"]["prompt_tokens"], one["usage"]["prompt_tokens"])
        mean = lambda answer: sum(each["logprob"] for each in answer["logprobs"]) / len(answer["ids"])
        best = self.answer(*asked, "--best-of", "3")
        self.assertEqual(best["ids"], max(three["choices"], key=mean)["ids"])
        self.assertEqual(best["usage"]["completion_tokens"], three["usage"]["completion_tokens"])
        plain = run(*asked[:-1], "--n", "3")
        self.assertEqual(plain.stdout, "".join(c["text"] + "\n" for c in three["choices"]))
        self.assertIn("out in 3 choices", plain.stderr)

    def test_speculation_guesses_and_changes_nothing(self):
        command = ("generate", "-m", MODEL, "-p", "one two three four one two three four one two",
                   "--temperature", "0", "--max-tokens", "40")
        plain = run(*command)
        guessing = run(*command, "--speculate", "ngram")
        self.assertEqual((guessing.returncode, guessing.stdout), (0, plain.stdout))
        self.assertRegex(guessing.stderr, r" · [1-9]\d* of \d+ guesses right")
        self.assertNotIn("guesses", plain.stderr)


class PlainText(VerbTest):
    def test_stdout_is_the_text_alone(self):
        arguments = (*GENERATE, "--temperature", "0", "-p", "1, 2, 3,", "--max-tokens", "6")
        done = run(*arguments)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, self.answer(*arguments, "--json")["text"] + "\n")
        self.assertRegex(done.stderr, r"\d+ tokens in, 6 out · first token .* ms · .* tokens/s · "
                                      r"length · seed \d+\n")

    def test_the_prompt_comes_from_stdin_byte_for_byte(self):
        given = self.answer(*GREEDY, "-p", "1, 2,\n", "--max-tokens", "4")
        for more in ((), ("-p", "-")):
            piped = self.answer(*GREEDY, "--max-tokens", "4", *more, stdin="1, 2,\n")
            self.assertEqual(piped["ids"], given["ids"])
            self.assertEqual(piped["usage"]["prompt_tokens"], given["usage"]["prompt_tokens"])


class Refusals(VerbTest):
    def test_numbers(self):
        for flag, value in (("--temperature", "nan"), ("--temperature", "-1"),
                            ("--temperature", "1e999"), ("--max-tokens", "-1"),
                            ("--max-tokens", "4294967296"), ("--max-tokens", "1.5"),
                            ("--n", "0"), ("--n", "129"), ("--best-of", "0"),
                            ("--priority", "1.5"), ("--priority", "2147483648"),
                            ("--seed", "18446744073709551616"), ("--seed", "-1"), ("--top-k", "x"),
                            ("--top-p", "1.01"), ("--min-p", "inf"), ("--logit-bias", "5"),
                            ("--logit-bias", "5=nan"), ("--logit-bias", "999999=1"),
                            ("--stop-id", "999999"), ("--stop", ""), ("--logprobs", "-1")):
            with self.subTest(flag=flag, value=value):
                self.refused(*GENERATE, "-p", "x", flag, value, where=flag)

    def test_command_lines(self):
        for arguments in (("-p", "x", "--nope"), ("-p", "x", "--precision", "medium"),
                          ("-p", "x", "--threads", "0"), ("-p", "x", "--threads", "-1"),
                          ("-p", "x", "extra"), ("-p", "x", "--seed", "1", "--seed", "2")):
            with self.subTest(arguments=arguments):
                self.refused(*GENERATE, *arguments, where="command line")
        self.refused("generate", "-p", "x", where="command line", message="--model")

    def test_models(self):
        self.refused("generate", "-m", "no-such-model", "-p", "x", kind="not_found",
                     message="no-such-model")
        broken = Path(self.folder) / "broken.gguf"
        broken.write_bytes(b"GGUF")
        self.refused("generate", "-m", broken, "-p", "x", kind="corrupt", where=str(broken))

    def test_prompts(self):
        self.refused(*GENERATE, where="--prompt", message="no prompt", stdin=None)
        self.refused(*GENERATE, "-p", b"ab\xff", where="--prompt", message="byte 2")
        self.refused(*GENERATE, "-p", "-", where="--prompt", message="byte 0", stdin=b"\xff")
        self.refused(*GENERATE, "-p", "", kind="bad_input")
        self.refused(*GENERATE, "-p", "x", "--chat", "--parse-special", where="--parse-special")

    def test_a_long_prompt_is_refused_with_both_counts(self):
        error = self.refused(*GENERATE, stdin="word " * 9000, kind="too_large")
        self.assertRegex(error["message"], r"900[01] tokens.*8192")

    def test_a_context_of_ones_own(self):
        error = self.refused(*GENERATE, "--ctx", "64", stdin="word " * 100, kind="too_large")
        self.assertRegex(error["message"], r"10[01] tokens.*64")
        self.refused(*GENERATE, "--ctx", "8193", "-p", "x", kind="too_large", message="8192")
        answer = self.answer(*GENERATE, "--ctx", "20", "-p", "1, 2, 3,", "--temperature", "0", "--json",
                             "--max-tokens", "99")
        self.assertEqual(sum(answer["usage"].values()), 20)
        self.assertEqual(answer["finish_reason"], "length")


class Jsonl(VerbTest):
    def test_answers_come_in_order_and_failures_go_on(self):
        requests = ['{"prompt": "1, 2, 3,", "max_tokens": 6}', "{", "",
                    '{"prompt": "x", "tempreture": 1}', '{"prompt": "x", "temperature": "hot"}',
                    '{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2}',
                    '{"prompt": "x", "messages": []}', '{"prompt": "x", "stop_ids": [999999]}',
                    '[1]', '{"prompt": "\\ud800"}', '{"prompt": "The", "max_tokens": 1}']
        done = run(*GENERATE, "--temperature", "0", "--jsonl", stdin="\n".join(requests))
        self.assertEqual((done.returncode, done.stderr), (2, ""))
        lines = lines_of(done)
        self.assertEqual([("error" if "error" in line else len(line["ids"])) for line in lines],
                         [6, "error", "error", "error", 2, "error", "error", "error", "error", 1])
        wheres = [self.error_in(line, "bad_input")["where"] for line in lines if "error" in line]
        self.assertRegex(wheres[0], "^line 2, byte")
        self.assertEqual(wheres[1:3], ["line 4: /tempreture", "line 5: /temperature"])
        self.assertEqual(wheres[3:5], ["line 7: /prompt", "line 8: /stop_ids"])
        alone = self.answer(*GREEDY, "-p", "1, 2, 3,", "--max-tokens", "6")
        self.assertEqual(lines[0]["ids"], alone["ids"])

    def test_all_fine_is_exit_0(self):
        requests = [{"prompt": str(i), "max_tokens": 1, "seed": i} for i in range(20)]
        done = run(*GENERATE, "--jsonl", stdin=jsonl(requests))
        self.assertEqual(done.returncode, 0)
        self.assertEqual([line["seed"] for line in lines_of(done)], list(range(20)))

    def test_nothing_in_nothing_out(self):
        done = run(*GENERATE, "--jsonl", stdin="")
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_flags_are_defaults(self):
        done = run(*GENERATE, "--jsonl", "--max-tokens", "2", "--seed", "7", "--logprobs", "1",
                   stdin=jsonl([{"prompt": "a"}, {"prompt": "a", "max_tokens": 1, "seed": 8}]))
        first, second = lines_of(done)
        self.assertEqual((len(first["ids"]), first["seed"]), (2, 7))
        self.assertEqual((len(second["ids"]), second["seed"]), (1, 8))
        self.assertEqual(len(first["logprobs"][0]["top"]), 1)

    def test_every_field_of_a_line_reaches_the_sampler(self):
        """A field's name in JSON does what its flag does."""
        fields = {"max_tokens": 4, "temperature": 0.9, "top_k": 30, "top_p": 0.8, "min_p": 0.02,
                  "typical_p": 0.9, "repetition_penalty": 1.3, "presence_penalty": 0.4,
                  "frequency_penalty": 0.3, "seed": 5, "logprobs": 1}
        flags = [word for name, value in fields.items()
                 for word in ("--" + name.replace("_", "-"), str(value))]
        line, = lines_of(run(*GENERATE, "--jsonl", stdin=jsonl([{"prompt": "Once", **fields}])))
        alone = self.answer(*GENERATE, "-p", "Once", "--json", *flags)
        for name in ("text", "ids", "logprobs", "finish_reason", "usage", "seed", "model"):
            self.assertEqual(line[name], alone[name], name)

    def test_choices_and_priorities_in_lines(self):
        done = run(*GENERATE, "--jsonl", "--max-tokens", "2", "--seed", "7", stdin=jsonl([
            {"prompt": "a", "n": 2, "priority": -1}, {"prompt": "a"}, {"prompt": "a", "n": 2, "best_of": 1},
            {"prompt": "a", "priority": "soon"}]))
        two, one, few, soon = lines_of(done)
        self.assertEqual(two["choices"][0]["ids"], one["ids"])
        self.assertEqual(self.error_in(few)["where"], "line 3: /best_of")
        self.assertEqual(self.error_in(soon)["where"], "line 4: /priority")

    def test_bad_defaults_fail_once(self):
        done = run(*GENERATE, "--jsonl", "--top-p", "2", stdin=jsonl([{"prompt": "a"}] * 2))
        self.assertEqual((done.returncode, done.stdout.count("\n")), (2, 1))
        self.assertEqual(self.error_in(done.stdout)["where"], "--top-p")
        with_prompt = run(*GENERATE, "--jsonl", "-p", "x", stdin=jsonl([{"prompt": "a"}]))
        self.assertEqual(with_prompt.returncode, 2)


class Endings(VerbTest):
    def test_ctrl_c_gives_what_there_is(self):
        process = start(*LONG)
        begun = process.stdout.read(20)
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1)
        self.assertTrue((begun + rest).endswith(b"\n"))
        self.assertIn("cancelled", said.decode())

    def test_ctrl_c_with_json_says_cancelled(self):
        process = start(*LONG, "--json")
        await_listening(process)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1)
        answer = json.loads(out)
        self.assertEqual(answer["finish_reason"], "cancelled")
        self.assertEqual(answer["usage"]["completion_tokens"], len(answer["ids"]))

    def test_a_reader_that_goes_ends_it_quietly(self):
        process = start(*LONG)
        process.stdout.read(5)
        process.stdout.close()
        with process.stderr as said:
            self.assertNotIn(b"ashlar:", said.read())
        self.assertEqual(process.wait(timeout=30), 1)

    def test_a_full_disk_is_a_failure(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("needs-device: no /dev/full")
        with open("/dev/full", "w") as full:
            done = subprocess.run([places.binary(), *GREEDY, "-p", "x", "--max-tokens", "1"],
                                  stdout=full, stderr=subprocess.PIPE)
            fine = subprocess.run([places.binary(), *GENERATE, "-p", "x", "--max-tokens", "1"],
                                  stdout=subprocess.PIPE, stderr=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)
        self.assertEqual(fine.returncode, 0, "an answer needs no stderr")


if __name__ == "__main__":
    places.need_model()
    unittest.main()
