/// What is to be learnt from a dataset.
public enum DatasetTask: String, Sendable, CaseIterable {
    /// Targets are class numbers, `(N,)` integers.
    case classification
    /// Targets are numbers, `(N, k)` floats.
    case regression
    /// The inputs are the targets.
    case autoencoding
    /// Inputs are sentences of one vocabulary, `(N, S)` integers, targets those of another, `(N, T)`: tokens, of which 0
    /// is padding, 1 begins a sentence, 2 ends it, and 3 is unknown.
    case translation
}
