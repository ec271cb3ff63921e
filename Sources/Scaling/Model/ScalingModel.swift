/// Seconds of a step on any number of ranks, from measured work, measured messages and a network.
///
/// Rows take the same time on every rank and in shards of any size; what every rank repeats stays; each sum over ranks
/// is a call of `ReductionModel`; ranks wait for the slowest (docs/scaling-model.md).
package struct ScalingModel: Sendable {
    /// Whether ranks share one batch, or each has a batch of its own.
    package enum Kind: String, CaseIterable, Sendable { case strong, weak }

    /// A step's seconds, of the slowest rank.
    package struct Parts: Equatable, Sendable {
        package var divided, repeated, waiting, reduction: Double
        package var seconds: Double { divided + repeated + waiting + reduction }
    }
    /// Whose work the model takes.
    package let reference: StepMeasurement
    /// Of a step, on more than one rank.
    package let messages: [StepMeasurement.Message]
    /// The standard deviation of a rank's work by its mean; nil where none was measured: ranks are then taken as
    /// equally fast.
    package let spread: Double?

    /// - Parameters:
    ///   - reference: the measured work.
    ///   - shared: a run on several ranks, whose messages and waiting are taken; the reference if nil.
    /// - Returns: nil where both were runs on one rank: what is then not known is what ranks tell one another.
    package init?(_ reference: StepMeasurement, shared: StepMeasurement? = nil) {
        let shared = shared ?? reference
        guard shared.ranks > 1, !shared.messages.isEmpty else { return nil }
        self.reference = reference
        messages = shared.messages
        spread = Self.spread(of: shared)
    }

    /// Ranks whose work between two sums is normally distributed wait, in the mean, for the expected maximum of so
    /// many normal numbers. What they wait because some have a row more is no spread.
    private static func spread(of step: StepMeasurement) -> Double? {
        let work = step.dividedSeconds + step.repeatedSeconds
        guard step.ranks > 1, work > 0 else { return nil }
        let uneven = step.secondsPerRow * (step.rowsOfSlowest - step.rowsOfMean)
        return max(0, step.waitingSeconds - uneven) / (work * expectedMaximum(of: step.ranks))
    }

    /// - Parameter batch: samples of the global batch.
    package func parts(batch: Int, ranks: Int, network: NetworkDescription) -> Parts {
        let reduction = ReductionModel(network)
        let mean = reference.secondsPerRow * Double(batch) / Double(ranks)
        let deviation = (spread ?? 0) * (mean + reference.repeatedSeconds)
        return Parts(
            divided: reference.secondsPerRow * Double((batch + ranks - 1) / ranks),
            repeated: reference.repeatedSeconds, waiting: deviation * expectedMaximum(of: ranks),
            reduction: messages.reduce(0) { $0 + $1.calls * reduction.seconds(vector: $1.bytes, ranks: ranks) })
    }

    package func parts(_ kind: Kind, ranks: Int, network: NetworkDescription) -> Parts {
        parts(batch: batch(kind, ranks: ranks), ranks: ranks, network: network)
    }

    /// Strong: that of the reference; weak: as many samples a rank as one rank of the reference has.
    package func batch(_ kind: Kind, ranks: Int) -> Int {
        switch kind {
        case .strong: reference.batch
        case .weak: max(1, reference.batch / reference.ranks) * ranks
        }
    }

    /// How many times as many samples a second as one rank.
    package func speedUp(_ kind: Kind, ranks: Int, network: NetworkDescription) -> Double {
        let rate = { [self] (p: Int) in
            Double(batch(kind, ranks: p)) / parts(kind, ranks: p, network: network).seconds
        }
        return rate(ranks) / rate(1)
    }

    package func efficiency(_ kind: Kind, ranks: Int, network: NetworkDescription) -> Double {
        speedUp(kind, ranks: ranks, network: network) / Double(ranks)
    }

    /// The most ranks whose strong efficiency is at least so much, of all counts to `limit`.
    ///
    /// Fewer ranks may have less: one row too many for a rank, or ranks that are no power of two.
    package func mostRanks(efficiency: Double, limit: Int = 4096, network: NetworkDescription) -> Int {
        let alone = parts(.strong, ranks: 1, network: network).seconds
        return (1...limit).last { p in
            // The work alone tells most counts that are too many.
            let work = reference.secondsPerRow * Double((reference.batch + p - 1) / p) + reference.repeatedSeconds
            guard alone >= efficiency * Double(p) * work else { return false }
            return alone >= efficiency * Double(p) * parts(.strong, ranks: p, network: network).seconds
        } ?? 1
    }
}

extension StepMeasurement {
    var rowsOfMean: Double { Double(batch) / Double(ranks) }
    var rowsOfSlowest: Double { Double((batch + ranks - 1) / ranks) }
    /// Seconds of a sample's work on one rank.
    var secondsPerRow: Double { dividedSeconds / rowsOfMean }
}
