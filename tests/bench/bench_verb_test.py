"""`ashlar bench` measures what it was asked for and nothing else."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import places


def bench(*options, checkout=""):
    return subprocess.run([places.binary(), "bench", *options], capture_output=True, text=True,
                          env=os.environ | {"ASHLAR_CHECKOUT": checkout})


def test_figures_of_each_round():
    done = bench("-m", places.model_path(), "--prompt", "32", "--decode", "4", "--streams", "2",
                 "--stream-prompt", "8", "--stream-decode", "3", "--rounds", "2", "--json")
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert len(found["rounds"]) == 2 and found["threads"] >= 1
    for figures in [*found["rounds"], found["median"]]:
        assert all(figures[name] > 0 for name in (
            "prefill_tok_s", "decode_tok_s", "streams_tok_s", "overhead_us"))
    # A token takes less outside the forward pass than it takes in all.
    median = found["median"]
    assert median["overhead_us"] < 1e6 / median["decode_tok_s"]


def test_zero_leaves_a_figure_out():
    done = bench("-m", places.model_path(), "--prompt", "8", "--decode", "0", "--streams", "0",
                 "--rounds", "1", "--json")
    median = json.loads(done.stdout)["median"]
    assert median["prefill_tok_s"] > 0
    assert median["decode_tok_s"] is None and median["streams_tok_s"] is None


def test_roofline_names_every_matrix_of_the_model():
    done = bench("-m", places.model_path(), "--roofline", "--json")
    found = json.loads(done.stdout)
    assert found["read_gb_s"] > 0 and found["f32_gmac_s"] > 0 and found["int8_gmac_s"]["Q4_1"] > 0
    linears = {(line["type"], line["outputs"], line["width"], line["rows"])
               for line in found["linears"]}
    assert ("Q4_1", 1536, 576, 1) in linears and ("Q8_0", 49152, 576, 16) in linears
    assert all(line["macs"] == line["outputs"] * line["width"] * line["rows"]
               for line in found["linears"])
    table = bench("-m", places.model_path(), "--roofline").stdout
    assert "of limit" in table and "49152" in table


def test_json_alone_runs_the_checkouts_bars():
    with tempfile.TemporaryDirectory() as checkout:
        script = Path(checkout) / "bench" / "bars.py"
        script.parent.mkdir()
        script.write_text("import os, sys\nprint(sys.argv[1:], os.environ['ASHLAR_BINARY'])\n"
                          "sys.exit(3)\n")
        done = bench("--json", "-m", "a b", "--rounds", "4", checkout=checkout)
        words = ["--json", "--rounds", "4", "--model", "a b"]
        assert done.stdout == f"{words} {places.binary().resolve()}\n", done.stdout
        assert done.returncode == 3
        assert bench("--json", checkout=checkout).stdout.startswith("['--json'] ")
        # Whoever names the work gets its rounds.
        done = bench("--json", "-m", "no/such/model", "--prompt", "8", checkout=checkout)
        assert json.loads(done.stdout)["error"]["kind"] == "not_found"


def test_json_alone_elsewhere_measures_our_side():
    done = bench("--json", "-m", places.model_path(), "--rounds", "1")
    assert "measuring our side alone" in done.stderr
    bars = json.loads(done.stdout)
    assert [bar["bar"] for bar in bars] == ["prefill 512", "decode 128", "16 streams", "overhead"]
    for bar in bars:
        assert bar["ours"] > 0 and bar["pass"] is False and bar["reason"]
        assert [bar[key] for key in ("peer", "ratio", "roofline", "need")] == [None] * 4


def test_bad_arguments():
    done = bench("-m", "no/such/model", "--json")
    assert done.returncode == 2 and json.loads(done.stdout)["error"]["kind"] == "not_found"
    assert bench("-m", places.model_path(), "--rounds", "0").returncode == 2


if __name__ == "__main__":
    places.need_model()
    test_figures_of_each_round()
    test_zero_leaves_a_figure_out()
    test_roofline_names_every_matrix_of_the_model()
    test_json_alone_runs_the_checkouts_bars()
    test_json_alone_elsewhere_measures_our_side()
    test_bad_arguments()
    print("ok")
