extension Configuration.Compare {
    /// Reads `compare`; `seed` is the one of the run, the only one where no seeds are given; `metrics` are the loss's.
    init(_ field: Field, _ kinds: [OptimizerKind], seed: UInt64, metrics: [Metric]) throws {
        let keys = try field.section(["optimizers", "seeds", "target", "milestones", "seconds"])
        let optimizers = try keys.required("optimizers", as: "{Newton-CG: {newton_cg: {}}, Adam: {adam: {}}}")
        guard case .map(let entries) = optimizers.tree.content, !entries.isEmpty else {
            throw optimizers.mismatch("a map of labels to optimizers, as {Adam: {adam: {}}}")
        }
        self.optimizers = try entries.map { entry in
            Entry(
                label: entry.key,
                candidates: try Field(tree: entry.value, path: optimizers.key(entry.key)).candidates(kinds))
        }
        seeds = try keys["seeds"]?.seeds() ?? [seed]
        target = try keys["target"]?.orNone { try $0.target(among: metrics) }
        milestones = try keys["milestones"]?.numbers() ?? []
        seconds = try keys["seconds"]?.orNone { try $0.number(.positive) }
        if let milestones = keys["milestones"], target == nil, !self.milestones.isEmpty {
            throw milestones.fail(
                "'\(milestones.path)' are values of the target's metric: give '\(field.key("target"))' too")
        }
    }
}

extension Field {
    /// All the settings of a grid: every list inside an optimizer's map is a choice.
    fileprivate func candidates(_ kinds: [OptimizerKind]) throws -> [Configuration.Compare.Candidate] {
        guard tree.gridCount <= 1000 else { throw fail("the grid of '\(path)' has more than 1000 settings") }
        let settings = try tree.grid(path).map { try Field(tree: $0, path: path).setting(kinds) }
        return zip(settings, gridTexts(settings)).map { .init(phases: $0.phases, batch: $0.batch, grid: $1) }
    }

    /// An optimizer or phases, with a batch of its own where the map holds one beside it.
    private func setting(_ kinds: [OptimizerKind]) throws -> Setting {
        guard case .map(let entries) = tree.content else { return (try phasesOrOptimizer(kinds), nil) }
        let batch = entries.first { $0.key == "batch" }
        let rest = Tree(content: .map(entries.filter { $0.key != "batch" }), origin: tree.origin)
        return (
            try Field(tree: rest, path: path).phasesOrOptimizer(kinds),
            try batch.map { try Field(tree: $0.value, path: key("batch")).batch() }
        )
    }

    private func phasesOrOptimizer(_ kinds: [OptimizerKind]) throws -> [TrainingPhase] {
        let (name, phases) = try choice(kinds.map(\.name) + ["phases"])
        // The last may lack an end: that of the run ends it.
        return name == "phases" ? try phases.phases(kinds, endless: true) : [TrainingPhase(try optimizer(kinds))]
    }

    fileprivate func numbers() throws -> [Double] {
        guard case .list(let items) = tree.content else { throw mismatch("a list of numbers") }
        return try items.enumerated().map { try Field(tree: $1, path: "\(path)[\($0)]").number(.any) }
    }

    /// A list of seeds, or n for 1 … n.
    fileprivate func seeds() throws -> [UInt64] {
        guard case .list(let items) = tree.content else {
            guard case .scalar(let text, quoted: false) = tree.content, let n = Int(text),
                (1...10_000).contains(n)
            else { throw mismatch("a list of seeds, or their number as a whole number from 1 to 10000") }
            return (1...UInt64(n)).map { $0 }
        }
        let seeds = try items.enumerated().map { i, item in
            try Field(tree: item, path: "\(path)[\(i)]").seed()
        }
        guard !seeds.isEmpty else { throw fail("'\(path)' is empty; name at least one seed") }
        guard Set(seeds).count == seeds.count else { throw fail("'\(path)' names a seed twice") }
        return seeds
    }
}

extension Tree {
    /// The number of settings of the grid below; as a Double it can't overflow into a small one.
    fileprivate var gridCount: Double {
        switch content {
        case .scalar: 1
        case .list(let items): items.reduce(0) { $0 + $1.gridCount }
        case .map(let entries):
            entries.reduce(1) { count, entry in
                guard let phases = entry.phases else { return count * entry.value.gridCount }
                return phases.reduce(count) { $0 * $1.gridCount }
            }
        }
    }

    /// The trees without lists that the lists in this one stand for; the last key varies fastest.
    fileprivate func grid(_ path: String) throws -> [Tree] {
        switch content {
        case .scalar: return [self]
        case .list(let items):
            guard !items.isEmpty else {
                throw ConfigurationError("the grid of '\(path)' is empty", at: origin)
            }
            return try items.flatMap { try $0.grid(path) }
        case .map(let entries):
            var rows: [[Entry]] = [[]]
            for entry in entries {
                let path = "\(path).\(entry.key)"
                let values = try entry.phases.map { try entry.value.sequences($0, path) } ?? entry.value.grid(path)
                rows = rows.flatMap { row in
                    values.map { row + [Entry(key: entry.key, origin: entry.origin, value: $0)] }
                }
            }
            return rows.map { Tree(content: .map($0), origin: origin) }
        }
    }

    /// The lists that a list of phases stands for: each phase may hold grids, and the list itself is none.
    private func sequences(_ phases: [Tree], _ path: String) throws -> [Tree] {
        var rows: [[Tree]] = [[]]
        for (i, phase) in phases.enumerated() {
            let values = try phase.grid("\(path)[\(i)]")
            rows = rows.flatMap { row in values.map { row + [$0] } }
        }
        return rows.map { Tree(content: .list($0), origin: origin) }
    }
}

extension Tree.Entry {
    /// The items of a list of phases.
    fileprivate var phases: [Tree]? {
        if key == "phases", case .list(let items) = value.content { items } else { nil }
    }
}

private typealias Setting = (phases: [TrainingPhase], batch: Configuration.Data.Batch?)

/// What sets each of a grid's settings apart from the others: the keys in which they differ, with values.
private func gridTexts(_ settings: [Setting]) -> [String] {
    let kinds = Set(settings.map { $0.phases.map(\.optimizer.kind) })
    let leaves = settings.map { one in
        var options = TrainingPhase.resolved(one.phases)
        // Of one kind of optimizer its name needs no saying.
        if kinds.count == 1, case .map(let entries) = options, entries[0].key != "phases" { options = entries[0].value }
        return (one.batch.map { [(path: "batch", text: $0.resolved.flow)] } ?? []) + options.leaves()
    }
    var values: [String: Set<String?>] = [:]
    for key in Set(leaves.flatMap { $0.map(\.path) }) {
        values[key] = Set(leaves.map { list in list.first { $0.path == key }?.text })
    }
    return leaves.map { list in
        list.filter { values[$0.path]!.count > 1 }.map { "\($0.path)=\($0.text)" }.joined(separator: ", ")
    }
}
