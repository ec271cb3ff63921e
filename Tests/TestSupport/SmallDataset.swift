import HDF5

/// A small dataset for tests, from a generator of its own: the same numbers everywhere.
public struct SmallDataset {
    public enum Task: Sendable {
        case classification(classes: Int)
        case regression(targets: Int)
        /// Sentences of 1 to all tokens, reversed and of another vocabulary in the targets, which have one token more for
        /// their beginning.
        case translation(source: Int, target: Int)
    }
    public var task: Task
    public var inputShape: [Int]
    public var rows: Int
    public var testRows: Int
    public var format = "newton-cg dataset"
    public var version = 1
    /// Changes the raw numbers of the training part before they are written.
    public var changeInputs: (inout [Double]) -> Void = { _ in }
    public var changeLabels: (inout [Int32]) -> Void = { _ in }

    public init(_ task: Task = .classification(classes: 3), inputShape: [Int] = [4], rows: Int = 43, testRows: Int = 11)
    {
        (self.task, self.inputShape, self.rows, self.testRows) = (task, inputShape, rows, testRows)
    }

    public func write(_ path: String) throws {
        var generator = SplitMix(state: 7)
        try File.writeWhole(path) { file in
            try file.setAttribute("format", format)
            try file.setAttribute("version", version)
            try file.setAttribute("name", "small")
            if case .translation(let source, let target) = task {
                return try writeSentences(file, source, target, &generator)
            }
            let size = inputShape.reduce(1, *)
            for (part, count) in [("train", rows), ("test", testRows)] {
                var inputs = (0..<count * size).map { _ in generator.next() }
                let samples = (0..<count).map { inputs[$0 * size..<($0 + 1) * size] }
                if part == "train" { changeInputs(&inputs) }
                try file.write("\(part)/inputs", inputs, shape: [count] + inputShape)
                switch task {
                case .classification(let classes):
                    var labels = samples.map { sample in
                        let first = Array(sample.prefix(classes))
                        return Int32(first.firstIndex(of: first.max()!)!)
                    }
                    if part == "train" { changeLabels(&labels) }
                    try file.write("\(part)/targets", labels, shape: [count])
                case .regression(let targets):
                    let values = samples.flatMap { sample in
                        (0..<targets).map { k in
                            sample.enumerated().reduce(0.0) { $0 + $1.1 * Double(($1.0 + k) % 3 - 1) } + 0.1
                                * generator.next()
                        }
                    }
                    try file.write("\(part)/targets", values, shape: [count, targets])
                case .translation: break
                }
            }
            switch task {
            case .classification(let classes):
                try file.setAttribute("task", "classification")
                try file.writeStrings("class_names", (0..<classes).map { "class \($0)" })
            case .regression: try file.setAttribute("task", "regression")
            case .translation: break
            }
        }
    }

    private func writeSentences(
        _ file: File, _ source: Int, _ target: Int, _ generator: inout SplitMix
    ) throws {
        func below(_ n: Int) -> Int { min(n - 1, Int((generator.next() + 1) / 2 * Double(n))) }
        let most = inputShape[0]
        for (part, count) in [("train", rows), ("test", testRows)] {
            var inputs: [Int32] = [], targets: [Int32] = []
            for _ in 0..<count {
                let length = 1 + below(most), words = (0..<length).map { _ in 4 + below(source - 4) }
                let nothing = [Int32](repeating: 0, count: most - length)
                inputs += words.map { Int32($0) } + nothing
                targets += [1] + words.reversed().map { Int32(4 + $0 % (target - 4)) } + nothing
            }
            try file.write("\(part)/inputs", inputs, shape: [count, most])
            try file.write("\(part)/targets", targets, shape: [count, most + 1])
        }
        try file.setAttribute("task", "translation")
        try file.writeStrings("vocabulary/source", (0..<source).map { "s\($0)" })
        try file.writeStrings("vocabulary/target", (0..<target).map { "t\($0)" })
    }
}

/// Uniform numbers in −1 … 1 (Steele, Lea, Flood 2014).
public struct SplitMix {
    public var state: UInt64
    public init(state: UInt64) { self.state = state }

    public mutating func next() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((z ^ (z >> 31)) >> 11) / Double(1 << 52) - 1
    }
}
