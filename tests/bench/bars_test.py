"""The bars' arithmetic: quartiles, the rule by which one passes, the JSON's shape, rooflines, the
choice of a peer's settings. No peer and no model is needed."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import bars
import rooflines
import rounds
import sides
from bars import DECODE, LONG, PREFILL, STREAMS, Bar
from rounds import BEST, LIMIT, ROOFLINE
from sides import LLAMA, OPENVINO, Task

KEY = (DECODE, "decode")


def measured(*sides_of_rounds):
    """Rounds in which each side has one value of the decoding figure."""
    return [{side: {KEY: value} for side, value in found.items()} for found in sides_of_rounds]


def only(bar, found, missing=None):
    (line,) = bars.entries([bar], found, missing or {})
    return line


class PassRule(unittest.TestCase):
    def test_the_lower_quartile_counts(self):
        self.assertEqual(bars.quartiles([1.0, 2.0, 3.0]), {"median": 2.0, "q1": 1.5, "q3": 2.5})
        self.assertTrue(bars.passes({"median": 9.0, "q1": 2.0, "q3": 9.0}, need=2.0))
        self.assertFalse(bars.passes({"median": 9.0, "q1": 1.99, "q3": 9.0}, need=2.0))

    def test_nearness_to_the_roofline_stands_for_the_ratio(self):
        slow = {"median": 1.0, "q1": 1.0, "q3": 1.0}
        self.assertTrue(bars.passes(slow, 2.0, share={"median": 0.9, "q1": 0.8, "q3": 0.9}))
        self.assertFalse(bars.passes(slow, 2.0, share={"median": 0.9, "q1": 0.79, "q3": 0.9}))

    def test_nothing_measured_does_not_pass(self):
        self.assertFalse(bars.passes(None, 0.0))


class Entries(unittest.TestCase):
    ROUNDS = measured({"ours": 10.0, LLAMA: 5.0, OPENVINO: 8.0, ROOFLINE: 20.0},
                      {"ours": 20.0, LLAMA: 5.0, OPENVINO: 4.0, ROOFLINE: 20.0},
                      {"ours": 30.0, LLAMA: 5.0, OPENVINO: 4.0, ROOFLINE: 40.0})

    def test_an_entry_has_the_shape_that_readers_know(self):
        line = only(Bar("decode 128", *KEY, ((LLAMA, 2.5),)), self.ROUNDS)
        self.assertLessEqual({"bar", "ours", "peer", "ratio", "roofline", "need", "pass"}, set(line))
        self.assertEqual((line["ours"], line["peer"], line["roofline"]), (20.0, 5.0, 20.0))
        self.assertEqual(line["ratio"], {"median": 4.0, "q1": 3.0, "q3": 5.0})
        self.assertIs(line["pass"], True)

    def test_the_best_peer_is_that_of_each_round(self):
        line = only(Bar("b", *KEY, ((BEST, 2.0),)), self.ROUNDS)
        # Against 8, 5 and 5.
        self.assertEqual(line["ratio"], {"median": 4.0, "q1": (1.25 + 4) / 2, "q3": 5.0})

    def test_a_floor_is_a_share_of_the_roofline_and_has_no_peer(self):
        line = only(Bar("b", *KEY, ((ROOFLINE, 0.65),)), self.ROUNDS)
        self.assertIsNone(line["peer"])
        self.assertEqual(line["ratio"], {"median": 0.75, "q1": 0.625, "q3": 0.875})
        self.assertIs(line["pass"], False)

    def test_less_is_better_for_memory_and_time(self):
        found = measured({"ours": 25.0, LIMIT: 50.0}, {"ours": 100.0, LIMIT: 50.0})
        line = only(Bar("b", *KEY, ((LIMIT, 1.0),), lower=True), found)
        self.assertEqual(line["ratio"], {"median": 1.25, "q1": 0.875, "q3": 1.625})

    def test_what_is_missing_says_why_and_does_not_pass(self):
        found = measured({"ours": 10.0}, {"ours": 20.0})
        line = only(Bar("b", *KEY, ((LLAMA, 2.0),)), found, {LLAMA: "no llama.cpp at …"})
        self.assertEqual((line["ours"], line["peer"], line["ratio"]), (15.0, None, None))
        self.assertEqual((line["pass"], line["reason"]), (False, "no llama.cpp at …"))
        line = only(Bar("b", *KEY, ((LIMIT, 1.0),)), found)
        self.assertEqual((line["pass"], line["reason"]), (False, "not measured"))

    def test_a_peer_that_failed_in_one_round_is_missing(self):
        found = measured({"ours": 10.0, LLAMA: 5.0}, {"ours": 10.0})
        self.assertIsNone(only(Bar("b", *KEY, ((LLAMA, 1.0),)), found)["ratio"])

    def test_prefill_need_is_less_where_peers_have_vnni(self):
        need = {k: dict(b.needs)[BEST] for k in ("avx2", "avx512")
                for b in bars.bars_for(k) if b.name == "prefill 512"}
        self.assertEqual(need, {"avx2": 2.0, "avx512": 1.1})


class Rooflines(unittest.TestCase):
    # Two layers of 4 × 4 in Q4_1, an output matrix of 4 × 8 that is the embedding too; one head of 4.
    INSPECTED = {
        "metadata": {"llama.attention.head_count": 1, "llama.attention.head_count_kv": 1,
                     "llama.embedding_length": 4, "llama.block_count": 2},
        "tensors": [{"name": "token_embd.weight", "type": "Q8_0", "shape": [4, 8], "bytes": 34},
                    {"name": "blk.0.attn_q.weight", "type": "Q4_1", "shape": [4, 4], "bytes": 10},
                    {"name": "blk.1.attn_q.weight", "type": "Q4_1", "shape": [4, 4], "bytes": 10},
                    {"name": "output_norm.weight", "type": "F32", "shape": [4], "bytes": 16}]}
    LIMITS = rooflines.Limits(read=1000.0, int8=6400.0, f32=100.0)

    def setUp(self):
        self.work = rooflines.work_of(self.INSPECTED)

    def test_work_of_a_model(self):
        self.assertEqual(self.work, rooflines.Work(
            vocabulary=8, kind="Q4_1", weight_bytes=70, layer_products=32, head_products=32,
            kv_bytes=2 * 2 * 4 * 2, score_products=2 * 2 * 4))

    def test_an_embedding_beside_an_output_matrix_is_not_read(self):
        head = {"name": "output.weight", "type": "Q8_0", "shape": [4, 8], "bytes": 50}
        work = rooflines.work_of(self.INSPECTED | {"tensors": [*self.INSPECTED["tensors"], head]})
        self.assertEqual(work.weight_bytes, 70 - 34 + 50)

    def test_decoding_one_stream_is_bound_by_reading_weights_and_kv(self):
        self.assertAlmostEqual(rooflines.decode(self.work, self.LIMITS, 10), 1000 / (70 + 10 * 32))

    def test_decoding_many_is_bound_by_products(self):
        self.assertAlmostEqual(rooflines.decode(self.work, self.LIMITS, 0, 100), 6400 / 64)

    def test_prefill_counts_attention_over_long_prompts_alone(self):
        self.assertAlmostEqual(rooflines.prefill(self.work, self.LIMITS, 512),
                               6400 / (32 + 32 / 512))
        long = 1 / rooflines.prefill(self.work, self.LIMITS, 1000)
        self.assertAlmostEqual(long, (32 + 32 / 1000) / 6400 + 16 * 500 / 100)

    def test_streams_count_their_prompts(self):
        found = rooflines.of_task(self.work, self.LIMITS, Task(128, 128, streams=2))["streams"]
        seconds = 2 * 128 / rooflines.prefill(self.work, self.LIMITS, 128)
        seconds += 2 * 128 / rooflines.decode(self.work, self.LIMITS, 192, 2)
        self.assertAlmostEqual(found, 256 / seconds)

    def test_limits_are_those_of_the_models_type(self):
        found = {"read_gb_s": 14.0, "f32_gmac_s": 90.0, "int8_gmac_s": {"Q4_1": 265.0}}
        with mock.patch.object(rooflines.peer, "ashlar_json", return_value=found):
            self.assertEqual(rooflines.measure("m.gguf", "Q4_1"),
                             rooflines.Limits(read=14e9, int8=265e9, f32=90e9))
            self.assertIsNone(rooflines.measure("m.gguf", "F16"))

    def test_a_binary_that_cannot_measure_them_gives_none(self):
        answer = {"error": {"message": "The following argument was not expected: --roofline"}}
        with mock.patch.object(rooflines.peer, "ashlar_json",
                               side_effect=rooflines.peer.AshlarFailed(answer, 2)):
            self.assertIsNone(rooflines.measure("m.gguf", "Q4_1"))


class Fake(sides.Peer):
    """A peer whose speed is known: long work likes b, short work a."""

    def __init__(self):
        self.name, self.best, self.measured = "fake", {}, []

    def grid(self, threads):
        return [{"like": like} for like in "abcdef"]

    def measure(self, task, settings):
        self.measured.append((task, settings["like"]))
        order = "abcdef" if task.prompt <= 128 else "bacdef"
        return {name: 10.0 - order.index(settings["like"]) for name in task.figures()}


class Sides(unittest.TestCase):
    def test_ids_are_those_of_the_verb(self):
        self.assertEqual(sides.ids_of(3, 0, 49152), [1000, 8919, 16838])
        self.assertEqual(sides.ids_of(1, 1, 49152), [1000 + 104729 % 48152])

    def test_a_task_knows_its_figures_and_so_does_its_probe(self):
        for task, figures in ((PREFILL, ["prefill"]), (DECODE, ["decode"]),
                              (LONG, ["prefill", "decode"]), (STREAMS, ["streams"])):
            self.assertEqual(task.figures(), figures)
            self.assertEqual(task.probe().figures(), figures)

    def test_speeds_of_an_answer(self):
        self.assertEqual(sides.speeds_of(Task(512, 11), {"first": 2.0, "seconds": 5.0}),
                         {"prefill": 256.0, "decode": 2.0})
        self.assertEqual(sides.speeds_of(Task(8, 4, streams=2), {"seconds": 2.0}), {"streams": 4.0})

    def test_the_whole_task_chooses_among_the_fastest_probes(self):
        side = Fake()
        with mock.patch.object(sides, "say"):
            sides.choose_settings(side, [PREFILL], threads=2)
        self.assertEqual(side.best[PREFILL, "prefill"], {"like": "b"})
        self.assertEqual([like for task, like in side.measured if task == PREFILL], ["a", "b", "c"])

    def test_figures_with_equal_settings_share_a_run(self):
        side = Fake()
        side.best = {(LONG, "prefill"): {"like": "a"}, (LONG, "decode"): {"like": "a"}}
        self.assertEqual(side.measure_best(LONG), {"prefill": 9.0, "decode": 9.0})
        self.assertEqual(len(side.measured), 1)

    def test_settings_that_cannot_do_a_task_are_left_out(self):
        side = sides.OpenVino.__new__(sides.OpenVino)
        self.assertFalse(side.takes({"attention": "sdpa"}, STREAMS))
        self.assertTrue(side.takes({"attention": "sdpa"}, DECODE))


class Contest(unittest.TestCase):
    def test_a_peer_that_fails_is_left_out_with_its_reason(self):
        contest = rounds.Contest.__new__(rounds.Contest)
        contest.peers, contest.missing = {LLAMA: object()}, {}

        def broken(_name):
            raise RuntimeError("it ended, exit 1")

        with mock.patch.object(rounds, "say"):
            self.assertEqual(contest.guarded(LLAMA, broken), {})
        self.assertEqual((contest.peers, contest.missing), ({}, {LLAMA: "it ended, exit 1"}))


class FakePeer(Fake):
    """Half as fast as ours, whatever it does."""

    def __init__(self, name):
        super().__init__()
        self.name, self.version, self.process = name, "1.0", mock.Mock()

    def measure(self, task, settings):
        return {name: 50.0 for name in task.figures()}


def fake_ashlar(verb, *_arguments, **_keywords):
    return {"doctor": {"cpu": {"model": "a CPU"}, "kernels": {"chosen": "avx2"},
                       "threads": {"used": 2}},
            "inspect": Rooflines.INSPECTED,
            "bench": {"read_gb_s": 1.0, "f32_gmac_s": 1.0, "int8_gmac_s": {"Q4_1": 1.0}}}[verb]


class WholeRun(unittest.TestCase):
    """Every bar of one model, our binary and the peers being fakes; OpenVINO isn't there."""

    def run_bars(self, *words):
        def no_openvino(*_):
            raise rounds.PeerMissing("no OpenVINO; run bench/peers.sh openvino")

        peers = {LLAMA: lambda *_: FakePeer(LLAMA), OPENVINO: no_openvino,
                 sides.TRANSFORMERS: lambda *_: FakePeer(sides.TRANSFORMERS),
                 sides.LOOSE: lambda *_: FakePeer(sides.LOOSE)}
        ours = {"prefill_tok_s": 100.0, "decode_tok_s": 100.0, "streams_tok_s": 100.0,
                "overhead_us": 20.0}
        with tempfile.NamedTemporaryFile() as model, io.StringIO() as out, \
                mock.patch.object(sides, "PEERS", peers), \
                mock.patch.object(rounds, "say"), mock.patch.object(bars, "say"), \
                mock.patch.object(sides, "say"), \
                mock.patch.object(bars.peer, "ashlar_json", fake_ashlar), \
                mock.patch.object(bars.places, "model_path", lambda: Path(model.name)), \
                mock.patch.object(sides.Ours, "bench", lambda *_: (ours, 10_000_000)), \
                mock.patch.object(sys, "argv", ["bars.py", *words]), \
                contextlib.redirect_stdout(out):
            self.assertEqual(bars.main(), 0)
            return out.getvalue()

    def test_the_list_of_bars(self):
        found = json.loads(self.run_bars("--json", "--rounds", "2", "-m", "smollm2-q4_1"))
        passed = {(line["bar"], line["against"]): line["pass"] for line in found}
        self.assertEqual(passed, {
            ("decode 128", LLAMA): True, ("decode 128", OPENVINO): False,
            ("decode 128", ROOFLINE): False, ("prefill 512", BEST): False,
            ("prefill 512", ROOFLINE): False, ("prefill 4k", LLAMA): True,
            ("decode at 4k", LLAMA): True, ("16 streams", LLAMA): False,
            ("16 streams", OPENVINO): False, ("overhead", LIMIT): True, ("memory", LIMIT): True,
            ("price of determinism, decode", sides.LOOSE): True,
            ("price of determinism, prefill", sides.LOOSE): True,
            ("price of determinism, streams", sides.LOOSE): True,
            ("naive pipeline", sides.TRANSFORMERS): False})
        missing = [line for line in found if line["against"] == OPENVINO]
        self.assertTrue(all("bench/peers.sh openvino" in line["reason"] for line in missing))
        (decode,) = [line for line in found if (line["bar"], line["against"]) == ("decode 128", LLAMA)]
        self.assertEqual((decode["model"], decode["settings"]), ("smollm2-q4_1", {"like": "a"}))
        self.assertEqual((decode["ours"], decode["peer"], decode["need"]), (100.0, 50.0, 2.0))

    def test_the_table_of_one_bar(self):
        shown = self.run_bars("--rounds", "2", "-m", "smollm2-q4_1", "--bar", "prefill 4k")
        self.assertIn("| prefill 4k, tok/s | 100.0 | llama.cpp | 50.0 | 2.00 | 2.00 | 2.00 |", shown)
        self.assertTrue(shown.endswith("1 of 1 bars pass\n"), shown)


class Rows(unittest.TestCase):
    def test_a_row_of_the_table(self):
        line = only(Bar("decode 128", *KEY, ((LLAMA, 2.5),)), Entries.ROUNDS)
        self.assertEqual(
            bars.row(line | {"settings": {"threads": 2, "flash": 1}}),
            "| decode 128, tok/s | 20.0 | llama.cpp | 5.0 | 3.00 | 4.00 | 5.00 | 2.50 | 62% | yes | "
            "threads 2, flash 1 |")

    def test_a_row_of_what_is_missing(self):
        line = only(Bar("rss", *KEY, ((LIMIT, 1.0),)), [{}, {}])
        self.assertEqual(bars.row(line | {"settings": None}),
                         "| rss, tok/s | – | limit | – | – | – | – | 1.00 | – | no | not measured |")


if __name__ == "__main__":
    unittest.main()
