// A number that changes over the epochs: the number itself, or one schedule with its numbers and a `warmup` in epochs.

extension Form where Value == Schedule {
    static var schedule: Form {
        let names = schedules.map(\.name)
        let words = "a number above 0 or a schedule (\(names.joined(separator: ", ")))"
        return Form(
            words: words,
            read: { field in
                if case .scalar(let text, _) = field.tree.content, !names.contains(text) {
                    guard plainNumber(text) != nil else {
                        throw field.mismatch(words, hint: suggestion(for: text, among: names))
                    }
                    return .constant(try field.number(.positive))
                }
                let (rest, warmup) = field.splitWarmup()
                let (name, options) = try rest.choice(names)
                if let warmup, options.origin(of: "warmup") != nil {
                    throw warmup.fail("'\(warmup.path)' stands a second time in '\(options.path)'; keep one")
                }
                var schedule = try schedules.first { $0.name == name }!.read(options)
                if let warmup { schedule.warmup = try warmup.number(.nonNegative) }
                return schedule
            },
            write: { schedule in
                if case .constant(let rate) = schedule.form, schedule.warmup == 0 { return .number(rate) }
                return schedules.lazy.compactMap { $0.write(schedule) }.first!
            })
    }

    /// The same, or 0, and always below 1.
    static var scheduleBelowOne: Form {
        let form = schedule
        return Form(
            words: "a number of 0 or more and below 1, or a schedule",
            read: { field in
                let schedule = try field.isZero ? .constant(0) : form.read(field)
                guard schedule.bound < 1 else { throw field.fail("'\(field.path)' must stay below 1") }
                return schedule
            }, write: form.write)
    }
}

extension Field {
    /// A `warmup` beside the schedule, as well as in it, is understood.
    fileprivate func splitWarmup() -> (schedule: Field, warmup: Field?) {
        guard case .map(let entries) = tree.content, entries.count > 1,
            let warmup = entries.first(where: { $0.key == "warmup" })
        else { return (self, nil) }
        let others = Tree(content: .map(entries.filter { $0.key != "warmup" }), origin: tree.origin)
        return (Field(tree: others, path: path), Field(tree: warmup.value, path: key("warmup")))
    }
}

/// The numbers of all schedules, of which each has some.
private struct Numbers: Sendable {
    var initial = 0.0, final = 0.0, minimum = 0.0, maximum = 0.0
    var rate = 0.0, factor = 0.0, gamma = 1.0
    var every = 0.0, from = 0.0, to = 0.0, epochs = 0.0, period = 0.0, warmup = 0.0
    var mode = Schedule.CyclicMode.triangular
}

/// A schedule by name.
/// - Parameter numbers: writes those of a form of this name; false: it is another.
private func alternative(
    _ name: String, _ keys: [Key<Numbers>], _ form: @escaping @Sendable (Numbers) -> Schedule.Form,
    numbers: @escaping @Sendable (Schedule.Form, inout Numbers) -> Bool
) -> Alternative<Schedule> {
    let warmup = Key<Numbers>("warmup", \.warmup, .number(.nonNegative), "Epochs of linear growth from 0.")
    return .of(
        name, Keys(Numbers(), keys + [warmup]), { Schedule(form($0), warmup: $0.warmup) },
        settings: { schedule in
            var all = Numbers()
            all.warmup = schedule.warmup
            return numbers(schedule.form, &all) ? all : nil
        })
}

private let initial = Key<Numbers>("initial", \.initial, .number(.positive), required: "0.1", "At the start.")
private let final = Key<Numbers>("final", \.final, .number(.nonNegative), required: "0", "At the end.")

