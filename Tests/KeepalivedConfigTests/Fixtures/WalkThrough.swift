/// Configurations as people write them in walk-throughs: the files of the five examples, and one with its mistakes.
enum WalkThrough {
    /// LVS-DR front tier, first director: two real servers behind one address.
    static let lvsFrontTierMaster = """
        global_defs {
        router_id LVS_DEVEL
        }

        vrrp_instance VI_1 {
        state MASTER
        interface enp0s3
        virtual_router_id 51
        priority 101
        advert_int 1

        authentication {
        auth_type PASS
        auth_pass 1111
        }
        virtual_ipaddress {
        10.1.80.90
        }
        }

        virtual_server 10.1.80.90 80 {
        delay_loop 6
        lb_algo wrr
        lb_kind DR
        persistence_timeout 5
        protocol TCP

        real_server 10.1.80.93 80 {
        weight 100
        TCP_CHECK {
        connect_timeout 3
        }
        }

        real_server 10.1.80.95 80 {
        weight 100
        TCP_CHECK {
        connect_timeout 3
        }
        }

        }

        """

    /// LVS-DR front tier, second director.
    static let lvsFrontTierBackup = """
        global_defs {
        router_id LVS_DEVEL
        }

        vrrp_instance VI_1 {
        state BACKUP
        interface enp0s3
        virtual_router_id 51
        priority 100
        advert_int 1

        authentication {
        auth_type PASS
        auth_pass 1111
        }
        virtual_ipaddress {
        10.1.80.90
        }
        }

        virtual_server 10.1.80.90 80 {
        delay_loop 6
        lb_algo wrr
        lb_kind DR
        persistence_timeout 5
        protocol TCP

        real_server 10.1.80.93 80 {
        weight 100
        TCP_CHECK {
        connect_timeout 3
        }
        }

        real_server 10.1.80.95 80 {
        weight 100
        TCP_CHECK {
        connect_timeout 3
        }
        }

        }

        """

    /// Two nginx hosts with one address, the script checked by the first.
    static let nginxPairMaster = """
        # 主节点
        global_defs {
          router_id 192.168.1.11
        }

        vrrp_script chk_nginx {
            script "/etc/keepalived/nginx.sh"
            interval 2
            weight -5
            fall 3
            rise 2
        }

        vrrp_instance VI_1 {
            state MASTER
            interface eth0
            virtual_router_id 51
            mcast_src_ip 192.168.1.11
            nopreempt
            priority 100
            advert_int 2

            authentication {
                  auth_type PASS
                  auth_pass 1111
            }

            track_script {
                  chk_nginx
             }

            virtual_ipaddress {
              192.168.1.10
            }
        }

        """

    /// Two nginx hosts with one address, the second.
    static let nginxPairBackup = """
        # 备节点
        global_defs {
          router_id 192.168.1.12
        }
        vrrp_script chk_nginx {
            script "/etc/keepalived/nginx.sh"
            interval 2
            weight -5
            fall 3
            rise 2
        }
        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            mcast_src_ip 192.168.1.12
            nopreempt
            priority 90
            advert_int 2

            authentication {
                  auth_type PASS
                  auth_pass 1111
            }

            track_script {
                  chk_nginx
             }

            virtual_ipaddress {
              192.168.1.10
            }
        }

        """

    /// One address over two load balancers, first host.
    static let gatewayMaster = """
        global_defs {
           router_id LVS_DEVEL_MASTER
        }

        vrrp_script check_nginx {
            script "/etc/keepalived/check_nginx.sh"
            interval 2
            weight -20
        }

        vrrp_instance VI_1 {
            state MASTER
            interface eth0
            virtual_router_id 51
            priority 100
            advert_int 1

            authentication {
                auth_type PASS
                auth_pass 1111
            }

            virtual_ipaddress {
                192.168.1.100
            }

            track_script {
                check_nginx
            }
        }

        """

    /// One address over two load balancers, second host.
    static let gatewayBackup = """
        global_defs {
           router_id LVS_DEVEL_BACKUP
        }

        vrrp_script check_nginx {
            script "/etc/keepalived/check_nginx.sh"
            interval 2
            weight -20
        }

        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 90
            advert_int 1

            authentication {
                auth_type PASS
                auth_pass 1111
            }

            virtual_ipaddress {
                192.168.1.100
            }

            track_script {
                check_nginx
            }
        }

        """

    /// A file whose author left values out: virtual_router_id, priority, advert_int, auth_pass.
    static let unfinishedMaster = """
        ! Configuration File for keepalived

        global_defs {
           router_id master1
        }

        vrrp_instance VI_1 {

            state MASTER

            interface eno16777736

            virtual_router_id

            priority

            advert_int

            authentication {
                auth_type PASS
                auth_pass
            }

            virtual_ipaddress {
                192.168.161.250
            }
        }

        """

    /// The same, with a source address written as an assignment.
    static let unfinishedBackup = """
        ! Configuration File for keepalived

        global_defs {
           router_id master2
        }

        vrrp_instance VI_1 {

            state BACKUP

            interface eno16777736

            virtual_router_id

            priority

            advert_int

            mcast_src_ip=192.168.161.129

            authentication {
                auth_type PASS
                auth_pass
            }

            virtual_ipaddress {
                192.168.161.250
            }
        }

        """

    /// One address that moves between two hosts, first host.
    static let singleAddressMaster = """
        ! Configuration File for keepalived

        # 实例配置
        vrrp_instance VI_1 {
            # 指定为 MASTER 主机
            state MASTER
            interface eth1
            virtual_router_id 51
            priority 100
            advert_int 1
            virtual_ipaddress {
                10.5.96.7
            }
        }

        """

    /// One address that moves between two hosts, second host.
    static let singleAddressBackup = """
        ! Configuration File for keepalived

        # 实例配置
        vrrp_instance VI_1 {
            # 指定为 BACKUP 主机
            state BACKUP
            interface eth1
            virtual_router_id 51
            priority 50
            advert_int 1
            virtual_ipaddress {
                10.5.96.7
            }
        }

        """

    /// Two hosts, each master of one address, first host.
    static let dualMasterFirst = """
        ! Configuration File for keepalived

        vrrp_script check_nginx {
            script "/root/nginx.sh"
            interval 2
            weight 10
        }

        vrrp_instance VI_1 {
            state MASTER
            interface eth1
            virtual_router_id 51
            priority 100
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1111
            }

            track_script {
                check_nginx
            }

            virtual_ipaddress {
                10.5.96.7
            }
        }

        vrrp_instance VI_2 {
            state BACKUP
            interface eth1
            virtual_router_id 52
            priority 90
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1111
            }

            track_script {
                check_nginx
            }

            virtual_ipaddress {
                10.5.96.8
            }
        }

        """

    /// Two hosts, each master of one address, second host.
    static let dualMasterSecond = """
        ! Configuration File for keepalived

        vrrp_script check_nginx {
            script "/root/nginx.sh"
            interval 2
            weight 10
        }

        vrrp_instance VI_1 {
            state BACKUP
            interface eth1
            virtual_router_id 51
            priority 90
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1111
            }

            track_script {
                check_nginx
            }

            virtual_ipaddress {
                10.5.96.7
            }
        }

        vrrp_instance VI_2 {
            state MASTER
            interface eth1
            virtual_router_id 52
            priority 100
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1111
            }

            track_script {
                check_nginx
            }

            virtual_ipaddress {
                10.5.96.8
            }
        }

        """
}
