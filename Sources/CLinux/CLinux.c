#define _GNU_SOURCE  // syscall; only here, never in the header: it would change what Glibc's module declares
#include "CLinux.h"

#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

int martlet_keep_descriptors_from_children(void) {
    // 4 is CLOSE_RANGE_CLOEXEC, which older headers lack.
    return (int)syscall(SYS_close_range, 3, ~0U, 4);
}

int martlet_give_memory_back(void) { return malloc_trim(0); }