/// In the order of the alphabet.
private let schedules: [Alternative<Schedule>] = [
    alternative(
        "constant",
        [
            initial
        ], { .constant($0.initial) }
    ) { form, n in
        guard case .constant(let initial) = form else { return false }
        n.initial = initial
        return true
    },
    alternative(
        "cosine",
        [
            initial, final,
            Key("epochs", \.epochs, .number(.positive), required: "10", "Until the end."),
        ], { .cosine(initial: $0.initial, final: $0.final, epochs: $0.epochs) }
    ) { form, n in
        guard case .cosine(let initial, let final, let epochs) = form else { return false }
        (n.initial, n.final, n.epochs) = (initial, final, epochs)
        return true
    },
    alternative(
        "cyclic",
        [
            Key("minimum", \.minimum, .number(.nonNegative), required: "0.001", "The least."),
            Key("maximum", \.maximum, .number(.positive), required: "0.1", "The largest."),
            .check { section, n in
                guard n.minimum <= n.maximum else {
                    let top = section["maximum"]!
                    throw top.fail(
                        "'\(top.path)' (\(n.maximum)) must not be below '\(section.field.key("minimum"))' (\(n.minimum))"
                    )
                }
            },
            Key("period", \.period, .number(.positive), required: "4", "Epochs up and down."),
            Key("mode", \.mode, .name, "How the height of a period changes."),
            Key(
                "gamma", words: "a number above 0", "Factor on the height an epoch, of 'mode: exp_range'.",
                read: { section, n in
                    if n.mode == .expRange {
                        n.gamma = try section.required("gamma", as: "0.99").number(.positive)
                    } else if let field = section["gamma"] {
                        throw field.fail("'\(field.path)' goes with 'mode: exp_range' only")
                    }
                }, write: { $0.mode == .expRange ? .number($0.gamma) : nil }),
        ], { .cyclic(minimum: $0.minimum, maximum: $0.maximum, period: $0.period, mode: $0.mode, gamma: $0.gamma) }
    ) { form, n in
        guard case .cyclic(let minimum, let maximum, let period, let mode, let gamma) = form else { return false }
        (n.minimum, n.maximum, n.period, n.mode, n.gamma) = (minimum, maximum, period, mode, gamma)
        return true
    },
    alternative(
        "exponential",
        [
            initial,
            Key("rate", \.rate, .number(.positive), required: "0.95", "Factor an epoch."),
            Key("minimum", \.minimum, .number(.nonNegative), "Not below this."),
        ], { .exponential(initial: $0.initial, rate: $0.rate, minimum: $0.minimum) }
    ) { form, n in
        guard case .exponential(let initial, let rate, let minimum) = form else { return false }
        (n.initial, n.rate, n.minimum) = (initial, rate, minimum)
        return true
    },
    alternative(
        "inverse_time",
        [
            initial,
            Key("rate", \.rate, .number(.nonNegative), required: "0.1", "initial / (1 + rate·t)."),
        ], { .inverseTime(initial: $0.initial, rate: $0.rate) }
    ) { form, n in
        guard case .inverseTime(let initial, let rate) = form else { return false }
        n.initial = initial
        n.rate = rate
        return true
    },
    alternative(
        "linear",
        [
            initial, final,
            Key("from", \.from, .number(.nonNegative), "Where the line begins."),
            Key("to", \.to, .number(.positive), required: "10", "Where it ends."),
            .check { section, n in
                guard n.from < n.to else {
                    let end = section["to"]!
                    throw end.fail("'\(end.path)' (\(n.to)) must be above '\(section.field.key("from"))' (\(n.from))")
                }
            },
        ], { .linear(initial: $0.initial, final: $0.final, from: $0.from, to: $0.to) }
    ) { form, n in
        guard case .linear(let initial, let final, let from, let to) = form else { return false }
        (n.initial, n.final, n.from, n.to) = (initial, final, from, to)
        return true
    },
    alternative(
        "step",
        [
            initial,
            Key("factor", \.factor, .number(.positive), required: "0.5", "At each step."),
            Key("every", \.every, .number(.positive), required: "10", "Epochs from one to the next."),
        ], { .step(initial: $0.initial, factor: $0.factor, every: $0.every) }
    ) { form, n in
        guard case .step(let initial, let factor, let every) = form else { return false }
        (n.initial, n.factor, n.every) = (initial, factor, every)
        return true
    },
]
