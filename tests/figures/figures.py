"""What SciPy makes of ratings: of those who had met, at the start and later, and of those who waited."""

import json
import math
import sys

import numpy
from scipy import special, stats


def correction(freedom):
    logarithm = special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2)
    return math.exp(logarithm) / math.sqrt(freedom / 2)


def change(early, late):
    paired = stats.ttest_rel(late, early)
    interval = paired.confidence_interval(0.95)
    differences = numpy.subtract(late, early)
    spread = differences.std(ddof=1)
    effect = correction(len(early) - 1) * differences.mean() / spread
    return [differences.mean(), interval.low, interval.high, effect]


def beyond(own, others):
    own, others = numpy.subtract(*own[::-1]), numpy.subtract(*others[::-1])
    interval = stats.ttest_ind(own, others, equal_var=False).confidence_interval(0.95)
    n, k = len(own), len(others)
    pooled = ((n - 1) * own.var(ddof=1) + (k - 1) * others.var(ddof=1)) / (n + k - 2)
    difference = own.mean() - others.mean()
    effect = correction(n + k - 2) * difference / math.sqrt(pooled)
    return [difference, interval.low, interval.high, effect]


told = json.load(sys.stdin)
found = [
    {"change": change(*paired), "beyond": beyond(paired, waiting)}
    for paired, waiting in told
]
json.dump(found, sys.stdout, default=float)
