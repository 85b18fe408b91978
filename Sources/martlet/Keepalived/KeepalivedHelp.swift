/// The text of `--help` under keepalived's name.
enum KeepalivedHelp {
    static let text = """
        Usage: martlet keepalived [OPTION...]

          -f, --use-file FILE        read this configuration (/etc/keepalived/keepalived.conf)
          -n, --dont-fork            stay in the foreground
          -l, --log-console          log to the terminal instead of syslog
          -D, --log-detail           log details
          -S, --log-facility N       syslog facility: 0-7 (local), daemon, user
          -G, --no-syslog            do not log to syslog
          -P, --vrrp                 take part in elections only
          -C, --check                check real servers and program IPVS only
          -V, --dont-release-vrrp    leave the virtual addresses at the stop
          -I, --dont-release-ipvs    leave the IPVS table at the stop
          -p, --pid FILE             pid file (/run/keepalived.pid)
          -r, --vrrp_pid FILE        pid file of the elections (/run/vrrp.pid)
          -c, --checkers_pid FILE    pid file of the checks (/run/checkers.pid)
          -i, --config-id ID         the value that @ID lines compare with
          -e, --all-config           every file that is included must be there
          -t, --config-test[=FILE]   check the configuration and exit: 0 nothing to report, 2 a keyword without its
                                     value, 4 the file cannot be used, 5 warnings, 6 scripts would run as root
                                     without enable_script_security
              --signum NAME          print the number of the signal STOP, RELOAD, DATA, STATS, STATS_CLEAR, JSON or
                                     TDUMP; the last three have no effect
              --ignore-sigint        do not stop at SIGINT
              --control PATH         the socket for martlet status, plan and reload
          -v, --version              print the version
          -h, --help                 print this

        Taken for compatibility, without effect: -a -A -b -B -d -g -L -m -M -R -u -x -X, --all, --config-fd, --debug,
        --flush-log-file, --no-mem-check, --perf. Not built: -T (--genhash), -s.
        """
}
