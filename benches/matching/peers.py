"""Solves one instance by one of the programs that PyPI offers, and prints a line of JSON.

How instances stand in their files is told in src/instance.rs.
"""

import json
import resource
import sys
import time

import numpy

BEST = 10_000
NOT_ALLOWED = 0


class Instance:
    def __init__(self, path):
        self.numbers = numpy.fromfile(path, "<u2")
        self.mentees, self.mentors, listed = self.take(6).view("<u4").tolist()
        self.places = self.take(2 * self.mentors).view("<u4").astype(numpy.int64)
        if listed:
            lists = [self.list() for _ in range(self.mentees)]
            self.mentee = numpy.repeat(numpy.arange(self.mentees), [len(who) for who, _ in lists])
            self.mentor = numpy.concatenate([who for who, _ in lists]).astype(numpy.int64)
            self.mark = numpy.concatenate([marks for _, marks in lists])
            self.marks = None
        else:
            self.marks = self.take(self.mentees * self.mentors).reshape(self.mentees, self.mentors)
        del self.numbers

    def take(self, number):
        taken, self.numbers = self.numbers[:number], self.numbers[number:]
        return taken

    def list(self):
        (number,) = self.take(2).view("<u4").tolist()
        return self.take(2 * number).view("<u4"), self.take(number)

    def pairs(self):
        """Mentees, mentors and scores of all pairs that are allowed."""
        if self.marks is None:
            return self.mentee, self.mentor, self.mark.astype(numpy.int64) - 1
        mentee, mentor = numpy.nonzero(self.marks)
        return mentee, mentor, self.marks[mentee, mentor].astype(numpy.int64) - 1

    def mentor_of_place(self):
        return numpy.repeat(numpy.arange(self.mentors), self.places)

    def costs(self, kind, not_allowed):
        """A row for each mentee and a column for each place."""
        costs = kind(BEST + 1) - self.marks.astype(kind)
        costs[self.marks == NOT_ALLOWED] = not_allowed
        return numpy.repeat(costs, self.places, axis=1)

    def total(self, mentee, mentor):
        """Of those pairs among these that are allowed: of `costs` some may not be."""
        marks = self.marks[mentee, mentor].astype(numpy.int64)
        allowed = marks[marks != NOT_ALLOWED]
        return len(allowed), int(allowed.sum()) - len(allowed)


def one_to_one(instance, solve, kind=numpy.float64):
    # More than any loss of score. Numbers of 32 bits cannot hold so much: there it is more than the
    # loss in any programme that is measured, or its total will not agree.
    whole = (BEST + 1) * (min(instance.mentees, int(instance.places.sum())) + 1)
    not_allowed = whole if kind is numpy.float64 else 100 * BEST
    costs, prepare = timed(lambda: instance.costs(kind, not_allowed))
    (mentee, place), seconds = timed(lambda: solve(costs))
    return instance.total(mentee, instance.mentor_of_place()[place]), prepare, seconds


def lapjvs(instance):
    import lap

    return one_to_one(
        instance, lambda costs: lap.lapjvs(costs, return_cost=False), numpy.float32
    )


def lapjvs_64(instance):
    import lap

    return one_to_one(
        instance, lambda costs: lap.lapjvs(costs, return_cost=False, prefer_float32=False)
    )


def lapjvx(instance):
    import lap

    # It does not take more rows than columns, or fewer, unless told so.
    return one_to_one(
        instance, lambda costs: lap.lapjvx(costs, extend_cost=True, return_cost=False)
    )


def scipy(instance):
    from scipy.optimize import linear_sum_assignment

    return one_to_one(instance, linear_sum_assignment)


def ortools(instance):
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    def prepared():
        mentee, mentor, score = instance.pairs()
        flow = SimpleMinCostFlow()
        sink = instance.mentees + instance.mentors
        flow.add_arcs_with_capacity_and_unit_cost(
            mentee, instance.mentees + mentor, numpy.ones_like(score), BEST - score
        )
        mentors = numpy.arange(instance.mentees, sink)
        flow.add_arcs_with_capacity_and_unit_cost(
            mentors, numpy.full_like(mentors, sink), instance.places, numpy.zeros_like(mentors)
        )
        mentees = numpy.arange(instance.mentees)
        flow.set_nodes_supplies(mentees, numpy.ones_like(mentees))
        flow.set_node_supply(sink, -instance.mentees)
        return flow, score

    (flow, score), prepare = timed(prepared)
    status, seconds = timed(flow.solve_max_flow_with_min_cost)
    if status != flow.OPTIMAL:
        sys.exit(f"{status}")
    matched = flow.flows(numpy.arange(len(score))) > 0
    return (int(matched.sum()), int(score[matched].sum())), prepare, seconds


def timed(work):
    """What came of it, and for how long it kept processors busy."""
    begun = time.process_time()
    done = work()
    return done, time.process_time() - begun


def most_memory():
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


SOLVERS = {
    "lapjvs": lapjvs,
    "lapjvs-64": lapjvs_64,
    "lapjvx": lapjvx,
    "scipy": scipy,
    "ortools": ortools,
}

if __name__ == "__main__":
    solver, path = sys.argv[1:]
    (matched, score), prepare, solve = SOLVERS[solver](Instance(path))
    print(
        json.dumps(
            {
                "matched": matched,
                "score": score,
                "prepare": prepare,
                "solve": solve,
                "prove": 0,
                "kilobytes": most_memory(),
            }
        )
    )
