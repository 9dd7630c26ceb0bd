public import Provenance
public import Tensors

/// What a parameter is to an optimizer and to accounting.
public enum ParameterRole: String, Codable, Hashable, Sendable {
    /// A matrix inside a block: Muon's.
    case matrix
    /// Rows looked up by id.
    case embedding
    /// Rows scored against the residual stream.
    case unembedding
    /// A number or vector.
    case scalar
}

/// How a parameter begins.
public enum InitialLaw: Hashable, Sendable {
    /// All zero.
    case zeros
    /// Normal around 0.
    case normal(deviation: Double)
}

/// A named, trainable tensor.
public struct Parameter {
    /// Dotted path: `block.3.attention.query`.
    public let name: String
    /// float32 master weights.
    public let value: Tensor
    /// What it is to an optimizer.
    public let role: ParameterRole
    /// How it began.
    public let law: InitialLaw
}

/// The place in a model where parameters are born. One line there fixes name, shape, role and law;
/// the ordered list that results is the single truth for optimizer groups, checkpoint keys, logged
/// layers and counts.
public struct Scope {
    /// Collects the parameters of one model.
    final class Register {
        var parameters: [Parameter] = []
        let seed: Seed
        let device: Device
        init(seed: Seed, device: Device) {
            self.seed = seed
            self.device = device
        }
    }

    let register: Register
    let path: String

    /// The root of a model whose numbers come from `seed`.
    public init(seed: Seed, device: Device = .cpu) {
        register = Register(seed: seed, device: device)
        path = ""
    }

    private init(_ register: Register, _ path: String) {
        self.register = register
        self.path = path
    }

    /// A part by name.
    public static func / (scope: Scope, name: String) -> Scope {
        Scope(scope.register, scope.path.isEmpty ? name : "\(scope.path).\(name)")
    }

    /// A part by number.
    public static func / (scope: Scope, index: Int) -> Scope { scope / String(index) }

    /// All parameters born so far, in order of birth.
    public var parameters: [Parameter] { register.parameters }

    /// Bears a parameter. Each draws from a stream of its own name, so that adding one moves no other.
    public func parameter(
        _ name: String, _ shape: [Int], _ role: ParameterRole, _ law: InitialLaw
    ) -> Tensor {
        let full = (self / name).path
        precondition(
            !register.parameters.contains { $0.name == full }, "two parameters named \(full)")
        let value: Tensor
        switch law {
        case .zeros:
            value = Tensor.zeros(shape, device: register.device)
        case .normal(let deviation):
            // Drawn on the CPU: the same seed gives the same model on every device.
            value = Generator(register.seed[full]).normal(shape, deviation: deviation)
                .moved(to: register.device)
        }
        value.requiringGradient()
        register.parameters.append(Parameter(name: full, value: value, role: role, law: law))
        return value
    }

    /// A matrix `[out, in]` inside a block, by the recipe's law unless another is given.
    /// - Source: arXiv:2310.17813, as nanochat uses it: std = 1/√in · min(1, √(out/in)).
    func matrix(_ name: String, _ out: Int, _ input: Int, _ law: InitialLaw? = nil) -> Tensor {
        let fan = Double(out) / Double(input)
        let deviation = 1 / Double(input).squareRoot() * min(1, fan.squareRoot())
        return parameter(name, [out, input], .matrix, law ?? .normal(deviation: deviation))
    }
}
