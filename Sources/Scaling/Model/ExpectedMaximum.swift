import Foundation

/// The expected maximum of n independent numbers of the standard normal distribution: 0 for one, 0.564 for two,
/// 3.5 for 4,096; n ∫ x φ(x) Φ(x)^(n−1) dx by Simpson's rule (David and Nagaraja, Order Statistics, 2003).
func expectedMaximum(of n: Int) -> Double {
    guard n > 1 else { return 0 }
    let halves = 240, limit = 9.0, h = limit / Double(halves)
    var sum = 0.0
    for i in -halves...halves {
        let x = Double(i) * h
        let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        let below = erfc(-x / 2.0.squareRoot()) / 2
        let weight = abs(i) == halves ? 1.0 : i % 2 == 0 ? 2 : 4
        sum += weight * x * density * pow(below, Double(n - 1))
    }
    return Double(n) * sum * h / 3
}
