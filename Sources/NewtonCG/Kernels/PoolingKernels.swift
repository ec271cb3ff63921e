import CKernels

/// Pooling of images over the windows that are the first argument.
public protocol PoolingKernels<Value>: ScalarKernels {
    /// y = max over windows; the cell that won, by window and channel.
    static func maxPool(
        _ g: UnsafePointer<ck_pool>?, samples: Int, x: In?, y: Out?, winners: UnsafeMutablePointer<UInt8>?)
    /// o = [o +] the winners of a.
    static func poolGather(
        _ g: UnsafePointer<ck_pool>?, samples: Int, winners: UnsafePointer<UInt8>?, from a: In?, adds add: Int32,
        to o: Out?)
    /// o = [o +] a, at the winners.
    static func poolScatter(
        _ g: UnsafePointer<ck_pool>?, samples: Int, winners: UnsafePointer<UInt8>?, from a: In?, adds add: Int32,
        to o: Out?)
    /// o = [o +] the means of a over windows.
    static func averagePool(_ g: UnsafePointer<ck_pool>?, samples: Int, from a: In?, adds add: Int32, to o: Out?)
    /// o = [o +] its transpose, each window's a shared out to its cells.
    static func averagePoolBack(_ g: UnsafePointer<ck_pool>?, samples: Int, from a: In?, adds add: Int32, to o: Out?)
}
