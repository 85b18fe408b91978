// Readiness of descriptors: epoll and eventfd, which Glibc's module leaves out.
#ifndef MARTLET_CLINUX_EVENTS_H
#define MARTLET_CLINUX_EVENTS_H

#include <sys/epoll.h>    // epoll_create1, epoll_ctl, epoll_wait, EPOLL*
#include <sys/eventfd.h>  // eventfd, EFD_*

#endif
