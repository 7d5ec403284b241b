"""What benchmarks of rounds in turns have in common: the binary that they run, their options, their
quartiles.
"""
import argparse
import statistics

from peer import places

places.use_release()


def quartiles(values: list[float]) -> dict:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": middle, "q1": low, "q3": high}


def parse(arguments: argparse.ArgumentParser) -> argparse.Namespace:
    """The command line, with --rounds, --json and --record besides."""
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    if asked.rounds < 2:
        arguments.error("--rounds must be at least 2: quartiles need two ratios")
    return asked
