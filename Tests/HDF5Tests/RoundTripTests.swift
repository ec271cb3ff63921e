import HDF5
import TestSupport
import Testing

@Suite struct RoundTripTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    private func roundTrip<T: HDF5Scalar & Equatable>(_ values: [T], kind: ElementKind) throws {
        let file = try File(path, .create(truncate: true))
        try file.write("deep/in/values", values, shape: [values.count])
        try file.close()
        let dataset = try File(path, .readOnly).dataset("deep/in/values")
        #expect(dataset.shape == [values.count])
        #expect(dataset.elementKind == kind)
        #expect(try dataset.read(as: T.self) == values)
    }

    @Test func everyNumberTypeComesBack() throws {
        try roundTrip([Float.pi, -0.0, .infinity, .leastNonzeroMagnitude], kind: .float32)
        try roundTrip([Double.pi, .greatestFiniteMagnitude], kind: .float64)
        try roundTrip([Int8.min, .max], kind: .int8)
        try roundTrip([Int16.min, .max], kind: .int16)
        try roundTrip([Int32.min, .max], kind: .int32)
        try roundTrip([Int64.min, .max], kind: .int64)
        try roundTrip([UInt8.min, .max], kind: .uint8)
        try roundTrip([UInt16.min, .max], kind: .uint16)
        try roundTrip([UInt32.min, .max], kind: .uint32)
        try roundTrip([UInt64.min, .max], kind: .uint64)
    }

    @Test func theLibraryConvertsTypes() throws {
        let file = try File(path, .create(truncate: true))
        try file.write("bytes", [UInt8(0), 128, 255], shape: [3])
        #expect(try file.dataset("bytes").read(as: Float.self) == [0, 128, 255])
        try file.write("doubles", [0.5, -2], shape: [2])
        #expect(try file.dataset("doubles").read(as: Float.self) == [0.5, -2])
    }

    @Test func aScalarAndEmptyShapesComeBack() throws {
        let file = try File(path, .create(truncate: true))
        try file.write("scalar", [42.5], shape: [])
        #expect(try file.dataset("scalar").shape == [])
        #expect(try file.dataset("scalar").read(as: Double.self) == [42.5])
        for checksum in [false, true] {
            let name = "empty\(checksum)"
            try file.write(name, [Float](), shape: [0, 5], checksum: checksum)
            #expect(try file.dataset(name).shape == [0, 5])
            #expect(try file.dataset(name).read(as: Float.self) == [])
            #expect(try file.dataset(name).readRows(0..<0, as: Float.self) == [])
        }
        try file.writeStrings("none", [])
        #expect(try file.readStrings("none") == [])
    }

    @Test func rowsAreReadAndWrittenInPieces() throws {
        let file = try File(path, .create(truncate: true))
        let values = (0..<60).map { Float($0) }
        for (name, chunk) in [("plain", nil), ("chunked", [2, 3, 2])] as [(String, [Int]?)] {
            let dataset = try file.createDataset(name, shape: [5, 3, 4], of: Float.self, chunk: chunk)
            #expect(dataset.rows == 5 && dataset.rowSize == 12 && dataset.chunk == chunk)
            try values.withUnsafeBufferPointer { memory in
                try dataset.writeRows(3..<5, from: memory.baseAddress! + 36)
                try dataset.writeRows(0..<3, from: memory.baseAddress!)
            }
            #expect(try dataset.read(as: Float.self) == values)
            #expect(try dataset.readRows(1..<4, as: Double.self) == values[12..<48].map { Double($0) })
            let message = sentence { _ = try dataset.readRows(4..<6, as: Float.self) }
            #expect(message.contains("no rows 4 to 6"), "\(message)")
        }
    }

    @Test func readingByRowsIsTheSameWithChunksLargerThanTheDefaultCache() throws {
        let file = try File(path, .create(truncate: true))
        let values = (0..<(1000 * 700)).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) }
        let dataset = try file.createDataset(
            "large", shape: [1000, 700], of: Int32.self, chunk: [600, 700], deflate: 1, checksum: true)
        try dataset.write(values)
        try file.close()
        let reopened = try File(path, .readOnly).dataset("large")
        for start in stride(from: 0, to: 1000, by: 125) {
            let rows = start..<(start + 125)
            #expect(
                try reopened.readRows(rows, as: Int32.self)
                    == Array(values[(start * 700)..<((start + 125) * 700)]))
        }
    }

    @Test func deflateMakesARegularFileSmaller() throws {
        let file = try File(path, .create(truncate: true))
        let dataset = try file.createDataset(
            "zeros", shape: [1 << 20], of: Double.self, chunk: [1 << 16], deflate: 4)
        try dataset.write([Double](repeating: 1, count: 1 << 20))
        try file.close()
        let reopened = try File(path, .readOnly).dataset("zeros")
        #expect(try reopened.read(as: Double.self).allSatisfy { $0 == 1 })
        #expect(try #require(fileBytes(path)).count < 200_000)
    }

    @Test func checksumChunksCoverTheShape() throws {
        let file = try File(path, .create(truncate: true))
        try file.write("small", [Float](repeating: 1, count: 6), shape: [2, 3], checksum: true)
        #expect(try file.dataset("small").chunk == [2, 3])
        #expect(try file.dataset("small").hasChecksum)
        // 192 MiB and a little: four pieces of about the same size. Nothing is written, nothing allocated.
        let large = try file.createDataset("large", shape: [49153, 1024], of: Float.self, checksum: true)
        #expect(large.chunk == [12289, 1024])
        let wide = try file.createDataset("wide", shape: [2, 1 << 25], of: Float.self, checksum: true)
        #expect(wide.chunk == [1, 1 << 24])
        let message = sentence { try file.createDataset("one", shape: [], of: Float.self, checksum: true) }
        #expect(message.contains("give it the shape [1]"), "\(message)")
    }

    @Test func groupsAreListedByName() throws {
        let file = try File(path, .create(truncate: true))
        let group = try file.createGroup("b/c")
        try group.write("x", [Int32(1)], shape: [1])
        try file.createGroup("a").write("y", [Int32(2)], shape: [1])
        #expect(try file.names == ["a", "b"])
        #expect(try file.group("b").names == ["c"])
        #expect(try file.createGroup("b").names == ["c"])
        #expect(try file.has("b/c/x") && file.has("/") && !file.has("b/x/x") && !file.has("nothing"))
        #expect(try file.isGroup("b/c") && !file.isGroup("b/c/x") && !file.isGroup("nothing"))
        #expect(try file.dataset("b/c/x").path == "/b/c/x")
        #expect(try group.dataset("x").path == "/b/c/x")
    }

    /// A path from the root on leads there from any group, under the name that it has there.
    @Test func aPathFromTheRootOn() throws {
        let file = try File(path, .create(truncate: true))
        let group = try file.createGroup("g")
        // So large that it is opened twice, for its cache.
        let count = 1 << 20
        for (place, value) in [(file as Container, Float(1)), (group, 2)] {
            try place.createDataset("x", shape: [count], of: Float.self, chunk: [count / 2]).write(
                [Float](repeating: value, count: count))
        }
        for name in ["/x", "//x", "/./x"] {
            let dataset = try group.dataset(name)
            #expect(dataset.path == "/x")
            #expect(try dataset.readRows(0..<1, as: Float.self) == [1])
        }
        #expect(try group.dataset("./x").path == "/g/x" && group.dataset("/g/x").path == "/g/x")
        #expect(try group.dataset("x").readRows(0..<1, as: Float.self) == [2])
        try file.write("only", [Int32(1)], shape: [1])
        #expect(try group.has("/only") && !group.has("only") && group.has("/g/x") && !group.has("/g/only"))
        #expect(try group.createGroup("/g").path == "/g" && group.group("/g").names == ["x"])
        #expect(try group.createDataset("/other/y", shape: [1], of: Float.self).path == "/other/y")
        #expect(try file.isDataset("other/y") && !group.has("other"))
        let message = sentence { _ = try group.dataset("/nothing") }
        #expect(message.hasPrefix("cannot open the dataset /nothing of "), "\(message)")
    }

    @Test func objectsKeepTheFileOpen() throws {
        do { try File(path, .create(truncate: true)).write("x", [Int32(5)], shape: [1]) }
        let dataset = try File(path, .readOnly).dataset("x")
        #expect(try dataset.read(as: Int32.self) == [5])
    }

    @Test func stringsComeBack() throws {
        let file = try File(path, .create(truncate: true))
        let words = ["T-shirt/top", "", "Käse", "🙂"]
        try file.writeStrings("words", words)
        #expect(try file.readStrings("words") == words)
        #expect(try file.dataset("words").elementKind == .string)
    }
}
