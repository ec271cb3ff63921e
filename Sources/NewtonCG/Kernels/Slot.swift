/// Memory that a layer needs beside its inputs, its output and its parameters: declared with the layer, so that it is
/// planned before anything runs, and had from the point by `p[slot]`.
///
/// Give slots out by `SlotPlaces`, as parameters are by `ParameterPlaces`.
public struct Slot<Element: BitwiseCopyable>: Sendable {
    /// Its number among the layer's slots.
    let number: Int
    /// Elements for each of what it is kept of.
    public let count: Int
}

/// What a layer needs memory for, so much for each of them.
public enum SlotUnit: Sendable {
    /// A row of the layer's output: a position of a sample where the layer acts on the last axis, else a sample.
    case row
    /// A sample.
    case sample
    /// A group of samples, as statistics are taken of.
    case group
}

/// From when to when a slot holds what was written.
public enum SlotLife: Sendable {
    /// Written by `forward`, read by all other passes, for every product at the point.
    case linearisation
    /// Written by `rForward`, read by `rBackward` of the same product.
    case product
    /// Scratch of one pass.
    case pass
}

/// One slot as the memory plan sees it.
public struct SlotSpec: Equatable, Sendable {
    /// For each of what it is kept of.
    public let bytes: Int
    /// What it is kept of.
    public let unit: SlotUnit
    /// How long it holds what was written.
    public let life: SlotLife

    /// Where the memory of a part of a block begins.
    func offset(row: Int, sample: Int, group: Int) -> Int {
        switch unit {
        case .row: row * bytes
        case .sample: sample * bytes
        case .group: group * bytes
        }
    }
}

/// The slots of a layer, given out one after another.
public struct SlotPlaces: Sendable {
    public private(set) var slots: [SlotSpec] = []

    /// No slot is given out yet.
    public init() {}

    /// `count` values of a type for each row, sample or group.
    public mutating func values<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type = Element.self, each unit: SlotUnit, for life: SlotLife = .linearisation
    ) -> Slot<Element> {
        slots.append(SlotSpec(bytes: count * MemoryLayout<Element>.stride, unit: unit, life: life))
        return Slot(number: slots.count - 1, count: count)
    }

    /// A bit for each of `count` values of a sample. The bits of a block's values lie one after another without gaps, so
    /// that a layer with parameters, whose samples may be looked at one by one, takes a multiple of 16.
    public mutating func bits(_ count: Int) -> Slot<UInt16> {
        values((count + 15) / 16, each: .sample)
    }
}

extension [SlotSpec] {
    /// Some slot is kept of groups of samples: the layer ties them together.
    var tiesGroups: Bool { contains { $0.unit == .group } }
}
