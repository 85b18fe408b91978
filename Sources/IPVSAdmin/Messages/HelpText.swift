/// What `-h` and `-v` print.
public enum HelpText {
    /// The version of ipvsadm whose command line this is, and of the program that takes it.
    public static func version(martlet: String) -> String {
        "ipvsadm v1.31 (Martlet \(martlet), for IPVS v1.2.1)"
    }

    /// Every command and option: what ipvsadm's page has, in its order and columns, then what is only here.
    public static func help(program: String, martlet: String) -> String {
        """
        \(version(martlet: martlet))
        \(usage(program))

        \(commands)

        \(services)

        \(options)

        \(additions)

        """
    }

    private static func usage(_ program: String) -> String {
        """
        Usage:
          \(program) -A|E virtual-service [-s scheduler] [-p [timeout]] [-M netmask] \
        [--pe persistence_engine] [-b sched-flags]
          \(program) -D virtual-service
          \(program) -C
          \(program) -R
          \(program) -S [-n]
          \(program) -a|e virtual-service -r server-address [options]
          \(program) -d virtual-service -r server-address
          \(program) -L|l [virtual-service] [options]
          \(program) -Z [virtual-service]
          \(program) --set tcp tcpfin udp
          \(program) --start-daemon {master|backup} [daemon-options]
          \(program) --stop-daemon {master|backup}
          \(program) -h
        """
    }

    private static let commands = """
        Commands:
        The first option is the command; without any it is a listing.
          --add-service     -A        add a virtual service
          --edit-service    -E        replace the settings of a virtual service
          --delete-service  -D        delete a virtual service with its real servers
          --clear           -C        delete every virtual service
          --restore         -R        carry out the lines of standard input; # begins a comment
          --save            -S        write the table as lines for --restore
          --add-server      -a        add a real server to a service
          --edit-server     -e        replace the settings of a real server
          --delete-server   -d        delete a real server
          --list            -L|-l     list the table
          --zero            -Z        set the counters of a service, or of all, to zero
          --set tcp tcpfin udp        set the timeouts of connections in seconds; 0 leaves one as it is
          --start-daemon              start a daemon that synchronizes connections
          --stop-daemon               stop one
          --help            -h        this text
        """

    private static let services = """
        virtual-service:
          --tcp-service|-t  service-address   an address or name, with :port
          --udp-service|-u  service-address   an address or name, with :port
          --sctp-service    service-address   an address or name, with :port
          --fwmark-service|-f fwmark          a firewall mark, 1 to 4294967295
        """

    private static let options = """
        Options:
          --ipv6         -6                   the firewall mark is for IPv6; stands behind -f
          --scheduler    -s scheduler         rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf or mh
                                              (default wlc)
          --pe            engine              a persistence engine such as sip (default: none)
          --persistent   -p [timeout]         a client stays with its server, for so many seconds (default 360)
          --netmask      -M netmask           what counts as one client: a mask or a prefix length
          --real-server  -r server-address    an address or name, with :port where it is another
          --gatewaying   -g                   direct routing (default)
          --ipip         -i                   tunnelling
          --masquerading -m                   network address translation
          --tun-type      type                ipip, gue or gre (default ipip)
          --tun-port      port                the destination port of gue
          --tun-nocsum                        gue and gre without checksums
          --tun-csum                          gue and gre with checksums
          --tun-remcsum                       gue and gre with remote checksums
          --weight       -w weight            the server's share of new connections (default 1)
          --u-threshold  -x uthreshold        connections above which it gets no more (default 0: no limit)
          --l-threshold  -y lthreshold        connections below which it gets some again
          --connection   -c                   list the connections
          --timeout                           list the timeouts of connections
          --daemon                            list the daemons that synchronize connections
          --stats                             list counters
          --rate                              list rates per second
          --exact                             counters in full; also -X
          --thresholds                        list connection limits
          --persistent-conn                   list persistent connections
          --tun-info                          list tunnels
          --nosort                            list in the kernel's order
          --sort                              does nothing
          --ops          -o                   one-packet scheduling, for UDP and marks
          --numeric      -n                   numbers in place of names
          --sched-flags  -b flags             flag-1,flag-2,flag-3; sh-fallback,sh-port; mh-fallback,mh-port
        Daemon Options:
          --syncid sid                        0 to 255 (default 0)
          --sync-maxlen length                the longest message in bytes (default: from the interface)
          --mcast-interface interface         where messages are sent and heard (default eth0)
          --mcast-group address               the group that they go to (default 224.0.0.81)
          --mcast-port port                   their UDP port (default 8848)
          --mcast-ttl ttl                     how many routers they may pass (default 1)
        """

    private static let additions = """
        Only here, not in ipvsadm (docs/ipvsadm.md):
          --version      -v                   the version (not in ipvsadm's page, though it has it)
          --json                              the listing as JSON
          --watch        [seconds]            the listing again and again (default every 2 s)
          --service      list                 list only these services: 10.1.80.0/24, 10.1.80.90:443,
                                              [2001:db8::/32]:80, :80, fwm:7
          --server       list                 list only these real servers
          --state        list                 list only servers that are active, drained, busy, idle, up, down;
                                              with -c only connections in these states, such as ESTABLISHED
          --health                            names and health from the running director
          --control      path                 the director's control socket
          --transaction                       with -R: all lines or none
          --plan                              with -R: say what would change, and change nothing
        """
}
