/// Keywords that keepalived ignores with a message where their value is missing. Any other keyword without its value
/// ends it with status 2.
///
/// Each was tried with `keepalived -t` of 2.2.7 and of 2.4.3. Those of Martlet's own are unknown to keepalived, which
/// ignores their lines.
enum MissingValues {
    /// By the block as a message names it.
    static let ignored: [String: Set<String>] = [
        "the top level of the file": ["vrrp_instance", "vrrp_sync_group", "track_group", "net_namespace", "instance"],
        "'global_defs'": [
            "router_id", "checker_threads", "checker_max_probes", "checker_max_probes_per_server",
            "notification_email_from", "smtp_helo_name", "script_user", "startup_script", "startup_script_timeout",
            "shutdown_script", "shutdown_script_timeout", "vrrp_priority", "vrrp_rt_priority", "vrrp_cpu_affinity",
            "checker_priority", "checker_rt_priority", "checker_cpu_affinity", "bfd_priority", "bfd_rt_priority",
            "bfd_cpu_affinity", "min_auto_priority_delay", "iproute_usr_dir", "iproute_etc_dir", "state_dump_file",
            "stats_dump_file", "json_dump_file", "json_version", "reload_time_file", "tmp_config_directory",
            "notify_fifo", "notify_fifo_script", "vrrp_notify_fifo", "vrrp_notify_fifo_script", "lvs_notify_fifo",
            "lvs_notify_fifo_script", "lvs_timeouts", "lvs_sync_daemon", "default_interface", "vrrp_garp_extra_if",
            "vrrp_vmac_garp_intvl", "vrrp_rx_bufs_policy", "vrrp_rx_bufs_multiplier", "lvs_netlink_cmd_rcv_bufs",
            "lvs_netlink_monitor_rcv_bufs", "vrrp_netlink_cmd_rcv_bufs", "vrrp_netlink_monitor_rcv_bufs",
            "process_monitor_rcv_bufs", "snmp_socket", "dbus_service_name", "dbus_no_interface_name",
        ],
        "'vrrp_script'": ["script"],
        "'track_file'": ["file", "weight"],
        "'vrrp_track_process'": ["weight"],
        "'vrrp_instance'": ["garp_extra_if", "vmac_garp_intvl", "kernel_rx_buf_size"],
        "'virtual_server'": ["virtualhost", "snmp_name"],
        "'real_server'": ["virtualhost", "snmp_name"],
        "'HTTP_GET'": ["virtualhost", "http_protocol"],
        "'SSL_GET'": ["virtualhost", "http_protocol"],
        "'url'": [
            "status_code", "virtualhost", "regex", "regex_options", "regex_min_offset", "regex_max_offset",
            "regex_stack",
        ],
        "'MISC_CHECK'": ["misc_path", "user"],
        "'SMTP_CHECK'": ["helo_name"],
        "'UDP_CHECK'": ["payload"],
        "'FILE_CHECK'": ["weight"],
        "'BFD_CHECK'": ["name"],
        "'SSL'": ["password", "ca", "certificate", "key"],
    ]
}
