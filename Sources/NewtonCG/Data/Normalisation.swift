import HDF5

/// How the raw inputs of a file become the numbers that a network sees.
public enum Normalisation: Sendable, Equatable, CustomStringConvertible {
    /// Floats are taken as they are.
    case none
    /// Bytes are divided by 255.
    case bytes
    /// (x − mean) / std. Mean and std have one value for all, one for each channel (the last axis), or one
    /// for each feature of a sample; a std of 0 counts as 1.
    case standard(mean: [Double], std: [Double])

    /// In words, for the user.
    public var description: String {
        switch self {
        case .none: "as they are"
        case .bytes: "divided by 255"
        case .standard(let mean, _):
            "standardised by \(mean.count == 1 ? "one" : "\(mean.count)") mean and std"
                + (constants > 0
                    ? ", of which \(constants == 1 ? "one is" : "\(constants) are") of constant inputs" : "")
        }
    }

    /// How many of the standard deviations are 0, or no more than the rounding of the mean: they count as 1.
    public var constants: Int {
        guard case .standard(_, let std) = self else { return 0 }
        return std.count { $0 == 0 }
    }

    /// What the attributes `mean` and `std` of `inputs` say; one of them alone leaves the other at 0 or 1.
    init(of inputs: Dataset) throws {
        let mean = try inputs.attributeDoubles("mean")
        let std = try inputs.attributeDoubles("std")
        let place = "\(inputs.path) of \(inputs.fileName)"
        guard mean != nil || std != nil else {
            self = inputs.elementKind == .uint8 ? .bytes : .none
            return
        }
        let sizes = [1, inputs.shape.last ?? 1, inputs.rowSize]
        let count = max(mean?.count ?? 1, std?.count ?? 1)
        for (name, values) in [("mean", mean), ("std", std)] {
            guard let values else { continue }
            guard sizes.contains(values.count), values.count == count || values.count == 1 else {
                throw DataError(
                    "\(place): the attribute '\(name)' has \(values.count) values; it needs 1, "
                        + "\(sizes[1]) (one for each channel) or \(sizes[2]) (one for each feature), "
                        + "and mean and std as many")
            }
            guard values.allSatisfy(\.isFinite) else {
                throw DataError("\(place): the attribute '\(name)' has a value that is not finite")
            }
        }
        if let negative = std?.first(where: { $0 < 0 }) {
            throw DataError("\(place): the attribute 'std' has the negative value \(negative)")
        }
        func spread(_ values: [Double]?, _ missing: Double) -> [Double] {
            let values = values ?? [missing]
            return values.count == count ? values : [Double](repeating: values[0], count: count)
        }
        // Programs take mean and std in the inputs' own precision, by sums of which an error stays.
        let (eps, units) = inputs.elementKind == .float64 ? (Double.ulpOfOne, 512.0) : (Double(Float.ulpOfOne), 4)
        let means = spread(mean, 0)
        self = .standard(
            mean: means,
            std: zip(spread(std, 1), means).map { isRounding($0, about: $1, eps: eps, units) ? 0 : $0 })
    }

    /// Normalises `count` values in place. `count` is a multiple of the number of means.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func apply<S: Scalar>(to values: UnsafeMutablePointer<S>, count: Int) {
        guard case .standard(let mean, let std) = self else { return }
        let m = mean.map { S($0) }
        let s = std.map { S(divisor($0)) }
        for start in stride(from: 0, to: count, by: m.count) {
            for j in 0..<m.count { values[start + j] = (values[start + j] - m[j]) / s[j] }
        }
    }

    /// Normalises bytes by a table of their 256 values for each mean.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func convert<S: Scalar>(_ bytes: [UInt8], to values: UnsafeMutablePointer<S>) {
        let mean: [Double]
        let std: [Double]
        switch self {
        case .none: (mean, std) = ([0], [1])
        case .bytes: (mean, std) = ([0], [255])
        case .standard(let m, let s): (mean, std) = (m, s.map(divisor))
        }
        let table = mean.indices.flatMap { j in (0..<256).map { S((Double($0) - mean[j]) / std[j]) } }
        for start in stride(from: 0, to: bytes.count, by: mean.count) {
            for j in mean.indices { values[start + j] = table[256 * j + Int(bytes[start + j])] }
        }
    }
}

/// What is divided by.
private func divisor(_ std: Double) -> Double { std == 0 ? 1 : std }
