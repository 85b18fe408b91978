// Namespaces of the calling thread, by calls that Swift's Glibc module does not have.
#ifndef MARTLET_CLINUX_NAMESPACES_H
#define MARTLET_CLINUX_NAMESPACES_H

// All return 0, or -1 with errno set.

// Puts the calling thread, and threads and children that it starts later, into a network namespace of its own.
int martlet_new_network_namespace(void);

// Puts the calling thread into the network namespace behind an open descriptor of /proc/PID/ns/net.
int martlet_enter_network_namespace(int descriptor);

// Gives the process mounts of its own: what it mounts from here on is seen by it and its children only.
int clinux_separate_mounts(void);

// Has /sys show the network namespace of the calling thread.
int clinux_mount_own_sys(void);

// Puts a file in the place of another.
int clinux_bind_mount(const char *file, const char *place);

#endif
