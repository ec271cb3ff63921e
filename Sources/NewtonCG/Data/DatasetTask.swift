/// What is to be learnt from a dataset.
public enum DatasetTask: String, Sendable, CaseIterable {
    /// Targets are class numbers, `(N,)` integers.
    case classification
    /// Targets are numbers, `(N, k)` floats.
    case regression
    /// The inputs are the targets.
    case autoencoding
}
