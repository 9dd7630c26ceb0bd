import Provenance
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct TensorTests {
    @Test func arithmeticAndGradients() {
        let x = Tensor([1, 2, 3] as [Float], shape: [3]).requiringGradient()
        (x * x).sum().backward()
        #expect(x.gradient?.scalars(Float.self) == [2, 4, 6])
        withoutGradient { #expect(!(x * 2).requiresGradient) }
    }

    @Test func generatorsRepeatAndRestore() {
        let a = Generator(Seed(1)["model/init"])
        let state = a.state()
        let first = a.normal([4]).scalars(Float.self)
        a.restore(state)
        #expect(a.normal([4]).scalars(Float.self) == first)
        #expect(Generator(Seed(1)["model/init"]).normal([4]).scalars(Float.self) == first)
    }

    @Test func aShapeFaultTrapsWithTheCallersLine() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.zeros([4, 8]).multiplied(by: Tensor.zeros([4, 8]))
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("TensorTests.swift:"))
        #expect(text.contains("cannot be multiplied"))
    }
}
