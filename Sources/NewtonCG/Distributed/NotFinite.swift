/// The loss or gradient at the current parameters, or what is made of them there, is NaN or infinite.
public struct NotFinite: Error, CustomStringConvertible {
    public let what: String
    public init(_ what: String) { self.what = what }
    public var description: String { "the \(what) is not finite" }
}
