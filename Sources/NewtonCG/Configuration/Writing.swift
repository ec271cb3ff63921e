extension Configuration {
    /// The configuration as YAML with every default written out. Read again under the same path it gives an
    /// equal configuration.
    public var yaml: String { resolved(\.written).yaml }

    /// The same for a file in another folder: paths are written so that they are found from there.
    public func yaml(inFolder folder: String) -> String { resolved { $0.path(from: folder) }.yaml }

    /// The full keys whose values differ, in the order of `yaml`. Paths are compared as the files that they lead to.
    public func difference(from other: Configuration) -> [String] {
        let mine = resolved(\.absolutePath).leaves()
        let others = other.resolved(\.absolutePath).leaves()
        let values = Dictionary(mine.map { ($0.path, $0.text) }) { first, _ in first }
        let otherValues = Dictionary(others.map { ($0.path, $0.text) }) { first, _ in first }
        return mine.map(\.path).filter { values[$0] != otherValues[$0] }
            + others.map(\.path).filter { values[$0] == nil }
    }

    private func resolved(_ path: (InputFile) -> String) -> Resolved {
        var keys: [(key: String, value: Resolved)] = [
            ("name", .text(name)),
            ("seed", .scalar("\(seed)")),
            ("precision", .text(precision.rawValue)),
            ("threads", .scalar("\(threads)")),
            ("memory", .scalar(bytes(memory))),
            ("convolution", .text(convolution.rawValue)),
            ("reduction", .text(reduction.rawValue)),
            ("data", data.resolved(path)),
            ("model", model.resolved),
            ("loss", loss.resolved),
            ("regularisation", .map([("l2", .number(l2))])),
        ]
        if let optimizer { keys.append(("optimizer", optimizer.resolved)) }
        if !phases.isEmpty { keys.append(("phases", .list(phases.map(\.resolved)))) }
        keys.append(("average", .number(average)))
        keys.append(("train", train.resolved(initial: train.initial.map(path))))
        if let compare { keys.append(("compare", compare.resolved)) }
        return .map(keys)
    }
}

/// Bytes in the largest binary unit that divides them.
private func bytes(_ count: Int) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    where count >= 1 << shift && count % (1 << shift) == 0 {
        return "\(count >> shift) \(unit)"
    }
    return "\(count)"
}

extension Configuration.Data {
    fileprivate func resolved(_ path: (InputFile) -> String) -> Resolved {
        var keys: [(key: String, value: Resolved)] = [("file", .text(path(input)))]
        if !columns.isEmpty {
            keys.append(("columns", .map(columns.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })))
        }
        keys += [
            ("batch", batch.resolved), ("group", .scalar("\(group)")), ("validation", .number(validation)),
        ]
        return .map(keys)
    }
}

extension Configuration.Data.Batch {
    var resolved: Resolved {
        switch self {
        case .full: .scalar("full")
        case .samples(let n): .scalar("\(n)")
        }
    }

    /// nil: all rows.
    var samples: Int? { if case .samples(let n) = self { n } else { nil } }
}

extension Configuration.Interval {
    fileprivate var resolved: Resolved {
        switch self {
        case .epochs(let x): .number(x)
        case .steps(let n): .scalar("\(n) steps")
        }
    }
}

extension Configuration.Target {
    fileprivate var resolved: Resolved {
        .map([
            ("metric", .text(metric)), ("value", .number(value)), ("part", .scalar(part.rawValue)),
        ])
    }
}

extension Trainable {
    fileprivate var resolved: Resolved {
        switch self {
        case .all: .scalar("all")
        case .lastLayer: .scalar("last_layer")
        case .layers(let names): .list(names.map { .text($0) })
        }
    }
}

extension Configuration.Train {
    fileprivate func resolved(initial: String?) -> Resolved {
        let none = Resolved.scalar("none")
        return .map([
            ("epochs", epochs.map { .number($0) } ?? none),
            ("steps", steps.map { .scalar("\($0)") } ?? none),
            ("evaluate_every", evaluateEvery.resolved),
            ("checkpoint_every", checkpointEvery.resolved),
            ("keep", .scalar("\(keep)")),
            ("target", target?.resolved ?? none),
            ("initial", initial.map { .text($0) } ?? none),
            ("trainable", trainable.resolved),
            ("replica_check_every", replicaCheckEvery.map { .scalar("\($0)") } ?? none),
        ])
    }
}

extension Configuration.Compare {
    /// A grid is written as the list of its settings.
    fileprivate var resolved: Resolved {
        let optimizers = optimizers.map { entry in
            let settings = entry.candidates.map(\.resolved)
            return (key: entry.label, value: settings.count == 1 ? settings[0] : .list(settings))
        }
        return .map([
            ("optimizers", .map(optimizers)),
            ("seeds", .list(seeds.map { .scalar("\($0)") })),
            ("target", target?.resolved ?? .scalar("none")),
            ("milestones", .list(milestones.map { .number($0) })),
            ("seconds", seconds.map { .number($0) } ?? .scalar("none")),
        ])
    }
}

extension Configuration.Compare.Candidate {
    fileprivate var resolved: Resolved {
        let resolved = TrainingPhase.resolved(phases)
        guard let batch, case .map(let entries) = resolved else { return resolved }
        return .map([("batch", batch.resolved)] + entries)
    }
}

extension ModelSpec {
    fileprivate var resolved: Resolved {
        if let named { return .map([(named.kind.name, .map(named.options.resolvedEntries))]) }
        return .map([("layers", .list(layers.map(\.resolved)))])
    }
}

extension LayerSpec {
    /// A layer with its name; options in the order of the alphabet; a block with the layers in it.
    fileprivate var resolved: Resolved {
        var keys: [(key: String, value: Resolved)] = name.map { [("name", .text($0))] } ?? []
        if let inputs { keys.append(("inputs", .list(inputs.map { .text($0) }))) }
        keys += kind.lists.map { ($0, .list((lists[$0] ?? []).map(\.resolved))) }
        return .map([(kind.name, .map(keys + options.resolvedEntries))])
    }
}

extension LossSpec {
    fileprivate var resolved: Resolved {
        options.values.isEmpty ? .scalar(kind.name) : .map([(kind.name, .map(options.resolvedEntries))])
    }
}

extension Options {
    var resolvedEntries: [(key: String, value: Resolved)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.resolved) }
    }
}

extension OptionValue {
    fileprivate var resolved: Resolved {
        switch self {
        case .integer(let n): .scalar("\(n)")
        case .number(let x): .scalar(Resolved.decimal(x))
        case .flag(let flag): .scalar("\(flag)")
        case .text(let text): .text(text)
        case .list(let items): .list(items.map(\.resolved))
        case .map(let map): .map(Options(map).resolvedEntries)
        }
    }
}
