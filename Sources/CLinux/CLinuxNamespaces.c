#define _GNU_SOURCE
#include "CLinuxNamespaces.h"

#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>

int martlet_new_network_namespace(void) { return unshare(CLONE_NEWNET); }

int martlet_enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int clinux_separate_mounts(void) {
    if (unshare(CLONE_NEWNS) != 0) return -1;
    return mount("", "/", "none", MS_SLAVE | MS_REC, NULL);
}

int clinux_mount_own_sys(void) {
    // Below it stand others, such as that of control groups; they go with it.
    umount2("/sys", MNT_DETACH);
    return mount("sysfs", "/sys", "sysfs", 0, NULL);
}

int clinux_bind_mount(const char *file, const char *place) { return mount(file, place, "none", MS_BIND, NULL); }
