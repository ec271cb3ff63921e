/// A number of bytes, with a unit or without: `2 GiB`, `1.5 GB`, `4096`; nil where it is none.
public func readBytes(_ text: String) -> Int? {
    let units: [String: Double] = [
        "": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30, "TiB": 0x1p40,
    ]
    let number = text.prefix { $0.isNumber || ".+-eE".contains($0) }
    let unit = text.dropFirst(number.count).trimmingPrefix(while: \.isWhitespace)
    guard let scale = units[String(unit)], let count = plainNumber(String(number)) else { return nil }
    let bytes = (count * scale).rounded(.down)
    return bytes >= 1 && bytes < 0x1p62 ? Int(bytes) : nil
}
