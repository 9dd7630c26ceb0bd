internal import Foundation

/// Quantiles of the two reference distributions that intervals need.
package enum Distribution {
    /// The standard normal quantile, to about 1e-15.
    /// - Source: Acklam's rational approximation, refined by one step of Halley's method.
    package static func normalQuantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile needs a probability inside (0, 1), not \(p)")
        let a = [
            -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
            1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
        ]
        let b = [
            -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
            6.680131188771972e+01, -1.328068155288572e+01, 1,
        ]
        let c = [
            -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
            -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
        ]
        let d = [
            7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
            3.754408661907416e+00, 1,
        ]
        func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
            coefficients.reduce(0) { $0 * x + $1 }
        }
        var x: Double
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            x = polynomial(c, q) / polynomial(d, q)
        } else if p > 1 - 0.02425 {
            let q = (-2 * log(1 - p)).squareRoot()
            x = -polynomial(c, q) / polynomial(d, q)
        } else {
            let q = p - 0.5
            x = q * polynomial(a, q * q) / polynomial(b, q * q)
        }
        let error = 0.5 * erfc(-x / 2.0.squareRoot()) - p
        let u = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
        x -= u / (1 + x * u / 2)
        return x
    }

    /// Student's t quantile with `degreesOfFreedom`, to about 1e-10, by bisection of its
    /// distribution.
    package static func studentQuantile(_ p: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom > 0, "Student's t needs a degree of freedom")
        precondition(p > 0 && p < 1, "a quantile needs a probability inside (0, 1), not \(p)")
        if p == 0.5 { return 0 }
        if p < 0.5 { return -studentQuantile(1 - p, degreesOfFreedom: degreesOfFreedom) }
        func upperTail(_ t: Double) -> Double {
            studentUpperTail(t, degreesOfFreedom: degreesOfFreedom)
        }
        var lower = 0.0
        var upper = 1.0
        while upperTail(upper) > 1 - p { upper *= 2 }
        for _ in 0..<200 {
            let middle = (lower + upper) / 2
            if middle == lower || middle == upper { break }
            if upperTail(middle) > 1 - p { lower = middle } else { upper = middle }
        }
        return (lower + upper) / 2
    }

    /// P(T > t) of Student's t with `degreesOfFreedom`, for t ≥ 0.
    package static func studentUpperTail(_ t: Double, degreesOfFreedom: Int) -> Double {
        precondition(t >= 0 && degreesOfFreedom > 0, "an upper tail beyond \(t)")
        let ν = Double(degreesOfFreedom)
        return 0.5 * regularizedBeta(ν / (ν + t * t), ν / 2, 0.5)
    }

    /// The regularized incomplete beta function by its continued fraction.
    /// - Source: Lentz's method as in Press et al., Numerical Recipes, §6.4.
    static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean only.
        if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
        let logFront: Double = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)
        var c = 1.0
        var d = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...500 {
            let m = Double(step)
            let even: Double = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd: Double = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            for numerator in [even, odd] {
                d = 1 / awayFromZero(1 + numerator * d)
                c = awayFromZero(1 + numerator / c)
                fraction *= d * c
            }
            if abs(d * c - 1) < 1e-16 { break }
        }
        return exp(logFront) / a * fraction
    }

    private static func awayFromZero(_ value: Double) -> Double {
        abs(value) < 1e-300 ? 1e-300 : value
    }
}
