#!/bin/sh
# /etc/keepalived/nginx_check.sh: is nginx there? If not, one attempt to start it; if that fails too, the check fails.
#
# The guides that this follows stop the whole director when nginx cannot be started. Failing is enough: the weight of
# chk_nginx takes 20 from the priority, the other one takes over, and when somebody has mended nginx, the director is
# still there to notice and to take the address back.

# The number that nginx wrote down, if a process of that number is an nginx.
running() {
    pid=$(cat /run/nginx.pid 2>/dev/null) && [ -n "$pid" ] && grep -q '^nginx$' "/proc/$pid/comm" 2>/dev/null
}

running && exit 0

# With systemd: systemctl restart nginx
nginx 2>/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    running && exit 0
    sleep 0.1
done
exit 1
