import Glibc
import LinuxSystem
import Testing

@Suite struct SystemErrorTests {
    @Test("a failed call says what was being done, what the kernel answered, and the way out")
    func description() {
        let error = SystemError(call: "socket", errno: .notPermitted, purpose: "open a VRRP socket on eth0")
        #expect(
            error.description
                == "cannot open a VRRP socket on eth0: Operation not permitted (socket); run as root")
    }

    @Test("an error that rights would not cure has no advice unless it is given one")
    func advice() {
        #expect(SystemError(call: "bind", errno: .noSuchDevice, purpose: "x").advice == nil)
        #expect(SystemError(call: "bind", errno: .noSuchDevice, purpose: "x", advice: "y").advice == "y")
    }

    @Test("a call that a signal interrupted is made again")
    func interrupted() throws {
        var calls = 0
        let result = try systemCall("read", "x") { () -> Int32 in
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
    }

    @Test("a missing interface is named")
    func missingInterface() {
        do throws(SystemError) {
            _ = try InterfaceIndex(name: "no-such-if0")
            Issue.record("a missing interface got an index")
        } catch {
            #expect(error.errno == .noSuchDevice)
            #expect(error.description.hasPrefix("cannot use the interface no-such-if0: No such device"))
        }
    }

    @Test("the index of the loopback interface has its name")
    func loopback() throws {
        #expect(try InterfaceIndex(name: "lo").name == "lo")
        #expect(InterfaceIndex(rawValue: .max).name == nil)
    }
}
