import Addressing
public import IPVS

/// A restore that is worked out before anything is done: the lines change a copy of the table.
///
/// Every line is held against what the kernel would say to it at that place, so that mistakes come with their line's
/// number and before the first command. What differs in the end is what the planner sends: a table that is cleared and
/// filled again with the same services keeps their connections and counters.
public struct RestoreTransaction: Sendable {
    /// A line that cannot be carried out.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The line's number, from 1.
        public var line: Int
        /// What is wrong, in ipvsadm's words.
        public var message: String

        /// `line 12: Service already exists`.
        public var description: String { "line \(line): \(message)" }
    }

    /// What is wrong with the lines, in their order.
    public private(set) var problems: [Problem] = []
    /// Whether a line is damaged, so that nobody knows what the others are a part of.
    public private(set) var isDamaged = false
    /// The table as it is.
    public let actual: Table
    /// The table as it is to be.
    public private(set) var desired: Table
    /// What a table does not hold, in its order: timeouts and daemons, and last what sets counters to zero.
    public var settings: [Command] { changedSettings + zeroed }
    private var changedSettings: [Command] = []
    private var zeroed: [Command] = []
    private var lines: [Subject: Int] = [:]

    /// What a command is about.
    private enum Subject: Hashable {
        case service(VirtualService.ID)
        case destination(VirtualService.ID, Destination.ID)
        case other(Command)
    }
    /// What the planner may delete.
    private var owned: Set<VirtualService.ID>

    /// Begins with the table that the kernel has.
    public init(actual: Table) {
        self.actual = actual
        desired = actual
        owned = Set(actual.pools.keys)
    }

    /// Takes in a line.
    public mutating func take(_ line: RestoreReader.Line, program: String, names: any NameResolver) {
        if line.hasZeroByte { isDamaged = true }
        do throws(CommandLineError) {
            let command = try line.command(program: program, names: names)
            guard case .change(let change) = command else {
                problems.append(
                    Problem(line: line.number, message: "a transaction holds changes only, no listing and no -S"))
                return
            }
            if let message = refusal(of: change) {
                problems.append(Problem(line: line.number, message: message))
            } else {
                lines[Self.subject(of: change)] = line.number
                take(change)
            }
        } catch {
            problems.append(Problem(line: line.number, message: error.message))
        }
    }

    private mutating func take(_ change: Command) {
        switch change {
        case .zero: zeroed.append(change)
        case .setTimeouts, .startDaemon, .stopDaemon: changedSettings.append(change)
        default: desired.apply(change)
        }
    }

    private static func subject(of change: Command) -> Subject {
        switch change {
        case .addService(let service), .editService(let service): .service(service.id)
        case .deleteService(let id): .service(id)
        case .addDestination(let id, let destination), .editDestination(let id, let destination):
            .destination(id, destination.id)
        case .deleteDestination(let id, let destination): .destination(id, destination)
        case .flush, .zero, .setTimeouts, .startDaemon, .stopDaemon: .other(change)
        }
    }

    /// The last line that is about the same as a command of ``commands``; nil for what follows from `-C`.
    public func line(of command: Command) -> Int? { lines[Self.subject(of: command)] }

    /// What the kernel would say, as far as the table decides it.
    private func refusal(of change: Command) -> String? {
        switch change {
        case .addService(let service):
            desired.pools[service.id] == nil ? nil : "Service already exists"
        case .editService(let service):
            desired.pools[service.id] == nil ? KernelRefusal.noSuchService : nil
        case .deleteService(let id): desired.pools[id] == nil ? KernelRefusal.noSuchService : nil
        case .zero(let id): id.map { desired.pools[$0] == nil } == true ? KernelRefusal.noSuchService : nil
        case .addDestination(let id, let destination):
            refusal(in: id, destination.id, mustExist: false) ?? thresholds(destination)
        case .editDestination(let id, let destination):
            refusal(in: id, destination.id, mustExist: true) ?? thresholds(destination)
        case .deleteDestination(let id, let destination): refusal(in: id, destination, mustExist: true)
        case .flush, .setTimeouts, .startDaemon, .stopDaemon: nil
        }
    }

    private func refusal(in id: VirtualService.ID, _ destination: Destination.ID, mustExist: Bool) -> String? {
        guard let pool = desired.pools[id] else { return "Service not defined" }
        let exists = pool.destinations.contains { $0.id == destination }
        guard exists != mustExist else { return nil }
        return exists ? "Destination already exists" : "No such destination"
    }

    private func thresholds(_ destination: Destination) -> String? {
        destination.lowerThreshold > destination.upperThreshold ? "Numerical result out of range" : nil
    }

    /// The commands that make the table what it is to be, what deletes last: until then a refusal can be undone without
    /// the loss of a connection.
    public var commands: [Command] {
        let plan = Planner.plan(desired: desired, actual: actual, owned: owned)
        return plan.filter { !$0.isDeletion } + plan.filter(\.isDeletion)
    }

    /// The commands that lead a table, as it is found after a refusal, back to what it was.
    public func undoing(from found: Table) -> [Command] {
        Planner.plan(desired: actual, actual: found, owned: Set(desired.pools.keys))
    }
}

extension Command {
    /// Whether it takes something out of the table.
    public var isDeletion: Bool {
        switch self {
        case .deleteService, .deleteDestination, .flush: true
        default: false
        }
    }
}
