/// The declaration of one option of a layer, a loss or a model: its name, what it may be, its default, a line about it.
/// Reading with errors, defaults, the written configuration and `newton-cg info KIND` follow from it.
public struct OptionSpec: Sendable {
    /// What an option may be.
    public enum Form: Sendable {
        /// A whole number, not below this.
        case integer(atLeast: Int)
        /// A number within bounds.
        case number(Bounds)
        /// true or false.
        case flag
        /// One of these names.
        case name([String])
        /// A number for both axes of an image, or one for each: `3` or `[3, 2]` (height, width).
        case pair
        /// `valid`, `same`, a number, or `[[top, bottom], [left, right]]`.
        case padding
        /// A list of layers: of a block, which lays them out.
        case layers
    }
    /// What an option has where it is not given.
    public enum Standard: Sendable {
        /// It has to be given.
        case required
        /// This value.
        case value(OptionValue)
        /// What another option is.
        case sameAs(String)
    }

    public let name: String
    public let form: Form
    /// What it has where it is not given.
    public let standard: Standard
    /// One line, for `newton-cg info`.
    public let summary: String

    private init(_ name: String, _ form: Form, _ standard: Standard, _ summary: String) {
        (self.name, self.form, self.standard, self.summary) = (name, form, standard, summary)
    }
    /// An option that has to be given.
    public init(_ name: String, _ form: Form, _ summary: String) { self.init(name, form, .required, summary) }
    /// An option with a default.
    public init(_ name: String, _ form: Form, default value: OptionValue, _ summary: String) {
        self.init(name, form, .value(value), summary)
    }
    /// An option that is what another one is, where it is not given.
    public init(_ name: String, _ form: Form, sameAs other: String, _ summary: String) {
        self.init(name, form, .sameAs(other), summary)
    }

    var isLayers: Bool { if case .layers = form { true } else { false } }

    /// "units: a whole number of 1 or more (required). Outputs."
    public var text: String {
        let standard =
            switch standard {
            case .required: "required"
            case .value(.text(let name)): "default \(name)"
            case .value(let value): "default \(value)"
            case .sameAs(let other): "default: as '\(other)'"
            }
        return "\(name): \(form.words) (\(standard)). \(summary)"
    }
}

extension OptionSpec.Form {
    /// What is allowed.
    var words: String {
        switch self {
        case .integer(let least): "a whole number of \(least) or more"
        case .number(let bounds): bounds.words
        case .flag: "true or false"
        case .name(let names): "one of \(names.joined(separator: ", "))"
        case .pair: "a whole number of 1 or more, or two as [height, width]"
        case .padding: "same, valid, a number or [[top, bottom], [left, right]]"
        case .layers: "a list of layers"
        }
    }

    func contains(_ value: OptionValue) -> Bool {
        switch (self, value) {
        case (.integer(let least), .integer(let n)): n >= least
        case (.number(let bounds), .integer(let n)): bounds.contains(Double(n))
        case (.number(let bounds), .number(let x)): bounds.contains(x)
        case (.flag, .flag): true
        case (.name(let names), .text(let name)): names.contains(name)
        case (.pair, let value): value.pair != nil
        case (.padding, let value): value.padding != nil
        default: false
        }
    }
}

extension Options {
    /// The same options, and defaults where they are not given.
    func completed(_ declared: [OptionSpec]) -> Options {
        var all = self
        for option in declared where all.values[option.name] == nil {
            switch option.standard {
            case .required: break
            case .value(let value): if !option.isLayers { all.values[option.name] = value }
            case .sameAs(let other): all.values[option.name] = all.values[other]
            }
        }
        return all
    }

    /// Refuses what is not declared, what is missing and what is not allowed, in a sentence that names the key.
    func check(_ declared: [OptionSpec]) throws {
        let known = declared.map(\.name)
        for key in values.keys.sorted() where !known.contains(key) {
            throw ModelError("unknown option '\(key)'" + suggestion(for: key, among: known), key: key)
        }
        for option in declared where !option.isLayers {
            let key = option.name, form = option.form
            guard let value = values[key] else {
                let need = if case .pair = form { "a whole number, or two" } else { form.words }
                throw ModelError("option '\(key)' is missing: it needs \(need)", key: key)
            }
            guard !form.contains(value) else { continue }
            var hint = ""
            if case .name(let names) = form, case .text(let given) = value {
                hint = suggestion(for: given, among: names)
            }
            throw ModelError("'\(key)' must be \(form.words), not \(value)\(hint)", key: key)
        }
    }
}
