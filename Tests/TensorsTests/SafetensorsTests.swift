import Foundation
import Provenance
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct SafetensorsTests {
    static func file(_ json: String, _ body: [UInt8] = []) -> Data {
        var length = UInt64(json.utf8.count).littleEndian
        return Data(bytes: &length, count: 8) + Data(json.utf8) + Data(body)
    }

    static func fault(_ data: Data) throws -> String? {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID()).safetensors"
        try data.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            _ = try Safetensors.read(path)
            return nil
        } catch {
            return error.description
        }
    }

    static func sample(at path: String) throws {
        let tensors: [(name: String, tensor: Tensor)] = [
            ("b.weight", Generator(Seed(1)).normal([3, 5])),
            ("a", Tensor([1, 2, 3] as [Int64], shape: [3])),
            ("empty", Tensor.zeros([0, 4])), ("number", Tensor.full([], 2.5)),
            ("half", Tensor.ones([2], dtype: .bfloat16)),
            ("flags", Tensor([true, false], shape: [2])),
        ]
        try Safetensors.write(tensors, metadata: ["note": "ü\"\\\n"], to: path)
    }

    @Test func whatIsWrittenIsRead() throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.sample(at: path)
        let (tensors, metadata) = try Safetensors.read(path)
        #expect(metadata == ["format": "pt", "note": "ü\"\\\n"])
        #expect(tensors.keys.sorted() == ["a", "b.weight", "empty", "flags", "half", "number"])
        #expect(tensors["a"]?.scalars(Int64.self) == [1, 2, 3])
        #expect(tensors["empty"]?.shape == [0, 4])
        #expect(tensors["number"]?.item() == 2.5)
        #expect(tensors["half"]?.dtype == .bfloat16)
        let expected = Generator(Seed(1)).normal([3, 5]).scalars(Float.self)
        #expect(tensors["b.weight"]?.scalars(Float.self) == expected)
    }

    @Test(arguments: [
        ("", "does not begin with a brace"),
        ("[]", "does not begin with a brace"),
        ("{", "not a JSON object"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            "occurs twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            "occurs twice"
        ),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "needs 8 bytes"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "lacks a plain"),
        (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, "lacks a plain"),
        (#"{"a":{"dtype":"F32","shape":[true],"data_offsets":[0,4]}}"#, "lacks a plain"),
        (
            #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#,
            "beyond all memory"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "ends before"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "begins at byte 4"),
        (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, "end at byte 0 of 4"),
        (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}"#, "not supported"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            "begins at byte 0"
        ),
        (#"{"__metadata__":{"a":1}}"#, "not all strings"),
        (#"{"a":[[[[[[[[[[1]]]]]]]]]]}"#, "nests too deeply"),
    ]) func lyingHeadersAreRefused(header: String, reason: String) throws {
        let text = try #require(try Self.fault(Self.file(header, [0, 0, 0, 0])))
        #expect(text.contains(reason), "\(text)")
    }

    @Test func truncationsAndFlipsNeverCrash() throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.sample(at: path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in 0..<whole.count {
            #expect(try Self.fault(whole.prefix(length)) != nil, "cut to \(length) bytes")
        }
        // A flip in the elements is the checkpoint checksum's business; in the header it is refused or
        // harmless (a name), never a crash.
        var stream = Seed(11).generator()
        for _ in 0..<1000 {
            var bent = whole
            let bit = Int(stream.next() % UInt64(whole.count * 8))
            bent[bit / 8] ^= 1 << UInt8(bit % 8)
            _ = try Self.fault(bent)
        }
    }

    @Test func anAbsentFileIsSaidSo() {
        #expect(throws: Safetensors.Fault.self) { try Safetensors.read("/no/such/file") }
    }
}
