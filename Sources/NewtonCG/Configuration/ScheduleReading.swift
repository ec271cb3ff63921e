extension Field {
    /// A learning rate: a number, or one schedule with its numbers and a `warmup` in epochs.
    func schedule() throws -> Schedule {
        let names = Field.schedules.keys.sorted()
        if case .scalar(let text, _) = tree.content, !names.contains(text) {
            guard Field.number(text) != nil else {
                throw mismatch(
                    "a number above 0 or a schedule (\(names.joined(separator: ", ")))",
                    hint: suggestion(for: text, among: names))
            }
            return .constant(try number(.positive))
        }
        let (schedule, warmup) = splitWarmup()
        let (name, options) = try schedule.choice(names)
        let keys = try options.section(Field.schedules[name]! + ["warmup"])
        if let warmup, keys["warmup"] != nil {
            throw warmup.fail("'\(warmup.path)' stands a second time in '\(options.path)'; keep one")
        }
        func need(_ key: String, _ bounds: Bounds, as example: String) throws -> Double {
            try keys.required(key, as: example).number(bounds)
        }
        func initial() throws -> Double { try need("initial", .positive, as: "0.1") }
        let form: Schedule.Form
        switch name {
        case "constant": form = .constant(try initial())
        case "exponential":
            form = .exponential(
                initial: try initial(), rate: try need("rate", .positive, as: "0.95"),
                minimum: try keys["minimum"]?.number(.nonNegative) ?? 0)
        case "inverse_time":
            form = .inverseTime(initial: try initial(), rate: try need("rate", .nonNegative, as: "0.1"))
        case "step":
            form = .step(
                initial: try initial(), factor: try need("factor", .positive, as: "0.5"),
                every: try need("every", .positive, as: "10"))
        case "linear":
            let from = try keys["from"]?.number(.nonNegative) ?? 0, end = try keys.required("to", as: "10")
            let to = try end.number(.positive)
            guard from < to else {
                throw end.fail("'\(end.path)' (\(to)) must be above '\(keys.field.key("from"))' (\(from))")
            }
            form = .linear(
                initial: try initial(), final: try need("final", .nonNegative, as: "0"), from: from, to: to)
        case "cosine":
            form = .cosine(
                initial: try initial(), final: try need("final", .nonNegative, as: "0"),
                epochs: try need("epochs", .positive, as: "10"))
        default: form = try cyclic(keys)
        }
        return Schedule(form, warmup: try (warmup ?? keys["warmup"])?.number(.nonNegative) ?? 0)
    }

    /// A `warmup` beside the schedule, as well as in it, is understood.
    private func splitWarmup() -> (schedule: Field, warmup: Field?) {
        guard case .map(let entries) = tree.content, entries.count > 1,
            let warmup = entries.first(where: { $0.key == "warmup" })
        else { return (self, nil) }
        let others = Tree(content: .map(entries.filter { $0.key != "warmup" }), origin: tree.origin)
        return (Field(tree: others, path: path), Field(tree: warmup.value, path: key("warmup")))
    }

    private static let schedules: [String: [String]] = [
        "constant": ["initial"],
        "exponential": ["initial", "rate", "minimum"],
        "inverse_time": ["initial", "rate"],
        "step": ["initial", "factor", "every"],
        "linear": ["initial", "final", "from", "to"],
        "cosine": ["initial", "final", "epochs"],
        "cyclic": ["minimum", "maximum", "period", "mode", "gamma"],
    ]

    private func cyclic(_ keys: Section) throws -> Schedule.Form {
        let low = try keys.required("minimum", as: "0.001").number(.nonNegative)
        let top = try keys.required("maximum", as: "0.1")
        let high = try top.number(.positive)
        guard low <= high else {
            throw top.fail(
                "'\(top.path)' (\(high)) must not be below '\(keys.field.key("minimum"))' (\(low))")
        }
        let mode = try keys["mode"]?.name(Schedule.CyclicMode.self) ?? .triangular
        var gamma = 1.0
        if mode == .expRange {
            gamma = try keys.required("gamma", as: "0.99").number(.positive)
        } else if let field = keys["gamma"] {
            throw field.fail("'\(field.path)' goes with 'mode: exp_range' only")
        }
        return .cyclic(
            minimum: low, maximum: high, period: try keys.required("period", as: "4").number(.positive),
            mode: mode, gamma: gamma)
    }
}
