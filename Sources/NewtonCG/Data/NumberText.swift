/// A number as it is written in configurations and tables: digits, a sign, a point, an exponent (`-1.5e-2`). Nil where the
/// text is anything else, or not finite: no `inf`, `nan` or `0x1F`, and no text after a zero byte.
package func plainNumber(_ text: some StringProtocol) -> Double? {
    var hasDigit = false
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): break
        default: return nil
        }
    }
    guard hasDigit, let number = Double(text), number.isFinite else { return nil }
    return number
}

/// The number that is meant by a text with signs of currency or percent, with separators of thousands, a decimal comma or
/// parentheses: `$12`, `5%`, `1,234.50`. Nil where the text is a plain number or none at all.
func decoratedNumber(_ text: String) -> Double? {
    guard plainNumber(text) == nil, text.contains(where: \.isNumber) else { return nil }
    let plain = text.replacing("−", with: "-").filter { !"$€£¥%,'_() \u{A0}\u{202F}".contains($0) }
    return plainNumber(plain)
}
