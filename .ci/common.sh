# Shared by the scripts in this folder: where things are, progress lines, and failing with a way out.
# Sourced, not run.

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
lab_directory="$repository/.lab"
mkdir -p "$lab_directory"

# Debian keeps the tools of this trade in sbin, which is not in the path of an ordinary user.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH

if [ -t 1 ]; then
    bold=$'\033[1m' faint=$'\033[2m' red=$'\033[31m' plain=$'\033[0m'
else
    bold='' faint='' red='' plain=''
fi

heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
say() { printf '   %s\n' "$*"; }

# fail SENTENCE: one cause and one way out, on standard error.
fail() {
    printf '\n%sfailed:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# progress LABEL LOG COMMAND...: run the command with its output in LOG; print one line with a dot for every ten
# seconds and the time it took. On failure print the end of LOG and return the command's status.
progress() {
    local label=$1 log=$2 started=$SECONDS status=0 dots=0 pid
    shift 2
    printf '   %s ' "$label"
    printf '\n--- %s: %s\n' "$(date '+%F %T')" "$*" >>"$log"
    "$@" >>"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if [ "$(((SECONDS - started) / 10))" -gt "$dots" ]; then
            dots=$((dots + 1))
            printf '.'
        fi
    done
    wait "$pid" || status=$?
    if [ "$status" -eq 0 ]; then
        printf ' done (%d s)\n' "$((SECONDS - started))"
    else
        printf ' failed (status %d)\n' "$status"
        printf '%s   the last lines of %s:%s\n' "$faint" "$log" "$plain" >&2
        tail -n 25 "$log" | sed 's/^/     | /' >&2
    fi
    return "$status"
}

# become_root: sets `as_root` to the words that run a command as root ('' for root itself), or fails.
become_root() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=()
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=(sudo)
    else
        fail "$1 needs root: run the same command as root, or as a user whom sudo lets in."
    fi
}

# kernel_has_ipvs: does the running kernel have IPVS, loading the module if that is what it takes?
kernel_has_ipvs() {
    [ -e /proc/net/ip_vs ] && return 0
    if [ "$(id -u)" -eq 0 ]; then
        modprobe ip_vs 2>/dev/null && [ -e /proc/net/ip_vs ]
    else
        command -v sudo >/dev/null && sudo -n modprobe ip_vs 2>/dev/null && [ -e /proc/net/ip_vs ]
    fi
}

# lab_kernel_version: the newest kernel in /boot whose modules include IPVS; nothing if there is none.
lab_kernel_version() {
    local image version
    for image in $(ls -1 /boot/vmlinuz-* 2>/dev/null | sort -rV); do
        version=${image#/boot/vmlinuz-}
        if ls /lib/modules/"$version"/kernel/net/netfilter/ipvs/ip_vs.ko* >/dev/null 2>&1; then
            printf '%s\n' "$version"
            return 0
        fi
    done
}

# lab_vng: virtme-ng's launcher, the project's own or the machine's; nothing if there is none that runs.
lab_vng() {
    local candidate
    for candidate in "$lab_directory/venv/bin/vng" "$(command -v vng)"; do
        if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
}
