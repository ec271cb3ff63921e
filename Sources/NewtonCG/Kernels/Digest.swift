import CKernels

/// A 64-bit digest of the bits of numbers. One changed number always changes it; it is no protection against intent.
public enum Digest {
    /// The digest of the bits of `count` values, begun from `seed`: the digest of what comes before them.
    public static func of<T: BitwiseCopyable>(_ values: UnsafePointer<T>, count: Int, seed: UInt64 = 0) -> UInt64 {
        ck_digest(values, count * MemoryLayout<T>.stride, seed)
    }
}
