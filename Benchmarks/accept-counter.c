/*
 * The other end of a benchmark's health checks: takes connections on every local address and counts them, or answers
 * requests for pages and counts those.
 *
 * usage: accept-counter PORT FILE [pages]
 *
 * The count is the 64-bit number at the start of FILE, which is mapped, so that reading it costs the other side
 * nothing. It behaves as servers do: a connection is accepted at once and closed when the checker has closed it, so that
 * the checker keeps the TIME_WAIT state. (A server that did not look would have its kernel delay what acknowledges the
 * end, and a checker that waits for that would be slowed down.) With `pages` a request is counted when it is complete,
 * answered with a page of a known length, and the connection closed.
 */
#define _GNU_SOURCE /* accept4, memmem */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256 };

/* Takes in what a checker has sent: a request, or the end. */
static void receive(int connection, int pages, volatile uint64_t *count)
{
    static const char page[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n";
    char request[4096];
    ssize_t length = recv(connection, request, sizeof request, 0);
    if (pages && length > 0 && memmem(request, (size_t)length, "\r\n\r\n", 4)) {
        (*count)++;
        send(connection, page, sizeof page - 1, MSG_NOSIGNAL);
    }
    close(connection);
}

static void serve(int listener, int pages, volatile uint64_t *count)
{
    int ready = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[BATCH], event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(ready, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int found = epoll_wait(ready, events, BATCH, -1);
        for (int index = 0; index < found; index++) {
            if (events[index].data.fd != listener) {
                receive(events[index].data.fd, pages, count);
                continue;
            }
            for (int taken = 0; taken < BATCH; taken++) {
                event.data.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (event.data.fd < 0)
                    break;
                if (!pages)
                    (*count)++;
                epoll_ctl(ready, EPOLL_CTL_ADD, event.data.fd, &event);
            }
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 && !(argc == 4 && strcmp(argv[3], "pages") == 0)) {
        fprintf(stderr, "usage: accept-counter PORT FILE [pages]\n");
        return 2;
    }
    int file = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || ftruncate(file, sizeof(uint64_t)) != 0) {
        perror(argv[2]);
        return 1;
    }
    volatile uint64_t *count = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (count == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 65535) != 0) {
        perror("listen");
        return 1;
    }
    serve(listener, argc == 4, count);
}
