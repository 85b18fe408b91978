/// Reading text: files, includes, structure, definitions (`MR00…`).
extension Explanation {
    static let ofReading: [Explanation] = (ofFiles + ofStructure + ofChecks).sorted { $0.code < $1.code }

    private static let instance = """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                10.1.80.90/24
            }
        }

        """

    private static let ofFiles: [Explanation] = [
        Explanation(
            "MR0001", "a file cannot be read",
            meaning: """
                The system refused to open or read the file, and the message says in the system's words why: it is not \
                there, the permissions forbid it, it is a folder. An included path counts from the folder of the file \
                that includes it, not from where the program was started.
                """,
            consequence: """
                Where it is the main file, there is nothing to run: a start fails and a reload keeps what runs. Where it \
                is an included file, 'include' leaves its content out with a warning, which may be a whole site's \
                instances; 'includem', 'includea' and 'include_check match' make a missing one an error, 'includer' one that cannot be read.
                """,
            remedy: """
                'ls -l' the path, as the user that runs the director. Correct the path or the permissions. A file that \
                need not be there belongs behind a pattern, as in 'include conf.d/*.conf'.
                """,
            example: .file(
                wrong: "includem site.conf\n" + instance, right: instance, needs: "where there is no file 'site.conf'")),
        Explanation(
            "MR0002", "the file is not text",
            meaning: """
                The file contains bytes of value 0, which no text has. It is a binary, an archive, text in UTF-16 (from \
                an editor on another system), or a file that was torn by a full disk or a crash. A single such byte gets \
                into a line by a paste or a script.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs. Only where such bytes are a few in a \
                text, and not in a line with a brace, is the line ignored, as keepalived ignores it, with a warning; a \
                reload is refused then as well.
                """,
            remedy: """
                'file keepalived.conf' says what it is. Restore it, or convert it with \
                'iconv -f UTF-16 -t UTF-8'. Check that the disk is not full before saving it again.
                """,
            example: .file(wrong: "global_defs {\u{0}\n}\n" + instance, right: "global_defs {\n}\n" + instance)),
        Explanation(
            "MR0003", "a word is not UTF-8",
            meaning: """
                A word that means something, such as a name or a path, contains bytes that are not UTF-8: most often a \
                letter with an accent from a file saved as ISO 8859-1. Comments, and words that are ignored anyway, may \
                contain any bytes.
                """,
            consequence: """
                The file is not used. The name would appear garbled in logs, reports and FIFO lines, and nobody could \
                search for it.
                """,
            remedy: """
                Convert the file with 'iconv -f ISO-8859-1 -t UTF-8', or use plain letters in that word.
                """,
            example: .file(
                wrong: "global_defs {\n    router_id caf?\n}\n" + instance,
                right: "global_defs {\n    router_id cafe\n}\n" + instance,
                needs: "where the question mark is the byte E9, an e with an accent in ISO 8859-1")),
        Explanation(
            "MR0004", "the file has nothing to do",
            meaning: """
                There is neither a 'vrrp_instance' nor a 'virtual_server' in what was read. The usual reasons: the wrong \
                file, an empty file after a failed copy, an include that matched nothing, or '@ID' conditions none of \
                which fit this host (see the option -i).
                """,
            consequence: """
                A start runs and waits for a configuration, as keepalived does. A reload is refused: it would stop every address and \
                service of this host without any other sign.
                """,
            remedy: """
                Look into the file that the message names. Where everything is in included files, check the warnings \
                about them; where conditions are used, start with the right '-i'. To stop the services on purpose, stop \
                the director.
                """,
            example: .file(wrong: "global_defs {\n    router_id lb1\n}\n", right: instance)),
        Explanation(
            "MR0005", "a file includes itself",
            meaning: """
                Following the include lines leads back to a file that is being read already, directly or through others. \
                The message shows the way round. A pattern such as 'include *.conf' in a file that matches it does this \
                as well.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: """
                Remove one of the include lines, or move what is included to a folder of its own, so that the pattern \
                does not match the file it stands in.
                """,
            example: .file(
                wrong: "include site.conf\n" + instance, right: "include other.conf\n" + instance,
                files: [
                    "site.conf": "# settings of the site\ninclude site.conf\n",
                    "other.conf": "# settings of the site\n",
                ])),
        Explanation(
            "MR0006", "includes are nested too deep",
            meaning: """
                A file includes a file that includes a file, over more levels than any hand-written configuration has. \
                It is nearly always a tree that was generated wrongly, or links in the file system that lead in a circle \
                under different names.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: "Follow the chain in the notes of the message and include from fewer levels."),
        Explanation(
            "MR0007", "an include matches no file",
            meaning: """
                The path or pattern behind 'include' matches nothing. For a folder that may be empty, such as conf.d, \
                this is a state of things and no mistake; for a file with a name it usually is one. Relative paths count \
                from the folder of the file that includes.
                """,
            consequence: """
                Nothing is included here, and the rest is used. If instances or services should have come from there, \
                they are missing: a reload takes them away.
                """,
            remedy: """
                Correct the path. Where a missing file must keep the configuration from being used, write 'includem' \
                (must match) or 'includea' (every check) in place of 'include'.
                """,
            example: .file(
                wrong: "include site.d/*.conf\n" + instance, right: instance)),
        Explanation(
            "MR0008", "the configuration is too long",
            meaning: """
                The files together, with what definitions and loops make of them, are longer than 512 MiB. No \
                configuration is: a definition or a loop grows without end, or an include points at a disk image or a log.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: """
                Look at the line the message names, at the patterns of its includes and at the bounds of its loops.
                """),
        Explanation(
            "MR0009", "too many braces are missing",
            meaning: """
                So many blocks are left open that guessing where each ends makes no sense any more. Often the file was cut \
                off, or every '}' was lost by a tool that took it for its own syntax.
                """,
            consequence: "The file is not used. What stands behind the place was not looked at.",
            remedy: """
                Correct the first few messages about missing braces and check again; restore the file if a template made \
                it.
                """),
    ]

    private static let ofStructure: [Explanation] = [
        Explanation(
            "MR0011", "a double quote is not closed",
            meaning: """
                A string starts on this line and does not end on it. Strings end on their own line: the closing quote is \
                missing, or the one that seems to close it is a typographic quote.
                """,
            consequence: """
                The file is not used: it cannot be known what was meant to be inside the string.
                """,
            remedy: """
                Add the closing '"'. To have a double quote inside a command, put the inner words in single quotes or \
                escape it with a backslash.
                """,
            example: .instance(
                wrong: "notify \"/usr/local/bin/notify.sh", right: "notify \"/usr/local/bin/notify.sh\"")),
        Explanation(
            "MR0012", "a block is not closed",
            meaning: """
                A '}' is missing. Which one cannot be known for certain: the message names the block that is most \
                probably meant, from the keywords that follow and from the indentation, and where it should have ended \
                at the latest.
                """,
            consequence: """
                The file is not used. This one message stands for the brace; nothing that follows from it is reported.
                """,
            remedy: """
                Add the '}' at the end of the block that the message names. An editor that jumps between matching braces \
                finds it at once.
                """,
            example: .file(
                wrong: """
                    vrrp_instance VI_1 {
                        interface eth0
                        virtual_router_id 51
                        virtual_ipaddress {
                            10.1.80.90/24
                    }

                    """, right: instance)),
        Explanation(
            "MR0013", "a closing brace has nothing to close",
            meaning: """
                There are more '}' than blocks at this place. Either this brace is left over from a block that was \
                deleted, or a brace further up closed its block too early and what follows it stands outside.
                """,
            consequence: """
                The file is not used: with the wrong brace removed, lines would belong to another block than they seem to.
                """,
            remedy: """
                If the lines above it are indented as they should be, remove this brace. Otherwise look for the block \
                above whose lines stand behind its end.
                """,
            example: .file(wrong: instance + "}\n", right: instance)),
        Explanation(
            "MR0014", "an opening brace follows no keyword",
            meaning: """
                A '{' stands where no keyword precedes it that it could belong to: at the start of the file, behind \
                another '{', or behind an empty line in place of the keyword's name.
                """,
            consequence: "The file is not used: it is not known which block this is.",
            remedy: """
                Write the keyword in front of the '{', on the same line or on the line before with nothing between.
                """,
            example: .file(wrong: "{\n}\n" + instance, right: instance)),
        Explanation(
            "MR0015", "blocks are nested too deep",
            meaning: """
                Blocks stand in blocks over more levels than the language has. Closing braces are missing in a long run of \
                blocks, or the file is not a configuration.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: "Look for the missing '}' from the top of the file on, block by block."),
    ]

    private static let ofChecks: [Explanation] = [
        Explanation(
            "MR0010", "the configuration has too many statements",
            meaning: """
                After loops and includes are carried out there are more than eight million statements, a hundred times \
                the largest configurations known. Loops in loops or a file that is included in a loop multiply quickly.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: "Look at the last values of the loops, and at what is included inside them."),
        Explanation(
            "MR0016", "too many files are included",
            meaning: """
                Each include reads its files again, also ones that were read before. Files that include several others on \
                each level reach this limit without a circle, and so do the braces of many include lines.
                """,
            consequence: "The file is not used: a start fails and a reload keeps what runs.",
            remedy: "Include each file once, from one place, such as the main file."),
        Explanation(
            "MR0017", "a quote of a command is not closed",
            meaning: """
                Commands are split into words once more, and there both kinds of quotes count. The text of the command \
                ended before its quote did. Before that, single quotes mean nothing: a brace, '#' or '!' ends the command \
                although it stands between them, unless all of it is in double quotes.
                """,
            consequence: """
                The file is not used: a start fails and a reload keeps what runs. Half a command would run otherwise.
                """,
            remedy: """
                Put the whole command into double quotes, with single quotes inside where an argument has blanks.
                """,
            example: .instance(
                wrong: "notify '/usr/local/bin/alert #1'", right: "notify \"/usr/local/bin/alert '#1'\"")),
        Explanation(
            "MR0018", "a check of includes that does not exist",
            meaning: """
                'include_check' says which includes that find nothing are errors: 'read' (a file that is there can be \
                read), 'match' (a path without wildcards exists), 'wildcard_match' (a pattern finds something), \
                'brace_match' (each path made by braces exists). Without any word it sets all of them.
                """,
            consequence: "The word is ignored, and a missing file may go unnoticed but for a warning.",
            remedy: "Correct the word, or leave all words out for every check."),
        Explanation(
            "MR0019", "a second check of includes without a sign",
            meaning: """
                The first word of 'include_check' replaces the checks that hold so far. Each further one needs '+' to be \
                added or '-' to be removed.
                """,
            consequence: "The word is ignored, and a missing file may go unnoticed but for a warning.",
            remedy: "Write '+' in front of each check behind the first."),
        Explanation(
            "MR0020", "an include pattern is too large",
            meaning: """
                Each pair of braces multiplies the paths that an include line stands for: twelve pairs with two \
                alternatives each make 4096. The pattern makes more, is longer than any path can be, or makes paths of \
                more than 4 MiB together.
                """,
            consequence: "The file is not used. What stands behind the line was not looked at.",
            remedy: "Write several include lines, or a wildcard such as '*.conf' in place of the braces."),
    ]
}
