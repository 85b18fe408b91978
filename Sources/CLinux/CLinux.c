#define _GNU_SOURCE  // unshare, setns; only here, never in the header: it would change what Glibc's module declares
#include "CLinux.h"

#include <sched.h>

int martlet_new_network_namespace(void) { return unshare(CLONE_NEWNET); }

int martlet_enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }
