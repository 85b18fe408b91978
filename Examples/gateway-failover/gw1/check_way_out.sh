#!/bin/sh
# /etc/keepalived/check_way_out.sh ADDRESS: does the provider's router answer? One lost reply is no failure yet:
# keepalived.conf says how many in a row are (fall).
exec ping -n -q -c 1 -W 1 "$1" >/dev/null 2>&1
