/// The loss or gradient at the current parameters, or what is made of them there, is NaN or infinite.
public struct NotFinite: Error, CustomStringConvertible {
    /// The number that is not finite, as "loss".
    public let what: String
    /// - Parameter what: the number, as "loss".
    public init(_ what: String) { self.what = what }
    public var description: String { "the \(what) is not finite" }
}
