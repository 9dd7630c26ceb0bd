#!/usr/bin/env python3
"""Golden values for the statistics of the Reporting target, from NumPy, SciPy and statsmodels.

    statistics.py > Tests/ReportingTests/Golden/statistics.json
"""

import json

import numpy
import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

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


def paired_tests():
    for count, shift in ((3, 0.02), (5, 0.4), (12, 0.1), (40, 0.0)):
        values = random.normal(shift, 0.3, count)
        flips = stats.permutation_test(
            (values,), lambda x, axis: x.sum(axis), permutation_type="samples", vectorized=True,
            n_resamples=1 << 17, alternative="two-sided",
        )
        yield {
            "values": listed(values),
            "student": float(stats.ttest_1samp(values, 0).pvalue),
            "exact_flips": float(flips.pvalue) if count <= 12 else None,
        }


def discordances():
    for first, second in ((0, 0), (1, 0), (3, 9), (40, 41), (200, 260), (7, 7)):
        test = mcnemar([[10, first], [second, 5]], exact=True)
        yield {"first": first, "second": second, "p": float(test.pvalue)}


def corrections():
    for values in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.02, 0.02, 0.02], list(random.uniform(size=15))):
        yield {
            "values": listed(values),
            "holm": listed(multipletests(values, method="holm")[1]),
            "benjamini_hochberg": listed(multipletests(values, method="fdr_bh")[1]),
        }


def correlations():
    for count in (5, 30):
        x = random.normal(size=count)
        y = numpy.round(x + random.normal(size=count), 1)
        yield {
            "x": listed(x), "y": listed(y), "pearson": float(stats.pearsonr(x, y)[0]),
            "spearman": float(stats.spearmanr(x, y)[0]),
        }


def detectable():
    for count in (3, 10, 100):
        quantiles = stats.t.ppf(0.975, count - 1) + stats.t.ppf(0.8, count - 1)
        yield {"count": count, "deviation": 0.3, "gap": float(quantiles * 0.3 / numpy.sqrt(count))}


def power_laws():
    """Two kinds of model with one floor; the noisy fit is SciPy's, begun at the truth."""
    truth = numpy.array([numpy.log(1.7), numpy.log(400), 0.34, numpy.log(410), 0.28,
                         numpy.log(500), 0.33, numpy.log(600), 0.29])
    grid = [(kind, n, d) for kind in (0, 1) for n in (1e6, 3e6, 1e7, 3e7) for d in (1e7, 4e7, 2e8)]

    def loss(v, kind, n, d):
        a, alpha, b, beta = v[1 + 4 * kind: 5 + 4 * kind]
        return numpy.exp(v[0]) + numpy.exp(a) / n**alpha + numpy.exp(b) / d**beta

    for noise in (0.0, 0.003):
        losses = [loss(truth, *point) * numpy.exp(random.normal(0, noise)) for point in grid]
        fit = optimize.least_squares(
            lambda v: [numpy.log(loss(v, *p)) - numpy.log(l) for p, l in zip(grid, losses)], truth,
            xtol=1e-15, ftol=1e-15, gtol=1e-15)
        yield {
            "points": [[k, n, d, float(l)] for (k, n, d), l in zip(grid, losses)],
            "irreducible": float(numpy.exp(fit.x[0])),
            "alpha": [float(fit.x[2]), float(fit.x[6])], "beta": [float(fit.x[4]), float(fit.x[8])],
            "error": float(numpy.sqrt(2 * fit.cost / len(grid))),
        }


levels = [1e-9, 0.001, 0.01, 0.025, 0.3, 0.5, 0.8, 0.975, 0.995, 1 - 1e-6]
golden = {
    "generator": "Tools/golden/statistics.py",
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__,
                 "statsmodels": statsmodels.__version__},
    "summaries": list(summaries()),
    "quantiles": list(quantiles()),
    "wilson": list(wilson()),
    "normal": {"levels": levels, "quantiles": listed(stats.norm.ppf(levels))},
    "student": [
        {"degrees": degrees, "levels": levels, "quantiles": listed(stats.t.ppf(levels, degrees))}
        for degrees in (1, 2, 4, 30, 1000)
    ],
    "bootstraps": list(bootstraps()),
    "paired_tests": list(paired_tests()),
    "discordances": list(discordances()),
    "corrections": list(corrections()),
    "correlations": list(correlations()),
    "detectable": list(detectable()),
    "power_laws": list(power_laws()),
}
print(json.dumps(golden, indent=1))
