/* listen.c — see listen.h. */
#define _GNU_SOURCE /* SOCK_CLOEXEC, strerrordesc_np */
#include "runtime/net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

typedef union Address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} Address;

static socklen_t address_size(const Address *a)
{
    return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

static bool address_read(const char *text, uint16_t port, Address *ret)
{
    Address a = {0};

    if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1) {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons(port);
    } else {
        return false;
    }
    *ret = a;
    return true;
}

bool listen_is_local(const char *address)
{
    Address a;

    if (!address_read(address, 0, &a)) return false;
    if (a.any.sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
    return ntohl(a.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static Status refuse(const char *address, uint16_t port, int code, Err *err)
{
    switch (code) {
    case EADDRINUSE:
        return err_set(err, ST_BUSY,
                       "port %u of %s is in use by another program; `--port 0` takes one that is "
                       "free",
                       (unsigned)port, address);
    case EACCES:
        return err_set(err, ST_REFUSED, "port %u of %s is not for this user; try one above 1023",
                       (unsigned)port, address);
    case EADDRNOTAVAIL:
        return err_set(err, ST_NOT_FOUND, "%s: this machine has no such address", address);
    default:
        return err_set(err, ST_IO, "port %u of %s: %s", (unsigned)port, address,
                       strerrordesc_np(code));
    }
}

/* 0 or an errno; after a restart the port of the process before is free at once. */
static int bind_and_listen(int fd, const Address *a)
{
    int yes = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0) return errno;
    if (a->any.sa_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) != 0)
        return errno;
    if (bind(fd, &a->any, address_size(a)) != 0) return errno;
    return listen(fd, BACKLOG) != 0 ? errno : 0;
}

static uint16_t port_of(int fd)
{
    Address a = {0};
    socklen_t size = sizeof a;

    if (getsockname(fd, &a.any, &size) != 0) return 0;
    return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

Status listen_open(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, Err *err)
{
    Address a;
    int fd, code;

    if (!address_read(address, port, &a))
        return err_set(err, ST_BAD_INPUT, "`%s` is no address; write 127.0.0.1 or ::1", address);
    fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return refuse(address, port, errno, err);
    code = bind_and_listen(fd, &a);
    if (code) {
        close(fd);
        return refuse(address, port, code, err);
    }
    *ret_fd = fd;
    *ret_port = port_of(fd);
    return ST_OK;
}
