/// At least one rank was asked to stop: all ranks throw this at the same reduction.
public struct Stopped: Error {
    public init() {}
}
