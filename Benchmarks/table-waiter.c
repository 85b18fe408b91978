/*
 * Waits until the IPVS table has a number of lines and says when that was.
 *
 * usage: table-waiter LINES SECONDS
 *
 * LINES counts services and destinations in /proc/net/ip_vs. Prints CLOCK_MONOTONIC in seconds and exits with 0, or
 * exits with 1 after SECONDS. Looks every 20 ms.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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
    if (argc != 3) {
        fprintf(stderr, "usage: table-waiter LINES SECONDS\n");
        return 2;
    }
    long wanted = atol(argv[1]);
    double end = now() + atof(argv[2]);
    while (lines() < wanted) {
        if (now() > end)
            return 1;
        usleep(20000);
    }
    printf("%.6f\n", now());
    return 0;
}
