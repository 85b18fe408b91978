/// Keywords and their arguments (`MR01…`, `MR02…`).
extension Explanation {
    static let ofKeywords: [Explanation] = ofWords + ofArguments

    private static let ofWords: [Explanation] = [
        Explanation(
            "MR0101", "a word is not a keyword of its block",
            meaning: """
                The line starts with a word that is a keyword nowhere: a typing mistake, a keyword of another program, \
                or one of a newer version than this.
                """,
            consequence: """
                The line is ignored. If the word is followed by '{', its whole block is ignored with it, once, and \
                nothing around it is lost. Whatever the line was to set has its default: a mistyped 'priority' leaves \
                the router at 100, a mistyped checker leaves the server unchecked.
                """,
            remedy: """
                Take the suggestion, if there is one. 'martlet explain KEYWORD' says what a keyword does and where it \
                may stand. Where the file must also serve a newer version, the warning can stay.
                """,
            example: .instance(wrong: "prority 150", right: "priority 150")),
        Explanation(
            "MR0102", "a keyword and its value are joined by '=' or ':'",
            meaning: """
                Keywords take their value behind a blank. 'priority=100' and 'priority:' are one word to the reader, and \
                there is no keyword of that name. With blanks around it the sign is taken for the value.
                """,
            consequence: "The setting has its default: the line is ignored, or what stands in it cannot be used.",
            remedy: "Write a blank in place of '=' or ':'.",
            example: .instance(wrong: "priority=150", right: "priority 150")),
        Explanation(
            "MR0103", "a keyword stands in the wrong block",
            meaning: """
                The word is a keyword, but of another block than the one it stands in. Very often the line itself is \
                right and a '}' above it is missing or one too many, so that the block has ended early or late. Or it is \
                an option, which stands behind the name or the address that it is for.
                """,
            consequence: "The line is ignored, with its block if it has one.",
            remedy: """
                Count the braces above the line: is the block that it belongs to still open? If so, move the line to \
                the block that the message names.
                """,
            example: .realServer(wrong: "lb_algo rr", right: "weight 1")),
        Explanation(
            "MR0104", "a keyword has no effect",
            meaning: """
                The keyword is known and its arguments were checked, but this version does nothing with them, for the \
                reason that the message gives. It is said once for each keyword and file.
                """,
            consequence: """
                The file is used. What the keyword would bring is missing: a dump is not written, a limit is not set. Nothing \
                else changes because of it.
                """,
            remedy: """
                If nobody relies on it, the line can stay or go. If somebody does (a limit, for example), cover the need \
                another way before this host takes over; the configuration page lists every keyword of this kind.
                """),
        Explanation(
            "MR0106", "a block is missing",
            meaning: """
                The keyword introduces a block, and no '{' follows on its line or the next.
                """,
            consequence: """
                The file is not used: what the block should have contained would be taken for something else.
                """,
            remedy: "Add '{' behind the keyword and its arguments, and the matching '}'.",
            example: .instance(wrong: "track_interface eth1", right: "track_interface {\n    eth1\n}")),
        Explanation(
            "MR0107", "a block behind a keyword that has none",
            meaning: """
                The keyword takes values on its own line and no block. Most often two keywords stand on one line, as in \
                'weight 3 TCP_CHECK {': only line ends and braces separate keywords, so the second is taken for a value \
                of the first.
                """,
            consequence: """
                The file is not used: the block, for instance a health check, would be lost without a trace.
                """,
            remedy: "Give the keyword that has the block a line of its own.",
            example: .realServer(
                wrong: "weight 3 TCP_CHECK {\n    connect_timeout 3\n}",
                right: "weight 3\nTCP_CHECK {\n    connect_timeout 3\n}")),
        Explanation(
            "MR0108", "an old name of a keyword",
            meaning: "The keyword has been renamed since the file was written. The old name still means the same.",
            consequence: "None: it works as it did. A later version may know the new name only.",
            remedy: "Write the new name that the message gives, when the file is next changed.",
            example: .file(
                wrong: "global_defs {\n    lvs_flush_onstop\n}\n" + instance,
                right: "global_defs {\n    lvs_flush_on_stop\n}\n" + instance)),
        Explanation(
            "MR0109", "a setting is made twice in one block",
            meaning: """
                The block sets the same thing on two lines, and the note shows the first; some things have two keywords, \
                such as 'lb_kind' and 'lvs_method', or 'accept' and 'no_accept'. Often a line was added at the end of a \
                block without looking for the one that was there.
                """,
            consequence:
                "The last one counts. If the other was meant, this host has another priority, port or time than you think.",
            remedy: "Remove the line that is not meant.",
            example: .instance(wrong: "priority 100\npriority 150", right: "priority 150")),
    ]

