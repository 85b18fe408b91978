/// Conditions, definitions and loops (`MR0021` to `MR0040`).
extension Explanation {
    static let ofDefinitions: [Explanation] = ofConditions + ofLoops

    private static func instance(_ vip: String) -> String {
        """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                \(vip)
            }
        }

        """
    }

    private static let instance = instance("10.1.80.90/24")

    private static let ofConditions: [Explanation] = [
        Explanation(
            "MR0021", "a name is used that is not defined",
            meaning: """
                '$NAME' or '${NAME}' stands where no line above it defines that name. Definitions count from their \
                line on, also those of included files, and have no blank in front of '='. A '$' that is meant to reach a \
                script as it is gives this as well.
                """,
            consequence: """
                The text stays as it is, dollar sign and all. Where an address or a number is expected, the line is \
                ignored, or an error where nothing can be done without it; in a command, the program gets the text.
                """,
            remedy: """
                Define it above, as in '$VIP=10.1.80.90', correct the name, or write '${_ENV NAME}' for a variable \
                of the environment.
                """,
            example: .file(
                wrong: instance.replacing("interface eth0", with: "interface eth0\n    notify $HOOK"),
                right: "$HOOK=/usr/local/bin/notify.sh\n"
                    + instance.replacing("interface eth0", with: "interface eth0\n    notify $HOOK"))),
        Explanation(
            "MR0022", "a definition uses itself",
            meaning: """
                What the definition stands for contains, directly or through others, the definition itself, so that \
                replacing it never ends. The message shows the circle.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Give one of the definitions in the circle a value without the others.
                """,
            example: .file(
                wrong: "$PRIO=${BASE}\n$BASE=${PRIO}\n"
                    + instance.replacing("eth0", with: "eth0\n    priority ${PRIO}"),
                right: "$PRIO=${BASE}\n$BASE=150\n"
                    + instance.replacing("eth0", with: "eth0\n    priority ${PRIO}"))),
        Explanation(
            "MR0023", "definitions make a line that is too long",
            meaning: """
                Each definition doubles or multiplies the one before, and the line made from them passes 1 MiB or 65536 parts. \
                Thirty short lines are enough to fill a memory this way.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Look at which definitions contain another one more than once, and how often that repeats.
                """),
        Explanation(
            "MR0024", "a condition without an identifier",
            meaning: """
                A line that starts with '@' is kept only on certain hosts: '@lb1 priority 150' where the identifier \
                is lb1, '@^lb1 priority 100' everywhere else. Here nothing stands behind the '@'.
                """,
            consequence: """
                Behind '@' the line counts on no host, behind '@^' on every one.
                """,
            remedy: """
                Write the identifier directly behind '@' or '@^', then a blank, then the line. The identifier of a \
                host is its name up to the first dot, or what the option -i says.
                """,
            example: .instance(wrong: "@ priority 150", right: "@^lb2 priority 150")),
        Explanation(
            "MR0026", "a name without braces runs into other text",
            meaning: """
                '$NAME' is replaced only where a blank, a tab, ',', ')' or the end of the line follows it. Here \
                something else does, so that the name, although it is defined, is not looked up.
                """,
            consequence: """
                The text stays as it is, dollar sign and all, and most often an error follows from it. In a command, \
                the program gets the text.
                """,
            remedy: """
                Write the name in braces: '${NET}.1' in place of '$NET.1'.
                """,
            example: .file(
                wrong: "$HOOK=/usr/local/bin\n" + instance.replacing("eth0", with: "eth0\n    notify $HOOK/up.sh"),
                right: "$HOOK=/usr/local/bin\n" + instance.replacing("eth0", with: "eth0\n    notify ${HOOK}/up.sh"))),
        Explanation(
            "MR0027", "a built-in is not used as it must be",
            meaning: """
                '${_ENV NAME}' takes the name of one variable of the environment, '${_RANDOM MIN MAX}' up to two \
                whole numbers, the smaller one first. Others take nothing.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Correct what stands between the braces.
                """,
            example: .file(
                wrong: instance.replacing("eth0", with: "eth0\n    priority ${_RANDOM 200 100}"),
                right: instance.replacing("eth0", with: "eth0\n    priority ${_RANDOM 100 200}"))),
        Explanation(
            "MR0028", "a variable of the environment is not set",
            meaning: """
                '${_ENV NAME}' stands for the value of the variable with that name in the environment of the program \
                that reads the file, and there is none. A service manager hands on other variables than a login \
                shell.
                """,
            consequence: """
                Nothing stands in its place, which most often gives an error behind it.
                """,
            remedy: """
                Set it in the service's unit ('Environment=' or 'EnvironmentFile='), and for 'martlet check' in the \
                shell.
                """,
            example: .file(
                wrong: instance.replacing("eth0", with: "eth0 ${_ENV MARTLET_NO_SUCH_VARIABLE}"), right: instance)),
        Explanation(
            "MR0029", "definitions and loops make too much",
            meaning: """
                More than sixteen million references were replaced or turns of loops made, a hundred times what the \
                largest known configurations need. Loops in loops and definitions that use others many times \
                multiply quickly.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Look at the last values of the loops, and at which definitions contain others more than once.
                """),
        Explanation(
            "MR0030", "too many definitions use each other",
            meaning: """
                A definition uses another one, that another one, and so on, over more levels than a person would \
                write.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Look for a script that writes the file and adds one definition on top of the other; write some \
                values out.
                """),
    ]

