// libnl carries sockets, acknowledgement-free sends and family resolution; see docs/architecture.md.
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
