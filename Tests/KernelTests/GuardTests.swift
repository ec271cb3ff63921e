import CKernelCases
import Testing

/// Every kernel over many shapes, in memory that ends before, or begins behind, a page that may not be touched; none
/// leaves a value unwritten. The same cases run under sanitizers: `make sanitize`.
@Suite struct GuardTests {
    private static let names: [String] = {
        var names: [String] = []
        while let name = kc_name(Int32(names.count)) { names.append(String(cString: name)) }
        return names
    }()

    @Test(arguments: names, [true, false]) func nothingIsTouchedBeside(name: String, end: Bool) {
        let complaint = kc_run(name, end ? kc_before_a_guard : kc_behind_a_guard, 150, end ? 2 : 3)
        #expect(complaint.map { String(cString: $0) } == nil)
    }
}
