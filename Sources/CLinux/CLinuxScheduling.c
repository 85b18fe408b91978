#define _GNU_SOURCE
#include "CLinuxScheduling.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

int clinux_set_processors(const uint16_t *processors, size_t count) {
    // Numbers that a file may name go beyond those of a plain set.
    cpu_set_t sets[8];
    CPU_ZERO_S(sizeof sets, sets);
    for (size_t index = 0; index < count; index++) {
        if (processors[index] < sizeof sets * 8) CPU_SET_S(processors[index], sizeof sets, sets);
    }
    return sched_setaffinity(0, sizeof sets, sets);
}

int clinux_set_niceness(int niceness) { return setpriority(PRIO_PROCESS, (id_t)gettid(), niceness); }

int clinux_lock_memory(void) { return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT); }

int clinux_limit_real_time(uint32_t microseconds) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_RTTIME, &limit) != 0) return -1;
    limit.rlim_cur = microseconds;
    return setrlimit(RLIMIT_RTTIME, &limit);
}
