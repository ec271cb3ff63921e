import MPI

/// A batch that shows its layers' inputs and cotangents: what Kronecker factors are made of.
protocol ObservedBatch<S>: AnyObject {
    associatedtype S: Scalar & MPIDatatype
    var network: Network<S> { get }
    var memory: BatchMemory { get }
    var communicator: Communicator { get }
    var team: ThreadTeam { get }
    /// Shows one in `every` groups of samples, those whose number is `turn` modulo `every`, at the kept point.
    func observe(
        every: Int, turn: Int, passes: Int, cotangent: (_ thread: Int, OutputBlock<S>, _ pass: Int) -> Void,
        each: (_ thread: Int, LayerObservation<S>, _ pass: Int) -> Void)
    /// The row of the training part that lies at this place of the rank's batch.
    func row(at place: Int) -> Int
}
