/*
 * Waits until the IPVS table has a number of lines and says when that was.
 *
 * usage: table-waiter LINES SECONDS [falling]
 *
 * LINES counts services and destinations in /proc/net/ip_vs: at least so many, with `falling` at most. Prints
 * CLOCK_MONOTONIC in seconds and exits with 0, or exits with 1 after SECONDS. Looks every 20 ms, or less often where a
 * look takes long, so that it takes a fifth of a processor at most.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static long lines(void)
{
    static char buffer[1 << 18];
    long count = -3; /* the title */
    int file = open("/proc/net/ip_vs", O_RDONLY);
    if (file < 0)
        return -1;
    for (ssize_t length; (length = read(file, buffer, sizeof buffer)) > 0;)
        for (ssize_t index = 0; index < length; index++)
            count += buffer[index] == '\n';
    close(file);
    return count;
}

int main(int argc, char **argv)
{
    int falling = argc == 4 && strcmp(argv[3], "falling") == 0;
    if (argc != 3 && !falling) {
        fprintf(stderr, "usage: table-waiter LINES SECONDS [falling]\n");
        return 2;
    }
    long wanted = atol(argv[1]);
    double end = now() + atof(argv[2]);
    for (;;) {
        double began = now();
        long found = lines();
        double looked = now();
        if (falling ? found >= 0 && found <= wanted : found >= wanted) {
            printf("%.6f\n", looked);
            return 0;
        }
        if (looked > end)
            return 1;
        useconds_t pause = (useconds_t)(4e6 * (looked - began));
        usleep(pause > 20000 ? pause : 20000);
    }
}
