import CKernels

/// What a run does at a moment. A new phase is one line here and a span where its work is done:
///
///     let outer = Phase.gradient.begin(); defer { outer.end() }
///
/// A phase that begins within another interrupts it: its seconds are its own, and all phases add up to the wall time.
/// Spans count on the thread that started the profile, the rank's main thread; a span costs two readings of a clock,
/// and nothing where no profile was started. What the threads of a rank do together is one span around all of them.
public enum Phase: Int32, CaseIterable, Sendable {
    /// What no other phase covers; the set-up of a run among it.
    case other
    /// Reading the dataset, drawing the batch order, gathering a batch's rows.
    case data
    /// What frozen layers make of the data, once.
    case prefix
    /// Sweeps of gradients, and of curvature products.
    case gradient, product
    /// Losses at trial points: line search, damping, backtracking.
    case loss
    /// Until the last rank has come to a reduction.
    case waiting
    /// Sums over ranks, once all are there, and the gathering of divided vectors.
    case reduction
    /// The optimizer's own arithmetic: CG's sweeps, directions, updates.
    case vectors
    /// A preconditioner's application, and its update, but for the two that follow.
    case preconditioner
    /// Kronecker factors of the curvature, and their inverses.
    case factors, inverses
    /// The matrix of a solve in the space of samples, and that solve.
    case gram
    /// Evaluating the parts, and writing checkpoints.
    case evaluation, checkpoint
    /// The table of steps, the log, the monitor.
    case output

    package struct Span {
        fileprivate let outer: Int32
        @inline(__always) package func end() { ck_phase_end(outer) }
        /// Ends a phase in which no other began, and counts it as one message.
        @inline(__always) package func end(message: MessageKind, bytes: Int) {
            ck_message_end(outer, message.rawValue, Double(bytes))
        }
    }
    @inline(__always) package func begin() -> Span { Span(outer: ck_phase_begin(rawValue)) }

    /// Measures what the body does as this phase.
    @inline(__always) package func measure<R>(_ body: () throws -> R) rethrows -> R {
        let outer = begin()
        defer { outer.end() }
        return try body()
    }

    /// Adds operations (those of the direct algorithm) and bytes to the phase that the thread is in.
    @inline(__always) package static func count(operations: Int = 0, bytes: Int = 0) {
        ck_phase_count(Double(operations), Double(bytes))
    }
}

/// What a message of the phase `reduction` does with a vector of so many bytes, over all ranks.
package enum MessageKind: Int32, CaseIterable, Sendable {
    /// Sums, on all ranks.
    case allreduce
    /// Sums, each rank a part of them.
    case reduceScatter
    /// Parts, on all ranks.
    case allgather
}

/// The two parts of a run: its steps, and all else.
package enum Stage: Int32, CaseIterable, Sendable {
    case outside, steps

    /// Measures what the body does as a part of this stage.
    @inline(__always) package func measure<R>(_ body: () throws -> R) rethrows -> R {
        let outer = ck_stage_begin(rawValue)
        defer { ck_phase_end(outer) }
        return try body()
    }
}

/// The profile of this thread.
package enum PhaseProfile {
    package struct Cell: Sendable {
        package let stage: Stage
        package let phase: Phase
        package let calls: Int
        /// `coreSeconds`: those of all threads of the rank, without those that the main thread waited for the others.
        package let seconds, coreSeconds, operations, bytes: Double
    }
    /// All messages of one kind and size in a stage.
    package struct Message: Sendable {
        /// nil: those of several kinds and stages that came after the first 63; `bytes` is then their mean.
        package let stage: Stage?
        package let kind: MessageKind?
        package let bytes: Double
        package let calls: Int
        package let seconds, least, most: Double
    }
    package struct Event: Sendable {
        package let seconds: Double
        package let stage: Stage
        package let phase: Phase
        package let begins: Bool
    }

    /// Begins anew.
    /// - Parameter events: how many begins and ends of phases are kept for a timeline; the first ones.
    package static func start(events: Int = 0) { ck_phases_start(events) }
    package static func stop() { ck_phases_stop() }
    package static var isOn: Bool { ck_phases_on() != 0 }

    /// Every phase of every stage, with the seconds since the start, which theirs add up to.
    package static var now: (cells: [Cell], seconds: Double) {
        var cells = [ck_phase_cell](repeating: ck_phase_cell(), count: Int(ck_phase_cells))
        let seconds = ck_phases_read(&cells)
        let all = Stage.allCases.flatMap { stage in
            Phase.allCases.map { phase in
                let c = cells[Int(stage.rawValue) * most + Int(phase.rawValue)]
                return Cell(
                    stage: stage, phase: phase, calls: Int(c.calls), seconds: c.seconds,
                    coreSeconds: c.seconds + c.extra, operations: c.flops, bytes: c.bytes)
            }
        }
        return (all, seconds)
    }

    /// Messages in the order in which their sizes came first: the same on all ranks, since all take part in each.
    package static var messages: [Message] {
        var cells = [ck_message_cell](repeating: ck_message_cell(), count: Int(ck_most_messages))
        let count = Int(ck_phases_messages(&cells))
        return cells.prefix(count).map { c in
            Message(
                stage: Stage(rawValue: c.stage), kind: MessageKind(rawValue: c.kind),
                bytes: c.kind < 0 ? c.bytes / Double(c.calls) : c.bytes, calls: Int(c.calls), seconds: c.seconds,
                least: c.least, most: c.most)
        }
    }

    /// The begins and ends so far, and whether there were more than room for.
    package static var timeline: (events: [Event], isCut: Bool) {
        var count = 0, isFull: Int32 = 0
        let first = ck_phases_events(&count, &isFull)
        let events = UnsafeBufferPointer(start: first, count: count).map { event in
            Event(
                seconds: event.time, stage: Stage(rawValue: event.cell / Int32(most))!,
                phase: Phase(rawValue: event.cell % Int32(most))!, begins: event.begins != 0)
        }
        return (events, isFull != 0)
    }

    private static let most = Int(ck_most_phases)
}
