#include "CLinuxTunnels.h"

#include <linux/if.h>
#include <linux/if_tunnel.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ip6_tunnel.h>
#include <string.h>
#include <sys/ioctl.h>

// Reads the parameters of a device, and names the request that changes them.
static int read_tunnel(int descriptor, const char *interface, void *parameters, struct ifreq *request) {
    memset(request, 0, sizeof *request);
    strncpy(request->ifr_name, interface, IFNAMSIZ - 1);
    request->ifr_data = parameters;
    return ioctl(descriptor, SIOCGETTUNNEL, request);
}

int clinux_set_ip6tnl_protocol(int descriptor, const char *interface, uint8_t protocol) {
    struct ip6_tnl_parm parameters;
    memset(&parameters, 0, sizeof parameters);
    struct ifreq request;
    if (read_tunnel(descriptor, interface, &parameters, &request) != 0) return -1;
    parameters.proto = protocol;
    return ioctl(descriptor, SIOCCHGTUNNEL, &request);
}

int clinux_set_gre_checksum(int descriptor, const char *interface, int is_expected) {
    struct ip_tunnel_parm parameters;
    memset(&parameters, 0, sizeof parameters);
    struct ifreq request;
    if (read_tunnel(descriptor, interface, &parameters, &request) != 0) return -1;
    // Without these the kernel refuses a change (ipgre_tunnel_ctl() of net/ipv4/ip_gre.c).
    parameters.iph.version = 4;
    parameters.iph.ihl = 5;
    parameters.iph.protocol = IPPROTO_GRE;
    if (is_expected) {
        parameters.i_flags |= GRE_CSUM;
    } else {
        parameters.i_flags &= (__be16)~GRE_CSUM;
    }
    return ioctl(descriptor, SIOCCHGTUNNEL, &request);
}
