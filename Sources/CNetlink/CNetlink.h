// libnl carries sockets; see docs/architecture.md.
// The C library's types belong to Swift's Glibc module. Without this, the copies that libnl's headers bring along would
// make some of them (struct pollfd, sockaddr_in) members of this module, depending on which module is loaded first.
#pragma clang module import SwiftGlibc
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
