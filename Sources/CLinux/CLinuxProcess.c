#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>

_Static_assert(sizeof(struct signalfd_siginfo) == CLINUX_SIGNAL_RECORD_SIZE, "kernel ABI");
_Static_assert(F_OFD_SETLK == CLINUX_F_OFD_SETLK, "kernel ABI");

int clinux_open_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) {
        if (sigaddset(&set, signals[index]) != 0) return -1;
    }
    if (sigprocmask(SIG_BLOCK, &set, 0) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
