import CKernels
import NewtonCG
import Testing

/// The bits that dropout keeps values by: Philox's words against a threshold, sixteen at a time.
@Suite struct KeepBitsTests {
    private func bits(
        rows: [Int32], count: Int, seed: UInt64, stream: UInt32 = 5, step: UInt64 = 41, rate: Double
    ) -> [Bool] {
        // What lies there must not matter, and what lies behind must stay as it is.
        let words = (rows.count * count + 15) / 16
        var bits = [UInt16](repeating: 0xFFFF, count: words + 1)
        ck_keep_bits(rows.count, count, seed, stream, step, rows, rate, &bits)
        #expect(bits[words] == 0xFFFF)
        return (0..<16 * words).map { bits[$0 / 16] >> ($0 % 16) & 1 == 1 }
    }

    /// The known answer of Random123 (`kat_vectors`, philox4x32, 10 rounds) for key and counter 0: of its four words each is
    /// just not below its own threshold, and below the next.
    @Test func knownAnswers() {
        for (word, answer) in [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8].enumerated() {
            for (threshold, isKept) in [(answer, true), (answer + 1, false)] {
                let kept = bits(
                    rows: [0], count: 64, seed: 0, stream: 0, step: 0, rate: Double(threshold) / 4_294_967_296)
                #expect(kept[16 * word] == isKept, "word \(word)")
            }
        }
    }

    /// Value j of a row is kept by word (j/16)%4 of the counter (j/64·16 + j%16, the row's number, step, stream), whatever
    /// the number of values; behind the last there are zeros.
    @Test(arguments: [1, 15, 16, 17, 63, 64, 65, 77, 200], [0x1234_5678_9ABC_DEF0, 7] as [UInt64])
    func areWordsOfPhilox(count: Int, seed: UInt64) {
        let rate = 0.3, rows = (0..<9).map { Int32(3 * $0 + 1) } + [Int32.max]
        let philox = Philox4x32(key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        let got = bits(rows: rows, count: count, seed: seed, rate: rate)
        var wrong = 0
        for (i, row) in rows.enumerated() {
            for j in 0..<count {
                let block = philox.block((UInt32(j / 64 * 16 + j % 16), UInt32(row), 41, 5))
                let word = [block.0, block.1, block.2, block.3][j / 16 % 4]
                if got[i * count + j] != (word >= UInt32(rate * 4_294_967_296)) { wrong += 1 }
            }
        }
        #expect(wrong == 0)
        #expect(!got[(rows.count * count)...].contains(true))
    }

    /// A row's bits do not depend on the rows around it.
    @Test func rowsAreTheirOwn() {
        let together = bits(rows: [4, 900, 2], count: 77, seed: 11, rate: 0.5)
        for (i, row) in [4, 900, 2].enumerated() {
            #expect(
                Array(together[i * 77..<(i + 1) * 77])
                    == Array(bits(rows: [Int32(row)], count: 77, seed: 11, rate: 0.5)[..<77]))
        }
    }

    @Test(arguments: [0, 0.1, 0.5, 0.99]) func asManyAreKeptAsShouldBe(rate: Double) {
        let rows = 500, count = 203, values = rows * count
        let kept = bits(rows: (0..<Int32(rows)).map { $0 }, count: count, seed: 3, rate: rate).count { $0 }
        // Five standard deviations.
        #expect(
            abs(Double(kept) - (1 - rate) * Double(values)) <= 5 * (rate * (1 - rate) * Double(values)).squareRoot())
    }

    /// Another seed, stream or step is another draw.
    @Test func drawsDiffer() {
        let first = bits(rows: [1, 2], count: 100, seed: 3, rate: 0.5)
        #expect(first != bits(rows: [1, 2], count: 100, seed: 4, rate: 0.5))
        #expect(first != bits(rows: [1, 2], count: 100, seed: 3 + 1 << 32, rate: 0.5))
        #expect(first != bits(rows: [1, 2], count: 100, seed: 3, stream: 6, rate: 0.5))
        #expect(first != bits(rows: [1, 2], count: 100, seed: 3, step: 42, rate: 0.5))
    }
}
