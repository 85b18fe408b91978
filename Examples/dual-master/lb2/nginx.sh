#!/bin/sh
# /etc/keepalived/nginx.sh: succeeds while nginx runs. Starting it again is systemd's business (Restart=on-failure).
pid=$(cat /run/nginx.pid 2>/dev/null) && [ -n "$pid" ] && grep -q '^nginx$' "/proc/$pid/comm" 2>/dev/null
