"""A pairwise covering array: few combinations of levels in which every two levels of two factors meet
(greedy, as AETG: Cohen et al. 1997). Deterministic."""
import itertools


def pairs_of(row: dict) -> set:
    """The pairs of (factor, level) that a combination holds."""
    return {frozenset(pair) for pair in itertools.combinations(row.items(), 2)}


def all_pairs(factors: dict) -> set:
    return {frozenset({(a, x), (b, y)})
            for a, b in itertools.combinations(factors, 2)
            for x in factors[a] for y in factors[b]}


def choose(factors: dict, row: dict, factor: str, missing: set):
    """The level that meets most of the row's levels for the first time; of equals the first."""
    def gain(level):
        return sum(frozenset({(factor, level), other}) in missing for other in row.items())
    return max(factors[factor], key=gain)


def covering_array(factors: dict) -> list[dict]:
    """`factors`: name → levels, the first one being the usual one. Rows in which every pair occurs."""
    missing, rows = all_pairs(factors), []
    while missing:
        row = dict(sorted(next(iter(sorted(missing, key=lambda pair: sorted(map(str, pair)))))))
        for factor in factors:
            if factor not in row:
                row[factor] = choose(factors, row, factor, missing)
        rows.append({factor: row[factor] for factor in factors})
        missing -= pairs_of(row)
    return rows
