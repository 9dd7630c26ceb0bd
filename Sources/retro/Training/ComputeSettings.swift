import Arguments
import Tensors

/// Device, dtype and threads of a command.
struct ComputeSettings {
    let device: Device
    let dtype: DType
    let threadCount: Int

    /// What the options ask for, checked against the machine, and the threads set.
    init(_ options: ComputeOptions, in world: World) throws {
        guard let device = Device(named: options.device) else {
            throw CommandError.invalid("--device is cpu, cuda, cuda:N or mps.")
        }
        if device.kind == .cuda, let wheels = world.wheels {
            _ = Libtorch.loadCUDA(folder: wheels + "/torch/lib")
        }
        guard Device.count(of: device.kind) > device.index else {
            throw CommandError.invalid(
                "there is no device \(device) here; use --device cpu, or see `retro doctor`.")
        }
        self.device = device
        switch options.dtype {
        case nil: dtype = Self.defaultDType(on: device.kind)
        case "float32": dtype = .float32
        case "bfloat16": dtype = .bfloat16
        case let other:
            throw CommandError.invalid("--dtype \(other ?? ""): use float32 or bfloat16.")
        }
        threadCount = try options.threads.count(in: world)
        Libtorch.setThreadCount(threadCount)
    }

    /// bfloat16 where the device multiplies it in hardware.
    static func defaultDType(on kind: Device.Kind) -> DType {
        switch kind {
        case .cuda: .bfloat16
        case .cpu: Processor.current().multipliesBFloat16 ? .bfloat16 : .float32
        case .mps: .float32
        }
    }
}
