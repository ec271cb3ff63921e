import MPI

/// An objective over a network that shows its layers' inputs and cotangents on the loaded batch: what Kronecker factors
/// are made of.
package protocol ObservedBatch<S>: Objective where S: MPIDatatype {
    var network: Network<S> { get }
    var memory: BatchMemory { get }
    var communicator: Communicator { get }
    var team: ThreadTeam { get }
    /// Shows one in `every` groups of samples of the whole batch (each sample, where no layer takes statistics of
    /// groups), those whose number among all ranks' is `turn` modulo `every`, at the kept point. Each thread goes through
    /// its own blocks: the closures get the thread, and rows by their place in the batch. No rank waits for another.
    func observe(
        every: Int, turn: Int, passes: Int, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void)
    /// The row of the training part that lies at this place of the rank's batch: the same sample on any number of ranks.
    func row(at place: Int) -> Int
}

/// An observed batch whose residuals, one vector a sample, can be worked in: what solves in their space are made of.
package protocol ResidualBatch<S>: ObservedBatch {
    /// ℓ of a sample.
    var sampleLoss: any Loss<S> { get }
    /// What the loss of the loaded batch is a mean over: samples of all ranks, or its own count.
    var batchTerms: Int { get }
    /// The most samples of a batch over all ranks, and of this rank.
    var mostSamples: Int { get }
    var mostRows: Int { get }
    /// The rank's rows of the loaded batch, all of which products must see.
    var observedRows: Int { get }
    /// Bytes that a rank may take for activations, and for what lies beside them.
    var memoryLimit: Int { get }
    /// Shows all rows of the rank at the kept point, in some passes with other cotangents.
    func observe(
        passes: Int, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void)
    /// Shows J·v: the tangents of some rows' outputs along v.
    func outputTangents(along v: Vector<S>, each: (_ rows: Range<Int>, _ tangents: Matrix<S>) -> Void)
    /// result ← Σ over all samples of what `add` makes of each layer that is shown with these cotangents.
    func total(
        into result: MutableVector<S>, cotangent: (OutputBlock<S>) -> Void,
        add: (LayerObservation<S>, _ vector: MutableVector<S>) -> Void
    ) throws
}
