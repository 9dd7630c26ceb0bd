#!/usr/bin/env python3
"""Golden values for the statistics of the Reporting target, from NumPy and SciPy.

    statistics.py > Tests/ReportingTests/Golden/statistics.json
"""

import json

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(20240131)


def listed(array):
    return [float(value) for value in array]


def summaries():
    cases = [
        random.normal(2.8, 0.4, 5),
        random.lognormal(0, 1, 40),
        numpy.array([1e9 + 1, 1e9 + 2, 1e9 + 4]),
        numpy.array([0.0103, 0.0216]),
    ]
    for values in cases:
        interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        yield {
            "values": listed(values),
            "mean": float(numpy.mean(values)),
            "standard_deviation": float(numpy.std(values, ddof=1)),
            "standard_error": float(stats.sem(values)),
            "student": [float(interval.low), float(interval.high)],
            "cohens_d": float(numpy.mean(values) / numpy.std(values, ddof=1)),
        }


def quantiles():
    for count in (2, 3, 10, 101):
        values = random.normal(size=count)
        levels = [0.0, 0.025, 0.5, 0.7, 0.975, 1.0]
        yield {
            "values": listed(values),
            "levels": levels,
            "quantiles": listed(numpy.quantile(values, levels)),
        }


def wilson():
    for successes, trials in ((0, 10), (1, 10), (5, 10), (10, 10), (377, 1000), (64, 100)):
        for confidence in (0.9, 0.95, 0.99):
            interval = stats.binomtest(successes, trials).proportion_ci(confidence, "wilson")
            yield {
                "successes": successes,
                "trials": trials,
                "confidence": confidence,
                "interval": [float(interval.low), float(interval.high)],
            }


def bootstraps():
    """Monte Carlo: SciPy's own draws, many of them, so that ours may differ by noise only."""
    for count in (12, 60):
        nats = random.normal(0.02, 0.05, count) * (tokens := random.integers(40, 400, count))

        def ratio(numerator, denominator, axis):
            return numerator.sum(axis) / denominator.sum(axis)

        interval = stats.bootstrap(
            (nats, tokens), ratio, paired=True, vectorized=True, n_resamples=100_000,
            method="percentile", rng=random,
        )
        yield {
            "nats": listed(nats),
            "tokens": listed(tokens),
            "ratio": float(nats.sum() / tokens.sum()),
            "interval": [
                float(interval.confidence_interval.low),
                float(interval.confidence_interval.high),
            ],
            "standard_error": float(interval.standard_error),
        }


levels = [1e-9, 0.001, 0.01, 0.025, 0.3, 0.5, 0.8, 0.975, 0.995, 1 - 1e-6]
golden = {
    "generator": "Tools/golden/statistics.py",
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__},
    "summaries": list(summaries()),
    "quantiles": list(quantiles()),
    "wilson": list(wilson()),
    "normal": {"levels": levels, "quantiles": listed(stats.norm.ppf(levels))},
    "student": [
        {"degrees": degrees, "levels": levels, "quantiles": listed(stats.t.ppf(levels, degrees))}
        for degrees in (1, 2, 4, 30, 1000)
    ],
    "bootstraps": list(bootstraps()),
}
print(json.dumps(golden, indent=1))
