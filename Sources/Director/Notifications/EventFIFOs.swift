import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore

/// The notification FIFOs of the configuration in force, with the scripts that read them. Used on its event loop only.
///
/// A FIFO that cannot be had is told about and done without: it is no reason not to balance.
final class EventFIFOs {
    /// What a FIFO is to be.
    private struct Wish: Equatable {
        var path: String
        var owner: ProcessIdentity?
        /// Its reader with the path as last word.
        var reader: ChildCommand?
    }

    private struct Channel {
        var wish: Wish
        var writer: FIFOWriter
        var reader: FIFOReader?
    }

    private let eventLoop: any EventLoop
    private let supervisor: ProcessSupervisor
    private let logger: Logger
    private var all: Channel?
    private var vrrp: Channel?
    private var lvs: Channel?

    init(eventLoop: any EventLoop, supervisor: ProcessSupervisor, logger: Logger) {
        self.eventLoop = eventLoop
        self.supervisor = supervisor
        self.logger = logger
    }

    /// Makes the FIFOs as a configuration wants them. One that stays is not closed, so that nothing of it is lost.
    func update(_ settings: NotifyFIFOs, resolver: ScriptResolver) {
        eventLoop.preconditionInEventLoop()
        let wishes = [settings.all, settings.vrrp, settings.lvs].map { wish($0, resolver) }
        all = follow(wishes[0], from: all)
        // A special FIFO at the path of the common one would get its lines twice.
        vrrp = follow(wishes[1]?.path == wishes[0]?.path ? nil : wishes[1], from: vrrp)
        lvs = follow(wishes[2]?.path == wishes[0]?.path ? nil : wishes[2], from: lvs)
    }

    /// Writes a line about an instance or a group.
    func writeVRRP(_ line: @autoclosure () -> String) { write(line, to: vrrp) }

    /// Writes a line about a service or a server.
    func writeLVS(_ line: @autoclosure () -> String) { write(line, to: lvs) }

    /// Closes the FIFOs: who reads them gets the rest and then the end. The future is there when the scripts that read
    /// them have ended of themselves.
    func close() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        let channels = [all, vrrp, lvs].compactMap { $0 }
        let ends = channels.compactMap { $0.reader?.stopRestarting() }
        for channel in channels { channel.writer.close() }
        (all, vrrp, lvs) = (nil, nil, nil)
        return EventLoopFuture.andAllComplete(ends, on: eventLoop)
    }

    private func write(_ line: () -> String, to channel: Channel?) {
        eventLoop.preconditionInEventLoop()
        guard all != nil || channel != nil else { return }
        let line = line()
        all?.writer.write(line)
        channel?.writer.write(line)
    }

    private func wish(_ fifo: NotifyFIFO?, _ resolver: ScriptResolver) -> Wish? {
        guard let fifo, let path = fifo.path else { return nil }
        var wish = Wish(path: path)
        switch resolver.owner(of: fifo) {
        case .success(let owner): wish.owner = owner
        case .failure(let error):
            logger.error("FIFO \(path) belongs to this process's user", metadata: ["cause": "\(error)"])
        }
        if let script = fifo.script {
            let resolution = resolver.resolve(script)
            if !resolution.isRefused {
                wish.reader = resolution.command
                wish.reader?.words.append(path)
            }
        }
        return wish
    }

    private func follow(_ wish: Wish?, from channel: Channel?) -> Channel? {
        guard channel?.wish != wish else { return channel }
        let formerEnd = channel?.reader?.stop()
        guard let wish else {
            channel?.writer.close()
            return nil
        }
        var next: Channel
        if let channel, channel.wish.path == wish.path {
            if let owner = wish.owner, owner != channel.wish.owner { channel.writer.change(owner: owner) }
            next = Channel(wish: wish, writer: channel.writer)
        } else {
            channel?.writer.close()
            guard let writer = open(wish) else { return nil }
            next = Channel(wish: wish, writer: writer)
        }
        if let command = wish.reader {
            let reader = FIFOReader(command, supervisor: supervisor, eventLoop: eventLoop, logger: logger)
            reader.start(after: formerEnd)
            next.reader = reader
        }
        return next
    }

    private func open(_ wish: Wish) -> FIFOWriter? {
        do throws(SystemError) {
            return FIFOWriter(
                try NamedPipe(wish.path, owner: wish.owner), eventLoop: eventLoop, logger: logger)
        } catch {
            logger.error("No events are written to FIFO \(wish.path)", metadata: ["cause": "\(error)"])
            return nil
        }
    }
}
