import NewtonCG

/// A small random network: any layer may read any earlier value or the data, once, twice or beside other readers, so
/// that values are shared, joined, flattened and overwritten in every way that the plan allows.
struct RandomNetwork {
    let spec: ModelSpec
    let input: [Int]
    let rows: Int
    let loss: LossSpec
    let outputs: Int
    private(set) var random: Numbers

    /// A value while the network is built.
    private struct Value {
        let name: String
        let shape: [Int]
        var isRead = false
    }

    /// - Parameter smooth: no layer has kinks.
    init(seed: UInt64, smooth: Bool, loss: LossSpec? = nil) throws {
        var random = Numbers(seed: seed), layers: [LayerSpec] = []
        let input = [3 + random.below(5), 3 + random.below(5), 1 + random.below(3)]
        var values = [Value(name: "input", shape: input, isRead: true)]

        func append(_ layer: LayerSpec, _ inputs: [Int], _ shape: [Int]) {
            let name = "l\(layers.count)"
            var layer = layer
            (layer.name, layer.inputs) = (name, inputs.map { values[$0].name })
            for i in inputs { values[i].isRead = true }
            layers.append(layer)
            values.append(Value(name: name, shape: shape))
        }

        for _ in 0..<(2 + random.below(7)) {
            // Mostly the newest value; others get several readers.
            let i = random.below(3) > 0 ? values.count - 1 : random.below(values.count)
            let shape = values[i].shape, isImage = shape.count == 3
            switch random.below(isImage ? 8 : 6) {
            case 0:
                let units = 1 + random.below(5)
                append(Dense(units), [i], shape.dropLast() + [units])
            case 1, 2:
                let kinds =
                    ["tanh", "sigmoid", "softplus", "gelu", "swish"]
                    + (smooth ? [] : ["relu", "relu6", "relu", "relu", "relu"])
                append(LayerSpec(LayerKind(named: kinds[random.below(kinds.count)])), [i], shape)
            case 3:
                let same = values.indices.filter { values[$0].shape == shape }
                let others = (0...random.below(2)).map { _ in same[random.below(same.count)] }
                append(Add(), [i] + others, shape)
            case 4:
                let same = values.indices.filter { values[$0].shape.dropLast() == shape.dropLast() }
                let others = (0...random.below(2)).map { _ in same[random.below(same.count)] }
                append(
                    Concatenate(), [i] + others,
                    shape.dropLast() + [([i] + others).reduce(0) { $0 + values[$1].shape.last! }])
            case 5: append(Flatten(), [i], [shape.reduce(1, *)])
            case 6:
                let kernel = 1 + random.below(3), filters = random.below(5) == 0 ? 16 : 1 + random.below(4)
                let fits = min(shape[0], shape[1]) >= kernel && random.below(2) == 0
                append(
                    Conv2D(filters, kernel: kernel, padding: fits ? .valid : .same), [i],
                    fits ? [shape[0] - kernel + 1, shape[1] - kernel + 1, filters] : [shape[0], shape[1], filters])
            default:
                guard min(shape[0], shape[1]) >= 2 else { continue }
                append(
                    smooth || random.below(2) == 0 ? AveragePool2D(2) : MaxPool2D(2), [i],
                    [shape[0] / 2, shape[1] / 2, shape[2]])
            }
        }
        // What nobody reads is joined, with something that has a reader already.
        if values.count == 1 { append(Tanh(), [0], input) }
        var ends = values.indices.filter { !values[$0].isRead }
        if random.below(2) == 0 { ends.append(random.below(values.count)) }
        for k in ends.indices where values[ends[k]].shape.count > 1 {
            append(Flatten(), [ends[k]], [values[ends[k]].shape.reduce(1, *)])
            ends[k] = values.count - 1
        }
        if ends.count > 1 {
            append(Concatenate(), ends, [ends.reduce(0) { $0 + values[$1].shape[0] }])
        }
        let last = ends.count > 1 ? values.count - 1 : ends[0]
        self.loss = loss ?? [.crossEntropy, .meanSquaredError, .normError, .binaryCrossEntropy][random.below(4)]
        outputs = self.loss == .crossEntropy || self.loss == .normError ? 2 + random.below(3) : 1 + random.below(3)
        append(Dense(outputs), [last], [outputs])
        if random.below(3) == 0 {
            append(smooth ? Softplus() : ReLU(), [values.count - 1], [outputs])
            if random.below(2) == 0 { append(Flatten(), [values.count - 1], [outputs]) }
        }
        spec = try ModelSpec(layers: layers)
        self.input = input
        rows = 1 + random.below(11)
        self.random = random
    }

    /// The network on random data; the same for every call.
    /// - Parameter targets: instead of random ones.
    func problem(targets: [Double]? = nil) throws -> SmallProblem<Double> {
        var random = random
        let isLabelled = loss == .crossEntropy
        let inputs = random.normal(rows * input.reduce(1, *))
        let values = (0..<rows * outputs).map { _ in random.uniform() }
        let labels = (0..<rows).map { _ in Int32(random.below(outputs)) }
        return try SmallProblem(
            spec, loss, l2: random.below(2) == 0 ? 0 : 0.1, input: input, rows: rows, inputs: inputs,
            labels: isLabelled ? labels : nil, values: isLabelled ? nil : targets ?? values)
    }
}

/// Numbers for tests: SplitMix64 (Steele, Lea & Flood 2014).
struct Numbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
    /// Of variance 1: a sum of twelve uniform numbers.
    mutating func normal(_ n: Int) -> [Double] {
        (0..<n).map { _ in (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
    }
}
