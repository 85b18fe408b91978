// Kernel constants for the pure targets, and the few calls that Glibc's module does not import.
// Header first: anything that can be a macro or an enum case of the kernel's own headers is used from there.
#ifndef MARTLET_CLINUX_H
#define MARTLET_CLINUX_H

#include "CLinuxCapture.h"
#include "CLinuxDatagrams.h"
#include "CLinuxEvents.h"
#include "CLinuxNamespaces.h"
#include "CLinuxProcess.h"
#include "CLinuxScheduling.h"
#include "CLinuxSpawn.h"
#include "CLinuxTracking.h"
#include "CLinuxTunnels.h"

#include <linux/errno.h>      // EEXIST, ESRCH, ...: what acknowledgements carry
#include <linux/netlink.h>    // nlmsghdr, NLM_F_*, NLMSG_*
#include <linux/genetlink.h>  // GENL_ID_CTRL, CTRL_CMD_*, CTRL_ATTR_*
#include <linux/rtnetlink.h>  // RTM_*, RTMGRP_*, ifaddrmsg, rtmsg
#include <linux/fib_rules.h>  // FRA_*, FR_ACT_*, FIB_RULE_*
#include <linux/lwtunnel.h>   // LWTUNNEL_*: encapsulations of routes
#include <linux/mpls_iptunnel.h>  // MPLS_IPTUNNEL_*
#include <linux/ila.h>        // ILA_ATTR_*
#include <linux/if_addr.h>    // IFA_*, IFA_F_*
#include <linux/if_link.h>    // IFLA_*
#include <linux/if_packet.h>  // sockaddr_ll
#include <linux/if_ether.h>   // ETH_P_ARP
#include <linux/ip_vs.h>      // IPVS_CMD_*, IPVS_*_ATTR_*, IP_VS_*_F_*
#include <linux/netfilter/nfnetlink.h>  // nfgenmsg, NFNL_MSG_BATCH_*, NFNL_SUBSYS_*
#include <linux/netfilter/nf_tables.h>  // NFT_MSG_*, NFTA_*, NFT_*

// ICMP_FILTER of <linux/icmp.h> and ICMP6_FILTER of <linux/icmpv6.h>, which messages a raw socket gets: both headers define
// IPv6 addresses once more. The value is the same for both.
enum { CLINUX_ICMP_FILTER = 1 };

// Makes a route netlink socket receive nothing but removed rules, and removed routes that this owner (RTPROT_*) has
// made. In C because the instructions of a socket filter are macros. Returns 0, or -1 with errno set.
int clinux_accept_lost_routes_only(int descriptor, unsigned char owner);

// Closes every descriptor of this process above standard error in children to come, when they execute a program.
// Returns 0, or -1 with errno set.
int martlet_keep_descriptors_from_children(void);

// Gives memory that the allocator holds and nobody uses back to the system (malloc_trim, which Glibc's module does not
// declare). Returns whether there was any.
int martlet_give_memory_back(void);

#endif
