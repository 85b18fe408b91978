/// What does not fit the host (`MR065…` for its network, `MR066…` for its scripts).
extension Explanation {
    static let ofHostLint: [Explanation] = ofHostNetwork + ofHostScripts

    private static let ofHostNetwork: [Explanation] = [
        Explanation(
            "MR0651", "one identifier twice on a network segment",
            meaning: """
                The adverts of both instances travel on the same wire: one interface is stacked on the other, or both \
                are ports of one bridge or bond. The identifier is all that tells routers which adverts concern them. \
                VLANs are segments of their own, and versions 2 and 3 do not hear each other.
                """,
            consequence: """
                The instances take each other's adverts for those of a peer: the one with the lower priority stays \
                backup for ever, and its addresses are nowhere.
                """,
            remedy: "Give one of them another 'virtual_router_id', on every router of its group.",
            example: .file(
                wrong: twoInstances(id: 51), right: twoInstances(id: 52), needs: "where vip0 is a macvlan on eth0")),
        Explanation(
            "MR0652", "a virtual address outside every subnet of its interface",
            meaning: """
                The interface has addresses, and the virtual address is in none of their subnets. It has no prefix \
                length either, so it brings no subnet of its own. Mostly a digit is wrong, or another interface is meant.
                """,
            consequence: """
                The address is set, and hosts of the network do not find it: they look for it in another network. \
                It works only where a router sends it here.
                """,
            remedy: """
                Correct the address, or write the interface behind it: '10.1.80.90 dev eth1'. If the address is the \
                first one of its subnet on this interface, give it the prefix length: '10.1.80.90/24'.
                """,
            example: .instance(
                wrong: "virtual_ipaddress_excluded {\n    10.1.81.90\n}",
                right: "virtual_ipaddress_excluded {\n    10.1.80.91\n}",
                needs: "where eth0 has 10.1.80.91/24 and nothing else")),
        Explanation(
            "MR0653", "a virtual address that the host has for itself",
            meaning: """
                The address is configured on the interface already, not by an election but as the host's own. A \
                virtual address is held by the master only: everywhere else it is removed.
                """,
            consequence: """
                When the director starts or becomes backup, the host loses its own address, and with it the \
                connections to it and the source of its adverts.
                """,
            remedy: """
                Choose an address that no router has for itself. Where the address is really to be that of one router, \
                give this router priority 255: it is the owner then.
                """,
            example: .instance(
                wrong: "virtual_ipaddress_excluded {\n    10.1.80.11\n}",
                right: "virtual_ipaddress_excluded {\n    10.1.80.91\n}", needs: "where eth0 has 10.1.80.11/24")),
        Explanation(
            "MR0654", "an interface without an address for adverts",
            meaning: """
                Adverts are sent from an address of the interface, an IPv4 one for IPv4 and a link-local one for IPv6. \
                The interface has none; virtual addresses cannot serve for that.
                """,
            consequence: "The instance is in fault and holds no address, until the interface has one.",
            remedy: """
                Give the interface an address, also where every address that matters is virtual. Start the director \
                after the network is configured. In a unicast group, 'unicast_src_ip' may name an address of another \
                interface.
                """,
            example: .instance(
                wrong: "interface eth1", right: "interface eth0", needs: "where eth1 has no address")),
        Explanation(
            "MR0655", "an instance on an interface that is down",
            meaning: """
                The interface exists and does not carry packets at this moment: it is switched off, or it has no carrier.
                """,
            consequence: "The instance is in fault. It takes part in the election when the interface is up.",
            remedy: """
                'ip link set NAME up' switches it on; 'ip link' says NO-CARRIER where the cable or the switch is at \
                fault. With 'dont_track_primary' an instance goes on, which only makes sense where the adverts take \
                another way.
                """,
            example: .instance(wrong: "interface eth1", right: "interface eth0", needs: "where eth1 is down")),
        Explanation(
            "MR0656", "a source address that is not on the interface",
            meaning: """
                'unicast_src_ip' or 'mcast_src_ip' names the address that the adverts come from, and the interface of \
                the instance does not have it. Often the file was copied from the other router.
                """,
            consequence: """
                The adverts cannot be sent from there, or the peers refuse them, and both routers become master.
                """,
            remedy: "Name an address of this router on this interface, or leave the line out: the first one is taken.",
            example: .instance(
                wrong: "mcast_src_ip 10.1.80.92", right: "mcast_src_ip 10.1.80.91",
                needs: "where eth0 has 10.1.80.91/24")),
        Explanation(
            "MR0657", "a unicast peer that is this host",
            meaning: """
                'unicast_peer' lists the other routers, and this address is one of this host. Usually the block was \
                copied from the other router as it was.
                """,
            consequence: """
                The adverts go to this host itself. If no other peer is listed, the routers do not hear each other and \
                both become master.
                """,
            remedy: "List the addresses of the other routers.",
            example: .instance(
                wrong: "unicast_peer {\n    10.1.80.91\n}", right: "unicast_peer {\n    10.1.80.92\n}",
                needs: "on the host 10.1.80.91")),
        Explanation(
            "MR0658", "a director that is a real server of its own service",
            meaning: """
                The real server is this host, and the virtual address moves between directors. By direct routing or a \
                tunnel a packet arrives with the virtual address in it. While this host is backup it has the same \
                virtual server, and the packet is balanced once more.
                """,
            consequence: """
                Some connections go back and forth between the directors until they are dropped: about as many as the \
                other servers have weight.
                """,
            remedy: """
                Use NAT to these servers, or mark the packets by the interface or the hardware address that they come \
                from and make the service one for a firewall mark, so that what the other director forwards is not \
                balanced again.
                """,
            example: .file(
                wrong: ownServer("10.1.80.91"), right: ownServer("10.1.80.93"), needs: "on the host 10.1.80.91")),
    ]

