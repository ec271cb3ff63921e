/// What the value of a key may be: how it is read from a configuration, and how it is written into one.
struct Form<Value>: Sendable {
    /// What is allowed, as in "must be …".
    let words: String
    /// What `newton-cg info` says of the keys in it.
    var inside: [String] = []
    let read: @Sendable (Field) throws -> Value
    let write: @Sendable (Value) -> Resolved
}

extension Form where Value == Double {
    static func number(_ bounds: Bounds) -> Form {
        Form(words: bounds.words, read: { try $0.number(bounds) }, write: { .number($0) })
    }
}
extension Form where Value == Int {
    static func integer(atLeast least: Int, atMost most: Int = Field.most) -> Form {
        Form(
            words: "a whole number of \(least) or more", read: { try $0.integer(atLeast: least, atMost: most) },
            write: { .scalar("\($0)") })
    }
}
extension Form where Value == Bool {
    static var flag: Form { Form(words: "true or false", read: { try $0.flag() }, write: { .scalar("\($0)") }) }
}
extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the names of an enumeration.
    static var name: Form {
        Form(
            words: oneOf(Value.allCases.map(\.rawValue)), read: { try $0.name(Value.self) },
            write: { .scalar($0.rawValue) })
    }
}
extension Form {
    /// One of several kinds of settings: its name, or a map of the name to its keys.
    static func choice(_ alternatives: [Alternative<Value>]) -> Form {
        let names = alternatives.map(\.name)
        return Form(
            words: oneOf(names),
            inside: alternatives.flatMap { one in one.text.map { "\(one.name).\($0)" } },
            read: { field in
                let (name, options) = try field.choice(names)
                return try alternatives.first { $0.name == name }!.read(options)
            },
            write: { value in alternatives.lazy.compactMap { $0.write(value) }.first! })
    }
}

/// One of the kinds of settings that a key may have.
struct Alternative<Value>: Sendable {
    let name: String
    let text: [String]
    let read: @Sendable (Field) throws -> Value
    /// nil: the value is of another kind.
    let write: @Sendable (Value) -> Resolved?

    /// - Parameter settings: those of a value of this kind; nil: of another.
    static func of<Settings>(
        _ name: String, _ keys: Keys<Settings>, _ value: @escaping @Sendable (Settings) -> Value,
        settings: @escaping @Sendable (Value) -> Settings?
    ) -> Alternative {
        Alternative(
            name: name, text: keys.text, read: { value(try keys.read($0)) },
            write: { settings($0).map { .map([(name, keys.write($0))]) } })
    }

    /// No value.
    static func none<Wrapped>() -> Alternative where Value == Wrapped? {
        Alternative(
            name: "none", text: [],
            read: {
                _ = try $0.section([])
                return nil
            },
            write: { $0 == nil ? .scalar("none") : nil })
    }
}

/// The keys of a map of settings, declared once: how it is read, with errors, and how it is written follow.
///
///     Keys(SGDSettings(), [Key("momentum", \.momentum, .number(.belowOne), "Factor on the last velocity."), …])
///
/// Keys are read in this order, so that one may depend on those before it, and written in this order.
struct Keys<Settings: Sendable>: Sendable {
    private let initial: Settings
    private let keys: [Key<Settings>]

    /// - Parameter initial: the defaults.
    init(_ initial: Settings, _ keys: [Key<Settings>]) { (self.initial, self.keys) = (initial, keys) }

    /// - Parameter settings: where nothing is given; nil: the defaults.
    func read(_ field: Field, from settings: Settings? = nil) throws -> Settings {
        let section = try field.section(keys.compactMap(\.name))
        var settings = settings ?? initial
        for key in keys { try key.read(section, &settings) }
        return settings
    }

    /// `{key: value, …}`, every key with its value.
    func write(_ settings: Settings) -> Resolved {
        .map(keys.compactMap { key in key.write(settings).map { (key.name!, $0) } })
    }

    /// A line for each key, with its default.
    var text: [String] {
        keys.flatMap { key -> [String] in
            guard let name = key.name else { return [] }
            var line = "\(name): \(key.words)"
            if key.inside.isEmpty, let value = key.write(initial), !key.isRequired {
                line += " (default \(value.flow))"
            }
            if key.isRequired { line += " (required)" }
            return ["\(line). \(key.summary)"] + key.inside.map { "\(name).\($0)" }
        }
    }
}

/// One key of settings, or a check of several that were read.
struct Key<Settings: Sendable>: Sendable {
    /// nil: a check.
    let name: String?
    /// What is allowed; one line about it; what is said of the keys in it.
    private(set) var words = "", summary = "", inside: [String] = []
    private(set) var isRequired = false
    let read: @Sendable (Section, inout Settings) throws -> Void
    /// nil: it is not written.
    private(set) var write: @Sendable (Settings) -> Resolved?

    init<Value>(
        _ name: String, _ place: WritableKeyPath<Settings, Value> & Sendable, _ form: Form<Value>,
        required example: String? = nil, _ summary: String
    ) {
        (self.name, words, self.summary, inside) = (name, form.words, summary, form.inside)
        isRequired = example != nil
        read = { section, settings in
            if let field = try example.map({ try section.required(name, as: $0) }) ?? section[name] {
                settings[keyPath: place] = try form.read(field)
            }
        }
        write = { form.write($0[keyPath: place]) }
    }

    /// A map of keys of its own; what is not given in it stays as it is.
    init<Value>(
        _ name: String, _ place: WritableKeyPath<Settings, Value> & Sendable, _ keys: Keys<Value>, _ summary: String
    ) {
        (self.name, words, self.summary, inside) = (name, "a map", summary, keys.text)
        read = { section, settings in
            if let field = section[name] {
                settings[keyPath: place] = try keys.read(field, from: settings[keyPath: place])
            }
        }
        write = { keys.write($0[keyPath: place]) }
    }

    /// A key that is read and written in a way of its own.
    init(
        _ name: String, words: String, _ summary: String,
        read: @escaping @Sendable (Section, inout Settings) throws -> Void,
        write: @escaping @Sendable (Settings) -> Resolved?
    ) {
        (self.name, self.words, self.summary, self.read, self.write) = (name, words, summary, read, write)
    }

    /// Of what was read before it.
    static func check(_ check: @escaping @Sendable (Section, inout Settings) throws -> Void) -> Key {
        Key(check: check)
    }
    private init(check: @escaping @Sendable (Section, inout Settings) throws -> Void) {
        (name, read, write) = (nil, check, { _ in nil })
    }

    /// The same, written only where the settings say so.
    func written(where isWritten: @escaping @Sendable (Settings) -> Bool) -> Key {
        var key = self
        let write = write
        key.write = { isWritten($0) ? write($0) : nil }
        return key
    }
}
