/// Checks a loss on random outputs and the targets of these samples: its gradient against differences of its value,
/// its Hessian product against differences of its gradient, and that the Hessian is symmetric.
func checkLoss(
    _ loss: any Loss<Double>, kind: String, outputs: [Shape], targets: Targets<Double>, from stream: RandomStream
) -> CheckResult {
    var stream = stream
    let rows = targets.rows, sizes = outputs.map { rows * $0.count }, count = sizes.reduce(0, +)
    func buffers() -> [Buffer<Double>] { sizes.map { Buffer(count: $0) } }
    let y = buffers(), kept = buffers(), result = buffers(), tangent = buffers()
    func views(_ memory: [Buffer<Double>]) -> [Target<Double>] {
        zip(memory, outputs).map {
            Target($0.base, samples: rows, of: $1, lastAxis: loss.actsOnLastAxis)
        }
    }
    func put(_ values: [Double], _ memory: [Buffer<Double>]) {
        var i = 0
        for buffer in memory {
            for j in 0..<buffer.count { buffer.base[j] = values[i + j] }
            i += buffer.count
        }
    }
    func read(_ memory: [Buffer<Double>]) -> [Matrix<Double>] { views(memory).map(\.read) }
    func value(_ z: [Double]) -> Double {
        put(z, y)
        return loss.value(y: read(y), targets, kept: views(kept))
    }
    func gradient(_ z: [Double]) -> [Double] {
        _ = value(z)
        loss.gradient(targets, kept: read(kept), gy: views(result))
        return result.flatMap(\.values)
    }
    func product(_ z: [Double], _ u: [Double]) -> [Double] {
        _ = value(z)
        put(u, tangent)
        loss.hessianProduct(targets, kept: read(kept), u: read(tangent), ru: views(result))
        return result.flatMap(\.values)
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
