// Starting a child process the way posix_spawn does, with what posix_spawn lacks: another user, a process group,
// a death signal, closed descriptors, a pidfd.
#ifndef MARTLET_CLINUX_SPAWN_H
#define MARTLET_CLINUX_SPAWN_H

#include <stddef.h>     // size_t
#include <sys/types.h>  // uid_t, gid_t, pid_t

// What the child's last step before the program was when it could not be started.
enum clinux_spawn_step {
    CLINUX_SPAWN_CLONE = 1,
    CLINUX_SPAWN_PROCESS_GROUP,
    CLINUX_SPAWN_IDENTITY,
    CLINUX_SPAWN_STANDARD_STREAMS,
    CLINUX_SPAWN_EXECUTE,
};

struct clinux_spawn_request {
    const char *path;
    char *const *arguments;
    // Arguments for /bin/sh when the kernel does not know the file's format (ENOEXEC), or NULL.
    char *const *shell_arguments;
    char *const *environment;
    int changes_identity;
    uid_t user;
    gid_t group;
    const gid_t *groups;
    size_t group_count;
    // Soft limit of open descriptors that the child gets; 0 leaves the inherited one.
    unsigned long open_files;
    // What standard output and standard error are; 2 and below leaves them on /dev/null.
    int output;
};

struct clinux_spawn_result {
    pid_t process;
    int pidfd;
    // 0, or the errno of the step that failed; then nothing runs and nothing is left to wait for.
    int error;
    enum clinux_spawn_step step;
};

// Starts the program in its own process group with standard input on /dev/null, no other descriptor, default
// signals, an empty mask, and SIGTERM at the death of the calling thread. Returns when the program runs or has failed.
struct clinux_spawn_result clinux_spawn(const struct clinux_spawn_request *request);

// A pipe whose ends no child inherits: 0 and the reading end first, or -1 with errno set.
int clinux_pipe(int ends[2]);

// Names the calling thread, at most 15 bytes; what is longer is cut.
void clinux_name_thread(const char *name);

#endif