    private static let ofHostScripts: [Explanation] = [
        Explanation(
            "MR0661", "a script that is not there",
            meaning: """
                The program that the file names does not exist on this host, or a folder on the way to it cannot be \
                entered. A name without '/' is looked for in PATH.
                """,
            consequence: """
                Every run fails. A tracker counts as failed, a check finds its server down, a notification is lost.
                """,
            remedy: "Correct the path, or install the program. On every router of the group, not only on this one.",
            example: missing),
        Explanation(
            "MR0662", "a script that cannot be executed",
            meaning: """
                The file exists, and the user that is to run it may not execute it; or it is not a file but a folder.
                """,
            consequence: """
                Every run fails. A tracker counts as failed, a check finds its server down, a notification is lost.
                """,
            remedy: """
                'chmod +x FILE'. If it has the bit, look who runs it: the user behind the command, 'script_user', or \
                'keepalived_script' where that user exists.
                """,
            example: .instance(
                wrong: "notify /etc/keepalived/notes.txt", right: "notify /etc/keepalived/notify.sh",
                needs: "where notes.txt has mode 0644")),
        Explanation(
            "MR0663", "a script that 'enable_script_security' does not run",
            meaning: """
                Root would run the script, and somebody else can change it or replace it: through the file, or through \
                a folder on the way to it. 'enable_script_security' is set, which refuses such scripts.
                """,
            consequence: """
                The script does not run, which counts as a failure: a tracker with it changes the priority or faults \
                the instance.
                """,
            remedy: """
                The message names the first part of the path that others can change, and the permission that lets \
                them. Take that away with 'chmod' or 'chown'; '/tmp' with its sticky bit is no problem by itself. Or \
                let another user than root run the script.
                """,
            example: .file(
                wrong: secured("/opt/scripts/notify.sh"), right: secured("/etc/keepalived/notify.sh"),
                needs: "where everybody may write to /opt/scripts")),
        Explanation(
            "MR0664", "a script of root that others can replace",
            meaning: """
                Root runs the script, and somebody else can change it or replace it: through the file, or through a \
                folder on the way to it.
                """,
            consequence: "The script runs. Whoever may write there can do on this host what root can.",
            remedy: """
                Take the permission away that the message names. Let scripts that need no rights run as another user \
                ('script_user'), and set 'enable_script_security', which refuses such scripts in future.
                """,
            example: .instance(
                wrong: "notify /opt/scripts/notify.sh", right: "notify /etc/keepalived/notify.sh",
                needs: "where everybody may write to /opt/scripts")),
        Explanation(
            "MR0665", "a script whose user does not exist",
            meaning: """
                The user or the group that is to run the script is not known on this host: neither in /etc/passwd nor \
                in what else the system asks.
                """,
            consequence: "The script does not run, which counts as a failure.",
            remedy: """
                Create the user ('useradd --system NAME'), or correct the name behind the command, in the 'user' line \
                or in 'script_user'.
                """,
            example: .instance(
                wrong: "notify /etc/keepalived/notify.sh nobdy", right: "notify /etc/keepalived/notify.sh nobody",
                needs: "on a host without a user 'nobdy'")),
        Explanation(
            "MR0666", "a script without its interpreter",
            meaning: """
                The first line of the script names the program that reads it, behind '#!', and that program does not \
                exist here. A file that was written on Windows has an invisible carriage return at its end, which \
                belongs to the name then.
                """,
            consequence: "Every run fails, though the file exists and may be executed.",
            remedy: """
                Install the program or correct the line. 'sed -i "s/\\r$//" FILE' removes carriage returns.
                """,
            example: .instance(
                wrong: "notify /etc/keepalived/notify.py", right: "notify /etc/keepalived/notify.sh",
                needs: "where notify.py begins with #!/usr/bin/python2")),
        Explanation(
            "MR0667", "a client certificate that cannot be used",
            meaning: """
                The 'SSL' block names the certificate that SSL_GET shows to servers which ask for one, and its key. One \
                of the two cannot be read, is no PEM file, is encrypted with another password, or does not belong to \
                the other.
                """,
            consequence: """
                Every SSL_GET is put off and says so. Its servers keep the state that they have, which is that of the \
                start when the file is wrong from the beginning.
                """,
            remedy: """
                'openssl x509 -in FILE -noout -subject' reads a certificate, 'openssl pkey -in FILE -noout' a key. Both \
                have to be readable by the user that runs the director.
                """,
            example: .file(
                wrong: tls("/etc/keepalived/cient.pem"), right: tls("/etc/keepalived/client.pem"),
                needs: "where the folder has client.pem only")),
        Explanation(
            "MR0668", "a network namespace that is not there",
            meaning: """
                'net_namespace' names the network namespace that the director works in, 'net_namespace_ipvs' the one whose \
                IPVS table it programs. There is none of this name under /run/netns, or this user may not enter it.
                """,
            consequence:
                "The director does not start: in another namespace it would take addresses that are not its own.",
            remedy: """
                'ip netns list' shows the names. Make it with 'ip netns add NAME' before the director starts; to enter it \
                takes root, or CAP_SYS_ADMIN.
                """,
            example: .file(
                wrong: namespace("bleu"), right: namespace("blue"), needs: "where 'ip netns list' shows blue")
        ),
    ]

