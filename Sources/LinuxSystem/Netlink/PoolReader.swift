public import IPVS
public import Netlink
import Synchronization

/// Reads the destinations of many services on two threads with a socket each: what one has received it takes apart while
/// the kernel works for the other. Hands the pools on in order.
public struct PoolReader {
    /// Services whose pools are read in one go.
    static let blockSize = 32
    /// Blocks that may be read ahead of the one that is wanted next: that many pools are in memory.
    static let blocksAhead = 4

    private let services: [ServiceSnapshot]
    private let client: IPVSClient

    /// Prepares to read.
    ///
    /// - Parameters:
    ///   - services: in the order in which their pools are wanted.
    ///   - client: of the calling thread's network namespace.
    public init(of services: [ServiceSnapshot], over client: IPVSClient) {
        self.services = services
        self.client = client
    }

    /// Hands on pool after pool until `body` answers false; throws what the kernel answers to the first that cannot be
    /// read, after those before it.
    public func forEach(_ body: (PoolSnapshot) -> Bool) throws(NetlinkError) {
        guard services.count > Self.blockSize else { return try client.forEachPool(of: services, body) }
        let work = PoolBlocks(services)
        defer { work.abandon() }
        // Without a second thread or socket this one does all the work.
        try? startThread(named: "martlet-pools", purpose: "read pools") { [readsCounters = client.readsCounters] in
            guard let client = try? IPVSClient.open(loadingModule: false) else { return }
            client.readsCounters = readsCounters
            work.help(over: client)
        }
        for index in 0..<work.count {
            for pool in try work.block(index, over: client) where !body(pool) { return }
        }
    }
}

/// The blocks of a reading, each of which one of the threads takes up.
private final class PoolBlocks: Sendable {
    private struct State {
        /// The first block that nobody has taken up.
        var next = 0
        /// The block that is wanted next.
        var wanted = 0
        var read: [Int: Result<[PoolSnapshot], NetlinkError>] = [:]
        var isAbandoned = false
    }

    private let services: [ServiceSnapshot]
    private let state = Mutex(State())
    private let blockIsRead = Semaphore()
    private let blockIsTaken = Semaphore()

    init(_ services: [ServiceSnapshot]) { self.services = services }

    var count: Int { (services.count + PoolReader.blockSize - 1) / PoolReader.blockSize }

    /// Nobody wants any more.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        blockIsTaken.signal()
    }

    /// What to do next.
    private enum Step {
        case read(Int)
        case take(Result<[PoolSnapshot], NetlinkError>)
        case wait
        case stop
    }

    /// The block with this number. While the other thread reads it, this one reads one of those behind it.
    func block(_ wanted: Int, over client: IPVSClient) throws(NetlinkError) -> [PoolSnapshot] {
        while true {
            switch state.withLock({ nextStep(&$0, wanting: wanted) }) {
            case .take(let block):
                blockIsTaken.signal()
                return try block.get()
            case .read(let index): read(index, over: client)
            case .wait: blockIsRead.wait()
            case .stop: return []
            }
        }
    }

    /// Reads blocks until none is left.
    func help(over client: IPVSClient) {
        while true {
            switch state.withLock({ nextStep(&$0, wanting: nil) }) {
            case .read(let index):
                read(index, over: client)
                blockIsRead.signal()
            case .wait: blockIsTaken.wait()
            case .take, .stop: return
            }
        }
    }

    private func nextStep(_ state: inout State, wanting wanted: Int?) -> Step {
        if state.isAbandoned { return .stop }
        if let wanted, let block = state.read.removeValue(forKey: wanted) {
            state.wanted = wanted + 1
            return .take(block)
        }
        guard state.next < count else { return wanted == nil ? .stop : .wait }
        guard state.next < state.wanted + PoolReader.blocksAhead else { return .wait }
        defer { state.next += 1 }
        return .read(state.next)
    }

    private func read(_ index: Int, over client: IPVSClient) {
        let range = index * PoolReader.blockSize..<min((index + 1) * PoolReader.blockSize, services.count)
        var pools: [PoolSnapshot] = []
        let result = Result { () throws(NetlinkError) in
            try client.forEachPool(of: Array(services[range])) { pool in
                pools.append(pool)
                return true
            }
        }
        state.withLock { $0.read[index] = result.map { pools } }
    }
}
