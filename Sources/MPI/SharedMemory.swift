internal import CMPI
internal import CSharedMemory
import Glibc

/// Memory that all ranks of a communicator read and write, a segment for each: there is some only where all of them
/// run on one node.
///
/// It belongs to no file and ends with its processes, however they end.
public final class SharedMemory {
    /// By rank: where its segment begins. Other ranks' segments are to be read between meetings that both have come to.
    public let segments: [UnsafeMutableRawPointer]
    private let communicator: Communicator
    private let base: UnsafeMutableRawPointer
    private let layout: Layout
    /// How often this rank has arrived.
    private var arrivals: UInt64 = 0

    fileprivate init(_ base: UnsafeMutableRawPointer, _ layout: Layout, _ communicator: Communicator) {
        (self.base, self.layout, self.communicator) = (base, layout, communicator)
        segments = (0..<communicator.size).map { base + layout.segment(of: $0) }
    }

    deinit { csm_unmap(base, layout.bytes) }

    /// Says that this rank has written what others wait for, and has read what it waited for. Does not wait.
    public func arrive() {
        arrivals += 1
        csm_publish(layout.arrivals(base, of: communicator.rank), arrivals)
    }

    /// Waits until all ranks have arrived as often as this one.
    ///
    /// - Throws: `MPIError` if MPI fails, which is asked now and then: other ranks may wait for a message of this one.
    public func waitForAll() throws {
        for rank in 0..<communicator.size where rank != communicator.rank {
            let theirs = layout.arrivals(base, of: rank)
            var looks = 0
            while csm_seen(theirs) < arrivals {
                looks += 1
                if looks % 256 == 0 {
                    try check(CMPI_progress(communicator.handle), "MPI_Iprobe", rank: communicator.rank)
                    csm_yield()
                } else {
                    csm_pause()
                }
            }
        }
    }

    /// Waits until every rank has come here; each then sees what the others wrote before.
    public func meet() throws {
        arrive()
        try waitForAll()
    }
}

/// A first page or more with a key and a count of arrivals for each rank, each in a cache line of its own; then the
/// segments, in whole pages.
private struct Layout {
    let ranks, segment: Int
    private static let line = 64, page = 4096

    init(ranks: Int, segment: Int) {
        (self.ranks, self.segment) = (ranks, (max(1, segment) + Self.page - 1) / Self.page * Self.page)
    }
    var head: Int { ((ranks + 1) * Self.line + Self.page - 1) / Self.page * Self.page }
    var bytes: Int { head + ranks * segment }
    func segment(of rank: Int) -> Int { head + rank * segment }
    func key(_ base: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt64> {
        base.assumingMemoryBound(to: UInt64.self)
    }
    func arrivals(_ base: UnsafeMutableRawPointer, of rank: Int) -> UnsafeMutablePointer<UInt64> {
        (base + (rank + 1) * Self.line).assumingMemoryBound(to: UInt64.self)
    }
}

extension Communicator {
    /// Memory in common with all other ranks, zero.
    ///
    /// - Parameter segment: bytes for each rank, the same on every rank.
    /// - Returns: nil, on every rank, where there is one rank, where they run on several nodes, and where the system
    ///   gives no such memory.
    /// - Throws: `MPIError` if MPI fails.
    public func sharedMemory(segment: Int) throws -> SharedMemory? {
        guard size > 1 else { return nil }
        var neighbours: Int32 = 0
        try check(CMPI_ranks_of_node(handle, &neighbours), "MPI_Comm_split_type", rank: rank)
        guard neighbours == size else { return nil }
        let layout = Layout(ranks: size, segment: segment)
        var file: Int32 = -1, memory: UnsafeMutableRawPointer?
        defer { if file >= 0 { csm_close(file) } }
        func map() {
            guard file >= 0 else { return }
            // The first rank's part begins with the head.
            let first = rank == 0 ? 0 : layout.segment(of: rank)
            memory = csm_map(file, layout.bytes, first, layout.segment(of: rank) + layout.segment - first)
        }
        // Another container's process may have the same number and descriptor, hence the key.
        var offer: [UInt64] = [0, 0, 0]
        if rank == 0 {
            file = csm_create(layout.bytes)
            map()
            if let memory {
                offer = [UInt64(getpid()), UInt64(file), .random(in: 1 ... .max)]
                layout.key(memory).pointee = offer[2]
            }
        }
        try broadcast(&offer)
        if rank > 0, offer[2] > 0 {
            file = csm_open(Int(offer[0]), Int32(offer[1]))
            map()
        }
        let isMine = memory.map { layout.key($0).pointee == offer[2] } ?? false
        guard try allreduce(isMine ? 1 : 0, .min) == 1, let memory else {
            if let memory { csm_unmap(memory, layout.bytes) }
            return nil
        }
        return SharedMemory(memory, layout, self)
    }
}
