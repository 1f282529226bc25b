"""Measures Waymark's matching beside its peers, and writes RESULTS.md. See benches/README.md.

Every solver runs in a process of its own, on one core unless said otherwise, and has to find what
Waymark finds: the first that does not ends the whole.
"""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
BENCH, PYTHON = sys.argv[1:]
ROUNDS = int(os.environ.get("ROUNDS", 2))
ALL_PAIRS = os.environ.get("ALL_PAIRS") == "1"
LONGEST = 900
# How busy the machine was, after each run.
LOADS = []

WAYMARK = "waymark"
CRATES = {"lsap": "lsap (crate)", "pathfinding": "pathfinding (crate)", "mcmf": "mcmf (crate)"}
PYPI = {
    "lapjvs": "lapx lapjvs",
    "lapjvs-64": "lapx lapjvs, 64 bits",
    "lapjvx": "lapx lapjvx",
    "scipy": "scipy linear_sum_assignment",
    "ortools": "OR-Tools SimpleMinCostFlow",
}
NAMES = {WAYMARK: "**Waymark**", **CRATES, **PYPI}

PARTS = ["prepare", "solve", "prove"]
ONE_TO_ONE = ["lapjvs", "lapjvx", "scipy", "lsap", "pathfinding"]
FLOWS = ["ortools", "mcmf"]

PROGRAMMES = [
    ("programme 1000 300 tight", ONE_TO_ONE + FLOWS),
    ("programme 1000 300 ample", ONE_TO_ONE + FLOWS),
    ("programme 1000 300 scarce", ONE_TO_ONE + FLOWS),
    ("programme 5000 1500 tight", ONE_TO_ONE + FLOWS),
    ("programme 10000 2500 tight", ONE_TO_ONE + ["ortools"]),
    ("programme 10000 2500 ample", ONE_TO_ONE + ["ortools"]),
    ("programme 10000 2500 scarce", ONE_TO_ONE + ["ortools"]),
    ("best 100000 20000 tight", FLOWS),
    ("best 100000 20000 ample", FLOWS),
    ("random 100000 20000 tight", FLOWS),
    ("random 100000 20000 ample", FLOWS),
]
LIMITS = """Left out: mcmf on all pairs of 10,000 × 2,500, where it would need over 5 GB; on
100,000 × 20,000 those who match one to one, who would copy every place and need 24 GB or more; scipy's
sparse `min_weight_full_bipartite_matching`, which took over a hundred seconds there."""

# What the other ways of matching take; nobody fares badly is for 4,000 mentees and ten million pairs.
OTHER_WAYS = {"even": "the best, spread evenly", "worst_off": "nobody fares badly", "stable": "nobody would rather swap"}
SIZES = [("500 125", True), ("2000 500", True), ("4000 1000", True), ("10000 2500", False)]

GROWTH = [500, 1_000, 2_000, 5_000, 10_000, 20_000]
# Beyond it the peer needs several gigabytes.
GROWTH_OF_PEERS = 10_000