    private static func namespace(_ name: String) -> String {
        "net_namespace \(name)\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n"
            + "    virtual_ipaddress {\n        10.1.80.90/24\n    }\n}\n"
    }

    private static func tls(_ certificate: String) -> String {
        "SSL {\n    certificate \(certificate)\n    key /etc/keepalived/client.key\n}\n"
            + "virtual_server 10.1.80.90 443 {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n"
            + "    real_server 10.1.80.93 443 {\n        SSL_GET {\n            url {\n                path /\n"
            + "            }\n        }\n    }\n}\n"
    }

    private static let missing = Example.instance(
        wrong: "notify /etc/keepalived/notfy.sh", right: "notify /etc/keepalived/notify.sh",
        needs: "where the folder has notify.sh only")

    private static func twoInstances(id: Int) -> String {
        func instance(_ name: String, _ interface: String, _ id: Int) -> String {
            "vrrp_instance \(name) {\n    interface \(interface)\n    virtual_router_id \(id)\n"
                + "    virtual_ipaddress {\n        10.1.80.\(name.last == "1" ? 90 : 91)/24\n    }\n}\n"
        }
        return instance("VI_1", "eth0", 51) + instance("VI_2", "vip0", id)
    }

    private static func ownServer(_ address: String) -> String {
        "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n"
            + "    virtual_ipaddress {\n        10.1.80.90/24\n    }\n}\n"
            + "virtual_server 10.1.80.90 80 {\n    lb_algo rr\n    lb_kind DR\n    protocol TCP\n"
            + "    real_server \(address) 80 {\n    }\n    real_server 10.1.80.95 80 {\n    }\n}\n"
    }

    private static func secured(_ script: String) -> String {
        "global_defs {\n    enable_script_security\n    script_user root\n}\n"
            + "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    notify \(script)\n"
            + "    virtual_ipaddress {\n        10.1.80.90/24\n    }\n}\n"
    }
}
