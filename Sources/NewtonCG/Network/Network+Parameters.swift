extension Network {
    /// A parameter with its path in files, and its place in the vector that it belongs to.
    public struct Entry: Sendable {
        /// `layer/name`, as in files.
        public let path: String
        /// Its name, its shape and how it begins.
        public let parameter: NamedParameter
        /// Its place in the flat vector of what is trained, or of what is frozen.
        public let range: Range<Int>
        /// It is not trained: its range is one of the frozen values.
        public let isFrozen: Bool
    }

    /// Every parameter, in the order of the layers.
    public var allParameters: [Entry] {
        nodes.flatMap { node in
            node.layer.parameters.map {
                let start = node.offset + $0.place.offset
                return Entry(
                    path: "\(node.name)/\($0.name)", parameter: $0, range: start..<start + $0.place.count,
                    isFrozen: node.isFrozen)
            }
        }
    }

    /// Every parameter that is trained, in the order of the flat vector.
    public var parameters: [Entry] { allParameters.filter { !$0.isFrozen } }

    /// Every running statistic with its path in files, in the order of the state.
    public var state: [(path: String, statistic: RunningStatistic, range: Range<Int>, isFrozen: Bool)] {
        nodes.flatMap { node in
            var next = node.stateOffset
            return node.layer.state.map { statistic in
                defer { next += statistic.count }
                return ("\(node.name)/\(statistic.name)", statistic, next..<next + statistic.count, node.isFrozen)
            }
        }
    }

    /// The running statistics before the first step.
    public var initialState: [S] {
        state.flatMap { [S](repeating: S($0.statistic.initial), count: $0.range.count) }
    }

    /// Draws a start: every parameter by its initialiser, from a stream of its own, so that it does not depend on what is
    /// frozen.
    /// - Parameters:
    ///   - w: gets what is trained.
    ///   - frozen: gets what is frozen; nil: is not wanted.
    public func initialise(_ w: UnsafeMutablePointer<S>, frozen: UnsafeMutablePointer<S>? = nil, seed: UInt64) {
        for (i, entry) in allParameters.enumerated() {
            guard let vector = entry.isFrozen ? frozen : w else { continue }
            var stream = RandomStream(seed: seed, stream: RandomPurpose.parameters.stream(UInt64(i)))
            entry.parameter.initial.fill(vector + entry.range.lowerBound, count: entry.range.count, from: &stream)
        }
    }
}
