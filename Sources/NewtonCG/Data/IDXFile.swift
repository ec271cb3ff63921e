import CZlib

/// An array of bytes in the IDX format of the MNIST data sets, plain or compressed by gzip.
///
/// Format: two zero bytes, the type (8: unsigned byte), the number of axes, the size of each axis as a
/// big-endian 32-bit number, then the values in row-major order. Source: yann.lecun.com/exdb/mnist.
struct IDXFile {
    let shape: [Int]
    let values: [UInt8]

    /// Reads a file of `axes` axes; `contents` says for messages what is in it.
    init(_ path: String, axes: Int, contents: String) throws {
        guard let stream = gzopen(path, "rb") else {
            throw DataError("cannot open the \(contents) \(path): \(lastSystemError())")
        }
        var isOpen = true
        defer { if isOpen { gzclose(stream) } }
        let what = "the \(contents) \(path)"
        func read(_ count: Int) throws -> [UInt8] {
            var bytes: [UInt8] = []
            // In pieces: a damaged header may announce more than there is memory.
            while bytes.count < count {
                let size = min(count - bytes.count, 1 << 22)
                let start = bytes.count
                bytes.append(contentsOf: repeatElement(0, count: size))
                let got = bytes.withUnsafeMutableBytes {
                    gzread(stream, $0.baseAddress! + start, UInt32(size))
                }
                if got < 0 { throw DataError("\(what) is damaged: \(message(of: stream))") }
                if got < size { return Array(bytes[..<(start + Int(got))]) }
            }
            return bytes
        }

        let magic = try read(4)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0 else {
            throw DataError("\(what) is not an IDX file: it does not begin with two zero bytes")
        }
        guard magic[2] == 8 else {
            throw DataError("\(what) holds elements of IDX type \(magic[2]); only bytes (type 8) are read")
        }
        guard magic[3] == axes else {
            throw DataError("\(what) has \(magic[3]) axes instead of \(axes): is it the right file?")
        }
        let sizes = try read(4 * axes)
        guard sizes.count == 4 * axes else { throw DataError("\(what) is cut off in its header") }
        let shape = (0..<axes).map { axis in
            sizes[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) }
        }
        let (count, overflow) = shape.reduce((1, false)) { product, size in
            let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
            return (next, product.1 || overflow)
        }
        guard !overflow, count > 0 else { throw DataError("\(what) has the impossible shape \(shape)") }
        values = try read(count)
        guard values.count == count else {
            throw DataError("\(what) is cut off: \(values.count) of \(count) values are there")
        }
        // Reading on to the end also checks gzip's own checksum.
        guard try read(1).isEmpty else { throw DataError("\(what) goes on after its \(count) values") }
        // What lacks gzip's end, with the checksum, may lack more: zlib says so on closing only.
        isOpen = false
        guard gzclose(stream) == Z_OK else { throw DataError("\(what) is cut off: its compression has no end") }
        self.shape = shape
    }
}

private func message(of stream: gzFile) -> String {
    var code: Int32 = 0
    guard let text = gzerror(stream, &code) else { return "unreadable" }
    return String(cString: text)
}
