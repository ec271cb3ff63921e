/// Checks a loss on random outputs and the targets of these samples: its gradient against differences of its value,
/// its Hessian product against differences of its gradient, and that the Hessian is symmetric.
func checkLoss(
    _ loss: any Loss<Double>, kind: String, outputs: Int, targets: Targets<Double>, rows: Int,
    from stream: RandomStream
) -> CheckResult {
    var stream = stream
    let count = rows * outputs
    let y = Buffer<Double>(count: count), kept = Buffer<Double>(count: count), result = Buffer<Double>(count: count)
    let tangent = Buffer<Double>(count: count)
    func target(_ memory: Buffer<Double>) -> Target<Double> { Target(memory.base, rows, outputs) }
    func value(_ z: [Double]) -> Double {
        for i in 0..<count { y.base[i] = z[i] }
        return loss.value(y: target(y).read, targets, kept: target(kept))
    }
    func gradient(_ z: [Double]) -> [Double] {
        _ = value(z)
        loss.gradient(targets, kept: target(kept).read, gy: target(result))
        return result.values
    }
    func product(_ z: [Double], _ u: [Double]) -> [Double] {
        _ = value(z)
        for i in 0..<count { tangent.base[i] = u[i] }
        loss.hessianProduct(kept: target(kept).read, u: target(tangent).read, ru: target(result))
        return result.values
    }

    var first: [Double?] = [], second: [Double?] = [], symmetry: [Double?] = []
    for _ in 0..<2 {
        let z = stream.normals(count), ones = [Double](repeating: 1, count: count)
        let slope = Differences.alongRandom(of: { ([value($0)], []) }, at: z, sizes: ones, from: &stream)
        first.append(slope.map { relativeError([inner(gradient(z), $0.direction)], $0.derivative, scale: $0.scale) })
        let curvature = Differences.alongRandom(of: { (gradient($0), []) }, at: z, sizes: ones, from: &stream)
        second.append(curvature.map { relativeError(product(z, $0.direction), $0.derivative, scale: $0.scale) })
        let u = stream.normals(count), v = stream.normals(count)
        symmetry.append(
            relativeError(inner(u, product(z, v)), ofDot: v, product(z, u), scale: negligible(u, gradient(z))))
    }
    return CheckResult(
        name: "loss", kind: kind,
        measurements: [
            Measurement("gradient", worst(first), tolerance: CheckTolerance.differences),
            Measurement("Hessian", worst(second), tolerance: CheckTolerance.differences),
            Measurement("symmetry", worst(symmetry), tolerance: CheckTolerance.identities),
        ])
}
