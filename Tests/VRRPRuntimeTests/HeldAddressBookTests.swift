import Addressing
import Netlink
import Testing
import VRRP

@testable import VRRPRuntime

@Suite struct HeldAddressBookTests {
    let router = RouterID("VI_1")
    let address = InterfaceAddress(interfaceIndex: 2, prefix: Prefix(host: .v4(IPv4Address(10, 1, 80, 90))))

    @Test("a removal by somebody else is a loss, once")
    func loss() {
        var book = HeldAddressBook()
        book.added(address, by: router)
        #expect(book.heardRemoval(of: address) == router)
        #expect(book.heardRemoval(of: address) == nil)
    }

    @Test("the report of a removal that was asked for is none, even when the address is held again by then")
    func ownRemoval() {
        var book = HeldAddressBook()
        book.added(address, by: router)
        book.removed(address)
        book.added(address, by: router)
        #expect(book.heardRemoval(of: address) == nil)
        #expect(book.addresses(of: router).count == 1)
        #expect(book.heardRemoval(of: address) == router)
    }

    @Test("a removal that was asked for is expected until it is reported")
    func expected() {
        var book = HeldAddressBook()
        book.added(address, by: router)
        #expect(!book.expectsRemoval(of: .init(address)))
        book.removed(address)
        #expect(book.expectsRemoval(of: .init(address)))
        #expect(book.heardRemoval(of: address) == nil)
        #expect(!book.expectsRemoval(of: .init(address)))
    }

    @Test("the removal of an address that nobody holds is nobody's loss")
    func foreign() {
        var book = HeldAddressBook()
        #expect(book.heardRemoval(of: address) == nil)
    }

    @Test("after lost reports, what is held and not there was taken away")
    func resynchronize() {
        var book = HeldAddressBook()
        book.added(address, by: router)
        book.removed(address)
        book.added(address, by: router)
        #expect(book.resynchronize { _ in true }.isEmpty)
        #expect(book.resynchronize { _ in false }.map(\.router) == [router])
        #expect(book.addresses(of: router).isEmpty)
    }
}