    private static let instance = """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                10.1.80.90/24
            }
        }

        """

    private static let ofArguments: [Explanation] = [
        Explanation(
            "MR0201", "a keyword has no value",
            meaning: """
                The keyword needs a value, and its line ends, or a brace follows, before there is one. A definition \
                that is empty does this too, and so does a '#' or '!' in front of the value: both start a comment.
                """,
            consequence: """
                Where keepalived ends because of it, the file is not used: running with the default instead would give \
                this router another identity or priority than the one that was meant. Where keepalived goes on, or where \
                the value is an empty pair of quotes, it is a warning, and the line is ignored.
                """,
            remedy: "Write the value behind the keyword; 'martlet explain KEYWORD' says which values there are.",
            example: .instance(wrong: "priority", right: "priority 150")),
        Explanation(
            "MR0202", "a word too many",
            meaning: """
                The keyword has all its values, and more words follow on the line. Often the end of a line was lost and \
                the next keyword stands behind this one, or a comment has no '#'.
                """,
            consequence: "The words are ignored. If one of them is a keyword, it does not count either.",
            remedy: "Move a keyword to a line of its own; put '#' in front of a comment; remove what is left over.",
            example: .instance(wrong: "priority 150 nopreempt", right: "priority 150\nnopreempt")),
        Explanation(
            "MR0203", "not a number",
            meaning: "A whole number is expected here, in decimal digits, and the word is something else.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy: """
                Write the number. Units such as 's' or '%' do not belong here; a definition that should give the number \
                must be spelt as it was defined.
                """,
            example: .instance(wrong: "down_timer_adverts three", right: "down_timer_adverts 3")),
        Explanation(
            "MR0204", "a number is out of range",
            meaning: """
                The number cannot be used for this: the protocol or the kernel has no room for it, or it makes no sense. \
                The message says from where to where it may go.
                """,
            consequence: """
                The line is ignored and the setting has its default, as with keepalived: a priority is 100. Look at what that makes \
                of the election. Only a 'virtual_router_id' has no default: there the file is not used.
                """,
            remedy:
                "Choose a number in the range. Priorities are 1 to 254 (255 for the owner), router identifiers 1 to 255.",
            example: .instance(wrong: "priority 300", right: "priority 200")),
        Explanation(
            "MR0205", "text behind a number",
            meaning: """
                The word starts with a number and goes on with something else, such as the ';' of another program's \
                files. The number in front is taken, as it always was.
                """,
            consequence: "The number is used and the rest of the word is not.",
            remedy: "Remove what follows the number.",
            example: .instance(wrong: "priority 150;", right: "priority 150")),
        Explanation(
            "MR0206", "not a number of seconds",
            meaning: "A time is expected here: seconds in decimal digits, with a point and decimals where needed.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy: "Write seconds without a unit: '0.5' for half a second, '90' for a minute and a half.",
            example: .instance(wrong: "advert_int 1s", right: "advert_int 1")),
        Explanation(
            "MR0207", "a time is out of range",
            meaning: "The time is shorter or longer than this can be; the message says from where to where it may go.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy:
                "Choose a time in the range. Times are in seconds: a value in milliseconds is a thousand times too large.",
            example: .instance(wrong: "advert_int 1000", right: "advert_int 1")),
        Explanation(
            "MR0208", "a time is finer than microseconds",
            meaning: "The time has more than six decimals, and timers count in microseconds.",
            consequence: "The time is rounded to the nearest microsecond and used.",
            remedy: "Leave the further decimals out.",
            example: .instance(wrong: "garp_master_delay 0.1234567", right: "garp_master_delay 0.123457")),
        Explanation(
            "MR0209", "not an address",
            meaning: """
                An IP address is expected here, of the kind that the message names, and the word is none: a number is \
                missing or above 255, it is a host name (names are not looked up), a prefix length stands where none \
                belongs, or a multicast address where a host's is needed, or the other way round.
                """,
            consequence: """
                The line is ignored. A virtual address, a peer or a server is left out, and a 'virtual_server' with all that is in \
                it; see MR0302 for what a reload does then.
                """,
            remedy: "Write the address in full: four numbers for IPv4, the usual notation for IPv6.",
            example: .instance(wrong: "mcast_src_ip 10.1.80", right: "mcast_src_ip 10.1.80.2")),
        Explanation(
            "MR0210", "not a port",
            meaning: "A TCP or UDP port is expected here, as a number, and the word is none.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy: """
                Write a number from 1 to 65535. Names such as 'https' are in /etc/services; a separator between address \
                and port is a blank, not ':'.
                """,
            example: .realServer(
                wrong: "TCP_CHECK {\n    connect_port 80000\n}", right: "TCP_CHECK {\n    connect_port 8000\n}")),
        Explanation(
            "MR0211", "not on or off",
            meaning: "The keyword is a switch. It takes on, off, true, false, yes or no; without a value it is on.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy: "Write 'on' or 'off'. Numbers such as 0 and 1 are not values of a switch.",
            example: .realServer(
                wrong: "alpha 1\nTCP_CHECK {\n}", right: "alpha on\nTCP_CHECK {\n}")),
        Explanation(
            "MR0212", "not one of the possible words",
            meaning: "The keyword takes one of a few words, which the message lists, and this is none of them.",
            consequence: """
                The line is ignored and the setting has its default, as with keepalived: an unknown scheduler is wlc, an unknown \
                state is BACKUP, an unknown 'lb_kind' is NAT.
                """,
            remedy: "Take one of the words listed. Upper and lower case count where the list shows them.",
            example: .instance(wrong: "state MASTR\npriority 150", right: "state MASTER\npriority 150")),
        Explanation(
            "MR0213", "a word is too long",
            meaning: """
                The word goes into a field of fixed size: the kernel's interface names and labels have at most 15 bytes, \
                scheduler names as well. A letter outside ASCII counts as two to four bytes.
                """,
            consequence: """
                An interface that cannot exist is an error, and the file is not used. Any other line is ignored; an address with a \
                label that is too long is left out.
                """,
            remedy: "Use the name as the kernel has it ('ip link'), or choose a shorter one.",
            example: .file(
                wrong: instance.replacing("eth0", with: "enp0s31f6-uplink0"),
                right: instance.replacing("eth0", with: "enp0s31f6"))),
        Explanation(
            "MR0214", "a word is not what its place needs",
            meaning: """
                The word has not the form that the message names: a digest of 32 hexadecimal digits, a list of status \
                codes, a path that starts with '/', a name without blanks or slashes.
                """,
            consequence: """
                The line is ignored and the setting has its default, as with keepalived; the message says which one. A line of a \
                list is left out, and so is a block whose head is wrong; see MR0302 for what a reload does then.
                """,
            remedy: "Write it in the form that the message names; 'martlet explain KEYWORD' shows the arguments.",
            example: .realServer(
                wrong: "HTTP_GET {\n    url {\n        path /\n        status_code 2xx\n    }\n}",
                right: "HTTP_GET {\n    url {\n        path /\n        status_code 200-299\n    }\n}")),
        Explanation(
            "MR0215", "a command is empty",
            meaning: "The quotes that should hold a command hold only blanks, or a definition that is empty.",
            consequence: """
                The line is ignored. A check without a command is left out, a notification is not made.
                """,
            remedy: "Name the program with its full path, or remove the line.",
            example: .instance(wrong: "notify \"  \"", right: "notify \"/usr/local/bin/notify.sh\"")),
    ]
}
