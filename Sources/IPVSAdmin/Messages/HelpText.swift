/// What `-h` and `-v` print.
public enum HelpText {
    /// The version of ipvsadm whose command line this is, and of the program that takes it.
    public static func version(martlet: String) -> String {
        "ipvsadm v1.31 (Martlet \(martlet), for IPVS v1.2.1)"
    }

    /// Every command and option.
    public static func help(program: String, martlet: String) -> String {
        """
        \(version(martlet: martlet))
        Usage:
          \(program) -A|-E SERVICE [-s SCHEDULER] [-b FLAGS] [-p [SECONDS]] [-M MASK] [--pe ENGINE] [-o]
          \(program) -D SERVICE
          \(program) -a|-e SERVICE -r SERVER [-g|-i|-m] [-w WEIGHT] [-x UPPER] [-y LOWER] [TUNNEL]
          \(program) -d SERVICE -r SERVER
          \(program) -L|-l [SERVICE | -c | --timeout | --daemon] [-n] [OPTIONS]
          \(program) -C
          \(program) -Z [SERVICE]
          \(program) -S [-n]
          \(program) -R [--transaction | --plan]
          \(program) --set TCP TCPFIN UDP
          \(program) --start-daemon master|backup [DAEMON OPTIONS]
          \(program) --stop-daemon master|backup
          \(program) -h | -v

        Commands, the first of the options:
          -A, --add-service        add a virtual service
          -E, --edit-service       replace the settings of a virtual service
          -D, --delete-service     delete a virtual service with its real servers
          -a, --add-server         add a real server to a service
          -e, --edit-server        replace the settings of a real server
          -d, --delete-server      delete a real server
          -L, -l, --list           list the table; also what is done without any argument
          -C, --clear              delete every service
          -Z, --zero               set the counters of a service or of all to zero
          -S, --save               write the table as lines for --restore
          -R, --restore            carry out the lines of standard input; # begins a comment
          --set                    set the connection timeouts in seconds; 0 leaves one as it is
          --start-daemon           start a connection synchronization daemon
          --stop-daemon            stop one
          -h, --help               this text
          -v, --version            the version

        SERVICE:
          -t, --tcp-service HOST[:PORT]
          -u, --udp-service HOST[:PORT]
              --sctp-service HOST[:PORT]
          -f, --fwmark-service MARK            a firewall mark, 1 to 4294967295
          -6, --ipv6                           the mark is for IPv6

        Of services:
          -s, --scheduler NAME     rr, wrr, lc, wlc (default), lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh
          -b, --sched-flags LIST   flag-1,flag-2,flag-3; sh-fallback,sh-port; mh-fallback,mh-port
          -p, --persistent [SECS]  a client stays with its server (default 360 s)
          -M, --netmask MASK       what counts as one client: a mask or a prefix length
              --pe ENGINE          a persistence engine such as sip
          -o, --ops                one-packet scheduling (UDP and marks)

        Of real servers:
          -r, --real-server HOST[:PORT]
          -g, --gatewaying         direct routing (default)
          -i, --ipip               tunnelling
          -m, --masquerading       network address translation
          -w, --weight N           share of new connections (default 1)
          -x, --u-threshold N      connections above which it gets no more (default 0: no limit)
          -y, --l-threshold N      connections below which it gets some again
              --tun-type TYPE      ipip (default), gue or gre
              --tun-port PORT      destination port of gue
              --tun-nocsum, --tun-csum, --tun-remcsum    checksums of gue and gre

        Of listings:
          -n, --numeric            numbers in place of names
          -c, --connection         the connections
              --timeout            the connection timeouts
              --daemon             the synchronization daemons
              --stats, --rate      counters; rates per second
          -X, --exact              counters in full
              --thresholds         connection limits
              --persistent-conn    persistent connections
              --tun-info           tunnels
              --nosort             in the kernel's order
              --sort               does nothing

        Of daemons:
              --syncid N           0 to 255 (default 0)
              --mcast-interface IF (default eth0)
              --sync-maxlen N      longest message in bytes (default: from the interface)
              --mcast-group ADDR   (default 224.0.0.81)
              --mcast-port PORT    (default 8848)
              --mcast-ttl N        (default 1)

        Only here, not in ipvsadm (docs/ipvsadm.md):
              --json               the listing as JSON
              --watch [SECONDS]    the listing again and again (default every 2 s)
              --service LIST       only these services: 10.1.80.0/24, 10.1.80.90:443, [2001:db8::/32]:80, :80, fwm:7
              --server LIST        only these real servers
              --state LIST         only servers that are active, drained, busy, idle, up, down; with -c the
                                   state of connections
              --health             names and health from the running director
              --control PATH       the director's control socket
              --transaction        with -R: all lines or none
              --plan               with -R: say what would change, and change nothing

        """
    }
}