SHAPES = {
    "equal": "all scores equal",
    "four-values": "four values",
    "uniform": "uniform chance",
    "one-wanted": "one mentor wanted by all",
    "same-ranking": "the same ranking for all",
    "product": "product of two numbers",
    "chain": "a chain of neighbours",
    "nobody": "nobody allowed",
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Comparison(pathlib.Path(folder) / "instance")
        parts = [
            bench.of_programmes(),
            bench.of_growth(),
            bench.of_other_ways(),
            bench.of_shapes(),
            bench.of_kernel(),
        ]
        if ALL_PAIRS:
            parts.append(bench.of_all_pairs())
    text = "\n".join([heading(), *parts])
    (HERE / "RESULTS.md").write_text(text)
    print(text)


class Comparison:
    def __init__(self, file):
        self.file = file

    def of_programmes(self):
        text, summary = [], []
        for instance, peers in PROGRAMMES:
            self.make(instance)
            both = self.measure(WAYMARK, cores=2) if cores() > 1 else None
            ours = self.measure(WAYMARK)
            rows = [by_the_clock("Waymark, two cores", both)] if both else []
            rows.append(row(NAMES[WAYMARK], ours, ours))
            measured = {peer: self.agreeing(peer, ours, instance) for peer in peers}
            rows += [row(NAMES[peer], theirs, ours) for peer, theirs in measured.items()]
            summary.append(beside_the_best(instance, ours, measured))
            text += [f"### {title(instance)}", "", matched(ours), ""]
            text += table(["solver", *PARTS, "memory", "ratio"], rows)
        heading = [
            "## Programmes",
            "",
            "A mentor has 1 to 5 places where they are tight, 3 to 9 where ample, 1 to 3 where scarce.",
            "One core. Waymark's time is that with its proof, which no peer gives; a peer's is that to",
            "solve alone, without bringing the scores into its form. The ratio is that of these two.",
            "",
        ]
        columns = ["programme", "Waymark", "memory", "the fastest peer", "time", "memory", "ratio"]
        return "\n".join([*heading, *table(columns, summary), *text, LIMITS, ""])

    def of_growth(self):
        rows = []
        for mentees in GROWTH:
            instance = f"programme {mentees} {mentees // 4} tight"
            self.make(instance)
            ours = self.measure(WAYMARK)
            small = mentees <= GROWTH_OF_PEERS
            peer = self.agreeing("lapjvs", ours, instance) if small else None
            rows.append(
                [
                    f"{mentees:,} × {mentees // 4:,}",
                    seconds(whole(ours)),
                    megabytes(ours),
                    seconds(peer["solve"]) if peer else "–",
                    megabytes(peer) if peer else "–",
                    ratio(peer, ours) if peer else "–",
                ]
            )
        columns = ["size", "Waymark, with proof", "memory", NAMES["lapjvs"], "memory", "ratio"]
        return "\n".join(["## Growth", "", "Tight, one core.", "", *table(columns, rows)])

    def of_other_ways(self):
        rows = []
        for size, all_ways in SIZES:
            self.make(f"programme {size} tight")
            ours = self.measure(WAYMARK)
            ways = [one for one in OTHER_WAYS if all_ways or one != "worst_off"]
            times = {one: seconds(self.measure(one)["solve"]) for one in ways}
            mentees, mentors = map(int, size.split())
            rows.append(
                [
                    f"{mentees:,} × {mentors:,}",
                    seconds(whole(ours)),
                    *(times.get(one, "–") for one in OTHER_WAYS),
                ]
            )
        columns = ["size", "the best, with proof", *OTHER_WAYS.values()]
        text = [
            "## Other ways of matching",
            "",
            "Tight, one core. Nobody fares badly is for up to 4,000 mentees and ten million pairs.",
            "",
        ]
        return "\n".join([*text, *table(columns, rows)])

    def of_shapes(self):
        rows = []
        for shape, words in SHAPES.items():
            for places in [3, 4, 5]:
                instance = f"{shape} 2000 500 {places}"
                self.make(instance)
                ours = self.measure(WAYMARK)
                peers = [self.agreeing(one, ours, instance) for one in ["lapjvs-64", "ortools"]]
                best = min(peers, key=lambda peer: peer["solve"])
                times = [whole(ours), *(peer["solve"] for peer in peers)]
                rows.append([words, str(places), *map(seconds, times), ratio(best, ours)])
        text = [
            "## Shapes that no programme has",
            "",
            "2,000 mentees and 500 mentors with as many places each as said; one core. The ratio is",
            "that of the better peer.",
            "",
        ]
        peers = [NAMES["lapjvs-64"], NAMES["ortools"]]
        columns = ["scores", "places", "Waymark, with proof", *peers, "ratio"]
        return "\n".join([*text, *table(columns, rows)])

    def of_kernel(self):
        times = [ask([BENCH, "kernel", "10000", "2500"])["seconds"] for _ in range(5)]
        speed = 25 / min(times)
        return f"## Scores\n\nEight criteria: {speed:.0f} million pairs a second on one core.\n"

    def of_all_pairs(self):
        rows = []
        for places in ["tight", "ample"]:
            ours = ask([BENCH, "price", "100000", "20000", places], cores(), None)
            rows.append([places, matched(ours), seconds(ours["elapsed"]), megabytes(ours)])
        text = [
            "## All pairs of 100,000 × 20,000",
            "",
            "Two thousand million pairs, whose scores are never kept; all cores. No peer can.",
            "",
        ]
        return "\n".join([*text, *table(["places", "found", "time with proof", "memory"], rows)])

    def make(self, instance):
        ask([BENCH, "make", *instance.split(), str(self.file)], cores(), None)

    def measure(self, solver, cores=1):
        """The best time of all rounds, and the most memory."""
        if solver in PYPI:
            command = [PYTHON, str(HERE / "peers.py"), solver, str(self.file)]
        else:
            command = [BENCH, "solve", solver, str(self.file)]
        rounds = [ask(command, cores) for _ in range(ROUNDS)]
        best = min(rounds, key=whole)
        return best | {"kilobytes": max(one["kilobytes"] for one in rounds)}

    def agreeing(self, peer, ours, instance):
        """Whoever finds anything else makes all of it worthless."""
        theirs = self.measure(peer)
        if [theirs["matched"], theirs["score"]] != [ours["matched"], ours["score"]]:
            sys.exit(f"{instance}: Waymark finds {matched(ours)}, {peer} {matched(theirs)}")
        print(f"{instance}: {peer} agrees, {ratio(theirs, ours)}", file=sys.stderr)
        return theirs


def ask(command, number=1, longest=LONGEST):
    """Runs a command on so many cores."""

    def on_these():
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-number:])

    done = subprocess.run(
        command, preexec_fn=on_these, timeout=longest, check=True, stdout=subprocess.PIPE, text=True
    )
    LOADS.append(os.getloadavg()[0])
    return json.loads(done.stdout)


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def whole(measured):
    return measured["solve"] + measured["prove"]