    private static let ofLoops: [Explanation] = [
        Explanation(
            "MR0031", "a loop cannot be read",
            meaning: """
                '~SEQ(NAME, START, STEP, END) text' repeats the text with '$NAME' from START to END; STEP, and START \
                with it, may be left out. '~SEQx' writes the numbers in hexadecimal. '~LST(NAME, A, B) text' repeats \
                it for each value, and '~LST({N,M}, {A,B}, {C,D}) text' sets several names at once. Numbers are read \
                as in C: 0x10 is 16, 010 is 8.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs. Without the loop all its lines \
                would be missing.
                """,
            remedy: """
                Correct what the message names. A value with blanks can be given by a definition of its own.
                """,
            example: .file(
                wrong: instance("10.1.80.90/24\n        ~SEQ(N, one, 3) 10.1.80.${N}/24"),
                right: instance("10.1.80.90/24\n        ~SEQ(N, 1, 3) 10.1.80.${N}/24"))),
        Explanation(
            "MR0032", "a loop that never ends",
            meaning: """
                The step leads away from the last value, or is 0, so that the last value is never reached.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Change the sign of the step, or leave it out: it is 1 upwards and -1 downwards.
                """,
            example: .file(
                wrong: instance("10.1.80.90/24\n        ~SEQ(N, 9, 2, 5) 10.1.80.${N}/24"),
                right: instance("10.1.80.90/24\n        ~SEQ(N, 9, -2, 5) 10.1.80.${N}/24"))),
        Explanation(
            "MR0033", "a loop with too many turns",
            meaning: """
                The loop, or the loops in each other on its line, would make more than a million copies of it, more than \
                any configuration needs. Loops whose numbers are written out are counted before the first copy is made; \
                the notes show those inside.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Check its first and its last value, and whether a definition in it has the value that you think.
                """,
            example: .file(
                wrong: instance("10.1.80.90/24\n        ~SEQ(N, 1, 30000000) 10.1.80.${N}/24"),
                right: instance("10.1.80.90/24\n        ~SEQ(N, 1, 30) 10.1.80.${N}/24"))),
        Explanation(
            "MR0034", "a loop with more values than names",
            meaning: """
                In '~LST({A,B}, {1,2}, {3,4})' each pair of braces holds one value for each name. Here there are \
                more values than names. Fewer are allowed: the names that are left over stand for nothing.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Add a name, or take the braces away where the values are meant one after the other.
                """,
            example: .file(
                wrong: instance("10.1.80.90/24\n        ~LST({N}, {1,2}) 10.1.80.${N}/24"),
                right: instance("10.1.80.90/24\n        ~LST(N, 1, 2) 10.1.80.${N}/24"))),
        Explanation(
            "MR0035", "too many loops in each other",
            meaning: """
                A loop's text starts with a loop, its text with another one, and so on, over more levels than a \
                configuration needs.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs.
                """,
            remedy: """
                Write some of the loops out, or join them with '~LST({A,B}, …)'.
                """),
        Explanation(
            "MR0036", "a condition in front of half a block",
            meaning: """
                '@ID' and '@^ID' are about one line. Here the line opens a block, the lines of the block have no \
                condition, and this host leaves out the first one only. Several conditional lines above one block, one \
                for each host, are in order as long as one of them fits.
                """,
            consequence: """
                The file is not used: the lines of the block would be taken for those of the block around it, and its \
                '}' would close that.
                """,
            remedy: """
                Write the condition in front of every line of the block and of its '}'; or put the block into a file of \
                its own and write '@ID include FILE'.
                """,
            example: .file(
                wrong: instance("10.1.80.90/24") + "\n@ds2 vrrp_script chk {\n    script \"/usr/bin/true\"\n}\n",
                right: instance("10.1.80.90/24")
                    + "\n@ds2 vrrp_script chk {\n@ds2     script \"/usr/bin/true\"\n@ds2 }\n")),
    ]
}
