import MPI

/// `newton-cg check`: are the layers, the loss and the network of a configuration right?
///
/// All in float64 on the first samples of the training part, at the initial parameters; those that begin at zero are
/// moved from it. Rank 0 checks layers, loss and network; then all ranks compare.
public struct ModelCheck {
    /// What the user reads.
    public let report: String
    /// On every rank.
    public let hasFailed: Bool

    /// - Parameter most: samples of the training part that are looked at.
    public init(_ configuration: Configuration, samples most: Int = 64, _ world: Communicator) throws {
        let (setup, own) = try world.agree {
            let setup = try Setup(configuration, most)
            return (setup, world.rank == 0 ? try setup.results() : nil)
        }
        let ranks = try setup.network.ranks(world)
        report = own.map { Self.report(setup, $0, ranks) } ?? ""
        let failures = own.map { ($0.layers + $0.network + [$0.loss, ranks]).count { $0.verdict == .failed } }
        hasFailed = try world.allreduce(failures ?? 0, .max) > 0
    }

    private struct Results {
        let layers, network: [CheckResult]
        let loss: CheckResult
    }

    /// Values of parameters, and how far each moves, about.
    private struct Values {
        var values, sizes: [Double]
        init(_ values: [Double]) { (self.values, sizes) = (values, values) }

        /// Moves a parameter that is zero.
        mutating func leaveZero(_ range: Range<Int>, _ stream: inout RandomStream) {
            if values[range].allSatisfy({ $0 == 0 }) {
                for i in range { values[i] = 0.1 * stream.normal() }
            }
            let squares = values[range].reduce(0) { $0 + $1 * $1 }
            let size = (squares / Double(range.count)).squareRoot()
            for i in range { sizes[i] = size }
        }
    }

    private struct Setup {
        let configuration: Configuration
        let dataset: String
        let network: NetworkCheck
        /// Of layers that are not trained.
        private let frozen: Values

        init(_ configuration: Configuration, _ most: Int) throws {
            self.configuration = configuration
            let file = try DatasetFile(configuration.data.path, columns: configuration.data.columns),
                train = try file.part("train")
            guard train.rows > 0 else { throw DataError("the part 'train' of \(file.path) has no samples") }
            let model: Network<Double>, loss: any Loss<Double>
            do {
                model = try Network(configuration, train)
                loss = try configuration.loss.make(outputs: model.outputShapes)
                try checkSuits(model, configuration.loss, file)
            } catch let error as ModelError {
                throw configuration.located(error)
            }
            dataset = file.name
            var stream = Self.stream(configuration, 0)
            let start = Buffer<Double>(count: model.parameterCount), rest = Buffer<Double>(count: model.frozenCount)
            model.initialise(start.base, frozen: rest.base, seed: configuration.seed)
            var w = Values(start.values), held = Values(rest.values)
            for entry in model.allParameters {
                if entry.isFrozen {
                    held.leaveZero(entry.range, &stream)
                } else {
                    w.leaveZero(entry.range, &stream)
                }
            }
            frozen = held
            network = try NetworkCheck(
                model, loss: loss, penalties: .l2(configuration.l2, over: model.parameterCount),
                samples: Shard(train, 0..<min(most, train.rows), of: model, configuration.loss), w: w.values,
                sizes: w.sizes, held: held.values, group: configuration.data.group, from: &stream)
        }

        static func stream(_ configuration: Configuration, _ subject: Int) -> RandomStream {
            RandomStream(seed: configuration.seed, stream: RandomPurpose.check.stream(UInt64(subject)))
        }

        func results() throws -> Results {
            let model = network.network, samples = network.samples
            let layers = model.nodes.enumerated().map { i, node in
                let own = node.offset..<node.offset + node.layer.parameterCount
                return checkLayer(
                    node.layer, name: node.name, kind: node.kind, inputs: node.inputs.map { model.shapes[$0] },
                    parameters: Array((node.isFrozen ? frozen.values : network.w)[own]),
                    sizes: Array((node.isFrozen ? frozen.sizes : network.sizes)[own]),
                    from: Self.stream(configuration, i + 2))
            }
            let loss = checkLoss(
                network.loss, kind: configuration.loss.kind.name, outputs: model.outputShapes,
                targets: samples.targets(after: model.columns.count, rows: 0..<samples.count),
                from: Self.stream(configuration, 1))
            var stream = Self.stream(configuration, model.nodes.count + 2)
            return Results(layers: layers, network: try network.results(from: &stream), loss: loss)
        }
    }

    // MARK: Report

    private static func report(_ setup: Setup, _ results: Results, _ ranks: CheckResult) -> String {
        let model = setup.network.network, samples = setup.network.samples.count
        var lines = [
            "newton-cg check: \(setup.configuration.name), \(model.nodes.count) layers, "
                + "\(model.parameterCount + model.frozenCount) parameters"
                + (model.frozenCount == 0 ? "" : ", \(model.parameterCount) of them trained")
                + ", on \(samples) samples of \(setup.dataset), in float64",
            "The numbers are relative errors. They pass up to \(CheckTolerance.differences) against finite differences, up to "
                + "\(CheckTolerance.identities) where only rounding differs.",
            "", "Layers, each on its own, on random inputs",
        ]
        let named = results.layers + [results.loss]
        let widths = (named.map(\.name.count).max()!, named.map(\.kind.count).max()!)
        func line(_ result: CheckResult) -> String {
            let numbers = result.measurements.map { "\($0.name) \($0.number)" }.joined(separator: "  ")
            let subject = pad(result.name, widths.0) + "  " + pad(result.kind, widths.1)
            return "  \(subject)  \(pad(result.verdict.rawValue, 7))  " + (result.note.isEmpty ? numbers : result.note)
        }
        lines += results.layers.map(line)
        lines += ["", "Loss, on random outputs", line(results.loss)]

        let properties = results.network + [ranks]
        let width = properties.map(\.name.count).max()!
        lines += ["", "Network, at its initial parameters"]
        for property in properties {
            guard let measurement = property.measurements.first else {
                lines.append("  \(pad(property.name, width))  \(property.note)")
                continue
            }
            lines.append(
                "  \(pad(property.name, width))  \(pad(property.verdict.rawValue, 7))  \(measurement.number)"
                    + (property.note.isEmpty ? "" : "  (\(property.note))"))
        }
        return (lines + ["", summary(named + properties.filter { !$0.measurements.isEmpty })]).joined(separator: "\n")
    }

    private static func summary(_ results: [CheckResult]) -> String {
        func names(_ verdict: Verdict) -> [String] { results.filter { $0.verdict == verdict }.map(\.name) }
        let failed = names(.failed), skipped = names(.skipped)
        let note =
            skipped.isEmpty
            ? "" : "; SKIPPED, because every probe crossed a kink: \(skipped.joined(separator: ", "))"
        guard failed.isEmpty else {
            return "\(failed.count) of \(results.count) FAILED: \(failed.joined(separator: ", "))" + note
        }
        return skipped.isEmpty ? "all PASSED" : "\(results.count - skipped.count) of \(results.count) PASSED" + note
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
