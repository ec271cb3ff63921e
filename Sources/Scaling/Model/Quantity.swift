import NewtonCG

/// Numbers with units, as descriptions of networks hold them.
extension Field {
    /// A time in seconds: `25 us`, `1.5 ms`, `0.000025`.
    func duration() throws -> Double {
        try quantity(
            ["": 1, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9], zero: true,
            "a time of 0 or more, as 25 us or 0.000025 (seconds)")
    }

    /// Bytes a second: `10 Gb/s` (bits), `1.25 GB/s` (bytes), `1.25e9`.
    func rate() throws -> Double {
        var units: [String: Double] = ["": 1, "B/s": 1, "b/s": 0.125]
        for (prefix, scale) in [("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)] {
            units[prefix + "B/s"] = scale
            units[prefix + "b/s"] = scale / 8
            units[prefix + "bit/s"] = scale / 8
        }
        for (prefix, power) in [("Ki", 10), ("Mi", 20), ("Gi", 30)] {
            units[prefix + "B/s"] = Double(1 << power)
        }
        return try quantity(
            units, zero: false, "a rate above 0, as 10 Gb/s (bits), 1.25 GB/s or 1.25e9 (bytes a second)")
    }

    private func quantity(_ units: [String: Double], zero: Bool, _ allowed: String) throws -> Double {
        guard case .scalar(let text, _) = tree.content else { throw mismatch(allowed) }
        // The unit begins at the first letter that is no exponent: "1e-6", "1 us".
        let digits = text.prefix { "0123456789.+-".contains($0) }
        var number = String(digits), rest = text.dropFirst(digits.count)
        if let e = rest.first, "eE".contains(e) {
            let exponent = rest.dropFirst().prefix { "0123456789+-".contains($0) }
            if !exponent.isEmpty {
                number += "e" + exponent
                rest = rest.dropFirst(1 + exponent.count)
            }
        }
        let unit = String(rest.trimmingPrefix(while: \.isWhitespace))
        guard let value = plainNumber(number) else { throw mismatch(allowed) }
        guard let scale = units[unit] else {
            throw mismatch(allowed, hint: suggestion(for: unit, among: units.keys.filter { !$0.isEmpty }.sorted()))
        }
        guard value > 0 || (zero && value == 0), (value * scale).isFinite else { throw mismatch(allowed) }
        return value * scale
    }
}
