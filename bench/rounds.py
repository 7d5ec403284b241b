"""The rounds of a benchmark on one model: in each, ours and every peer do each task in turn, and the
machine's limits are measured beside them.

A round is side → (task, figure) → value; the sides are "ours", the peers' names, "roofline" (what the
limits allow) and "limit" (what we allow ourselves).
"""
import rooflines
import sides
from peer import PeerMissing, conditions, places
from sides import LLAMA, OPENVINO, Task, say

BEST = f"best of {LLAMA}, {OPENVINO}"
LIMIT, ROOFLINE = "limit", "roofline"
OVERHEAD_US = 50.0  # a token, outside the forward pass
MEMORY_SLACK, MEMORY_BASE = 1.05, 32e6  # of file + KV; bytes besides


def names_in(against: str) -> tuple:
    return (LLAMA, OPENVINO) if against == BEST else (against,)


class Contest:
    """Our side, the peers that are needed, and for each that is missing why."""

    def __init__(self, model, needed: set):
        """needed: (task, whom it is held against)."""
        self.ours = sides.Ours(model)
        self.tasks = sorted({task for task, _ in needed})
        self.tasks_of = {name: [task for task in self.tasks if any(
            task == other and name in names_in(against) for other, against in needed)]
            for name in sides.PEERS}
        self.threads = conditions()["threads"]
        small = places.model_path()  # its shapes take seconds, those of a big one minutes
        self.roofline_model = small if small.exists() else model
        self.peers, self.missing, self.versions, self.chosen = {}, {}, {}, {}
        for name in sides.PEERS:
            if self.tasks_of[name]:
                self.guarded(name, self.start)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for side in self.peers.values():
            side.process.close()

    def start(self, name: str) -> None:
        side = sides.PEERS[name](self.ours.model, self.ours.vocabulary)
        self.peers[name] = side
        self.versions[name] = side.version
        sides.choose_settings(side, self.tasks_of[name], self.threads)
        self.chosen[name] = side.best

    def guarded(self, name: str, step):
        """step(name). A peer that isn't there or fails is left out from then on; others go on."""
        try:
            return step(name)
        except (PeerMissing, RuntimeError, OSError) as error:
            say(f"{name}: {error}")
            self.missing[name] = str(error)
            self.peers.pop(name, None)
            return {}

    def settings(self, against: str, key: tuple):
        """What a peer ran a figure with; none for what has no settings."""
        found = {name: self.chosen[name].get(key) for name in names_in(against) if
                 name in self.chosen}
        return found if len(found) > 1 else next(iter(found.values()), None)

    def round(self) -> dict:
        limits = rooflines.measure(self.roofline_model, self.ours.work.kind)
        found = {"ours": {}, ROOFLINE: {}, LIMIT: self.limits(), **{name: {} for name in self.peers}}
        for task in self.tasks:
            self.put(found["ours"], task, self.ours.measure(task))
            if limits:
                self.put(found[ROOFLINE], task, rooflines.of_task(self.ours.work, limits, task))
            for name in [name for name in self.peers if task in self.tasks_of[name]]:
                speeds = self.guarded(name, lambda name: self.peers[name].measure_best(task))
                self.put(found[name], task, speeds)
        return found

    def limits(self) -> dict:
        """The bars that hold us against a number alone."""
        found = {}
        for task in self.tasks:
            kv = self.ours.work.kv_bytes * (task.prompt + task.tokens)
            found[task, "rss"] = MEMORY_SLACK * (self.ours.model.stat().st_size + kv) + MEMORY_BASE
            found[task, "overhead_us"] = OVERHEAD_US
        return found

    @staticmethod
    def put(side: dict, task: Task, figures: dict) -> None:
        side.update({(task, name): value for name, value in figures.items()})
