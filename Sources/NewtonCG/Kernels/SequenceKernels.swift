import CKernels

/// Rows by token, and rows one by one.
public protocol SequenceKernels<Value>: ScalarKernels {
    /// o[i, :] = [o[i, :] +] scale · w[token i, :].
    static func lookUp(
        rows: Int, columns: Int, in w: In?, tokens: UnsafePointer<Int32>?, scale: Value, adds add: Int32, to o: Out?)
    /// o[token i, :] += scale · a[i, :], in the order of the rows.
    static func scatter(
        rows: Int, columns: Int, of a: In?, tokens: UnsafePointer<Int32>?, scale: Value, to o: Out?)
    /// o[token i] += each, of tokens that are not `padding`.
    static func countTokens(count: Int, tokens: UnsafePointer<Int32>?, padding: Int32, each: Value, to o: Out?)
    /// o[i, :] = [o[i, :] +] a[i, :] + row.
    static func addRow(rows: Int, columns: Int, _ a: In?, row: In?, adds add: Int32, to o: Out?)
    /// o[i, :] = s[i] · a[i, :]; o may be a.
    static func scaleRows(rows: Int, columns: Int, _ a: In?, by s: In?, to o: Out?)
}