def ratio(measured, ours):
    times = whole(measured) / whole(ours)
    return f"{times:.0f}" if times >= 10 else f"{times:.1f}" if times >= 1 else f"{times:.2f}"


def beside_the_best(instance, ours, peers):
    best = min(peers, key=lambda peer: peers[peer]["solve"])
    theirs = peers[best]
    times = [NAMES[best], seconds(theirs["solve"]), megabytes(theirs), f"**{ratio(theirs, ours)}**"]
    return [title(instance), seconds(whole(ours)), megabytes(ours), *times]


def row(name, measured, ours):
    times = [seconds(measured[part]) if measured[part] else "–" for part in PARTS]
    return [name, *times, megabytes(measured), ratio(measured, ours)]


def by_the_clock(name, measured):
    return [name, "–", f"{seconds(measured['elapsed'])} in all", "–", megabytes(measured), "–"]


def table(columns, rows):
    lines = [columns, ["---"] * len(columns), *rows]
    return [*("| " + " | ".join(line) + " |" for line in lines), ""]


def seconds(number):
    if number < 0.1:
        return f"{1000 * number:.1f} ms"
    return f"{1000 * number:.0f} ms" if number < 1 else f"{number:.1f} s"


def megabytes(measured):
    return f"{measured['kilobytes'] / 1024:,.0f} MB"


def matched(measured):
    return f"{measured['matched']:,} pairs, {measured['score'] / 100:,.2f} points"


def title(instance):
    kind, mentees, mentors, places = instance.split()
    pairs = {"programme": "all pairs", "best": "best 50 of each", "random": "50 of each by chance"}
    return f"{int(mentees):,} mentees, {int(mentors):,} mentors, {pairs[kind]}, {places}"


def heading():
    return f"""# What matching takes

Written by `benches/matching/run`. Seconds are those of one machine on one day, and only the ratios
mean anything elsewhere. They are what a processor was busy for, and not what the clock says, unless
two cores had a part in it: {datetime.date.today():%-d %B %Y}, {os.cpu_count()} cores ({processor()}), shared with
others, so that its load went from {min(LOADS):.1f} to {max(LOADS):.1f}, 1 of which is this. Each time is the
best of {ROUNDS}. Memory is the peak of a process of its own, with its language and libraries, and for
Waymark with all scores. Everybody found the same number of pairs and the same total.
"""


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    main()
