#define _GNU_SOURCE
#include "CLinuxSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

// The child borrows the parent's memory until it runs the program, so it calls nothing but system calls and takes
// its own stack. Not less than what execve and the C library's wrappers need.
enum { STACK_SIZE = 64 * 1024 };

struct child_context {
    const struct clinux_spawn_request *request;
    volatile int error;
    volatile enum clinux_spawn_step step;
};

// The C library's setuid and friends change every thread of the process; this child shares memory, not credentials,
// with them, so the kernel is asked directly.
static int change_identity(const struct clinux_spawn_request *request) {
#ifdef SYS_setgroups32
    if (syscall(SYS_setgroups32, request->group_count, request->groups) != 0) return -1;
    if (syscall(SYS_setresgid32, request->group, request->group, request->group) != 0) return -1;
    return syscall(SYS_setresuid32, request->user, request->user, request->user);
#else
    if (syscall(SYS_setgroups, request->group_count, request->groups) != 0) return -1;
    if (syscall(SYS_setresgid, request->group, request->group, request->group) != 0) return -1;
    return syscall(SYS_setresuid, request->user, request->user, request->user);
#endif
}

static int replace_descriptors(int output) {
    int null = open("/dev/null", O_RDWR);
    if (null < 0) return -1;
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (dup2(descriptor > 0 && output > 2 ? output : null, descriptor) < 0) return -1;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3, ~0U, 0) == 0) return 0;
#endif
    // Kernels before 5.9: what is above stays open only if it lacks O_CLOEXEC, which ours all have.
    for (int descriptor = 3; descriptor < 1024; descriptor++) close(descriptor);
    return 0;
}

static void failed(struct child_context *context, enum clinux_spawn_step step) {
    context->step = step;
    context->error = errno != 0 ? errno : EINVAL;
    _exit(127);
}

__attribute__((no_sanitize("thread", "address")))
static int child(void *argument) {
    struct child_context *context = argument;
    const struct clinux_spawn_request *request = context->request;

    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < _NSIG; signal++) sigaction(signal, &standard, NULL);

    if (setpgid(0, 0) != 0) failed(context, CLINUX_SPAWN_PROCESS_GROUP);
    if (request->changes_identity && change_identity(request) != 0) failed(context, CLINUX_SPAWN_IDENTITY);
    if (replace_descriptors(request->output) != 0) failed(context, CLINUX_SPAWN_STANDARD_STREAMS);
    struct rlimit files;
    if (request->open_files != 0 && getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = request->open_files;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    // After the change of identity, which clears it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    execve(request->path, request->arguments, request->environment);
    if (errno == ENOEXEC && request->shell_arguments != NULL)
        execve("/bin/sh", request->shell_arguments, request->environment);
    failed(context, CLINUX_SPAWN_EXECUTE);
    return 127;
}

struct clinux_spawn_result clinux_spawn(const struct clinux_spawn_request *request) {
    struct clinux_spawn_result result = {.process = -1, .pidfd = -1, .error = 0, .step = CLINUX_SPAWN_CLONE};
    struct child_context context = {.request = request, .error = 0, .step = CLINUX_SPAWN_CLONE};

    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        result.error = errno;
        return result;
    }

    // No handler of ours may run in the child while it uses this process's memory.
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &previous);
    int pidfd = -1;
    int process =
        clone(child, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &context, &pidfd);
    int clone_error = errno;
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    munmap(stack, STACK_SIZE);

    if (process < 0) {
        result.error = clone_error;
    } else if (context.error != 0) {
        while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
        close(pidfd);
        result.error = context.error;
        result.step = context.step;
    } else {
        result.process = process;
        result.pidfd = pidfd;
    }
    return result;
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
