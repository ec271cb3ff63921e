/// x with A·x = b, by elimination with pivots: what solvers of large systems are compared with on small ones.
public func solution(_ A: [[Double]], _ b: [Double]) -> [Double] {
    let n = b.count
    var A = A, b = b
    for k in 0..<n {
        let pivot = (k..<n).max { abs(A[$0][k]) < abs(A[$1][k]) }!
        A.swapAt(k, pivot)
        b.swapAt(k, pivot)
        for i in k + 1..<n where A[i][k] != 0 {
            let f = A[i][k] / A[k][k]
            for j in k..<n { A[i][j] -= f * A[k][j] }
            b[i] -= f * b[k]
        }
    }
    for k in (0..<n).reversed() {
        for j in k + 1..<n { b[k] -= A[k][j] * b[j] }
        b[k] /= A[k][k]
    }
    return b
}
