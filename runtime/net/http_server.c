/* http_server.c — see http_server.h.
 *
 * libmicrohttpd bounds the size of a head and how long a connection may be silent, not how long a
 * request may take altogether: a client that sends a byte now and then could hold a connection for
 * ever.  So each connection has a line here that says since when it asks or is answered, and the sweep
 * shuts those down that are late.  A line is freed before its descriptor is closed, under the lock:
 * a sweep never meets the descriptor of somebody else. */
#include "runtime/net/http_server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/core/clock.h"
#include "runtime/net/listen.h"
#include "vm/base/bug.h"

enum {
    THREADS = 2,
    CONNECTIONS_MAX = 512,
    HEAD_BYTES = 16 << 10, /* a connection's memory: its request's head, then its reply's */
    ANSWER_PATIENCE = 10,  /* times that of a request */
};

typedef enum LineState { LINE_FREE, LINE_ASKS, LINE_ANSWERED } LineState;

typedef struct Line {
    LineState state;
    int fd;
    int64_t since_ns;
} Line;

struct HttpServer {
    HttpSettings settings;
    struct MHD_Daemon *daemon;
    int listen_fd;
    uint16_t port;
    bool is_draining;
    pthread_mutex_t mutex; /* guards lines */
    Line lines[CONNECTIONS_MAX];
};

/* ---- lines: who waits since when -------------------------------------------------------------- */

static Line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void line_set(HttpServer *s, Line *line, LineState state)
{
    if (!line) return;
    pthread_mutex_lock(&s->mutex);
    line->state = state;
    line->since_ns = clock_mono_ns();
    pthread_mutex_unlock(&s->mutex);
}

static Line *line_take(HttpServer *s, int fd)
{
    Line *found = NULL;

    pthread_mutex_lock(&s->mutex);
    for (size_t i = 0; i < CONNECTIONS_MAX && !found; i++)
        if (s->lines[i].state == LINE_FREE) found = &s->lines[i];
    if (found) *found = (Line){LINE_ASKS, fd, clock_mono_ns()};
    pthread_mutex_unlock(&s->mutex);
    return found;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **line,
                          enum MHD_ConnectionNotificationCode what)
{
    const union MHD_ConnectionInfo *info;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        line_set(ctx, *line, LINE_FREE);
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info) return;
    *line = line_take(ctx, info->connect_fd);
    if (!*line) shutdown(info->connect_fd, SHUT_RDWR); /* more than the limit says there can be */
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode why)
{
    (void)request;
    (void)why;
    line_set(ctx, line_of(connection), LINE_ASKS);
}

static int64_t patience_ns(const HttpServer *s, LineState state)
{
    int64_t times = state == LINE_ANSWERED ? ANSWER_PATIENCE : 1;

    return times * (int64_t)s->settings.patience_s * 1000000000;
}

void http_server_sweep(HttpServer *s)
{
    int64_t now = clock_mono_ns();

    pthread_mutex_lock(&s->mutex);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const Line *line = &s->lines[i];

        if (line->state != LINE_FREE && now - line->since_ns > patience_ns(s, line->state))
            shutdown(line->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&s->mutex);
}

/* ---- requests and replies --------------------------------------------------------------------- */

void http_reply_header(HttpReply *reply, const char *name, const char *value)
{
    BUG_IF(reply->header_count == HTTP_REPLY_HEADERS);
    reply->headers[reply->header_count++] = (HttpHeader){name, value};
}

static const struct {
    const char *name;
    size_t field; /* of HttpRequest */
} wanted[] = {
    {"Host", offsetof(HttpRequest, host)},
    {"Accept-Encoding", offsetof(HttpRequest, accept_encoding)},
    {"If-None-Match", offsetof(HttpRequest, if_none_match)},
    {"Content-Length", offsetof(HttpRequest, content_length)},
    {"Transfer-Encoding", offsetof(HttpRequest, transfer_encoding)},
};

static bool same_name(const char *a, size_t len, const char *b)
{
    if (strlen(b) != len) return false;
    for (size_t i = 0; i < len; i++)
        if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
    return true;
}

static enum MHD_Result on_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    HttpRequest *request = ctx;

    (void)kind;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        Span *field = (Span *)(void *)((char *)request + wanted[i].field);

        if (!same_name(name, name_len, wanted[i].name)) continue;
        if (field->ptr) request->is_ambiguous = true;
        *field = span_of(value ? value : "", value ? value_len : 0);
    }
    return MHD_YES;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, const HttpReply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.len, (void *)(uintptr_t)reply->body.ptr, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result done = response ? MHD_YES : MHD_NO;

    for (size_t i = 0; done == MHD_YES && i < reply->header_count; i++)
        done = MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    if (done == MHD_YES) done = MHD_queue_response(connection, reply->status, response);
    if (response) MHD_destroy_response(response);
    return done;
}

/* Called when the head is there, and once more when nothing follows it.  An answer at the first call
 * ends the connection, so that a body is neither read nor taken for a next request. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **state)
{
    HttpServer *s = ctx;
    HttpRequest request = {.method = span_str(method), .path = span_str(url)};
    HttpReply reply = {0};

    (void)version;
    (void)upload;
    (void)upload_len;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &request);
    if (!*state && !request.content_length.ptr && !request.transfer_encoding.ptr) {
        *state = s;
        return MHD_YES;
    }
    line_set(s, line_of(connection), LINE_ANSWERED);
    s->settings.answer(s->settings.ctx, &request, &reply);
    return send_reply(connection, &reply);
}

/* Addresses stay as they were sent. */
static size_t unescape_nothing(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

/* ---- start and stop --------------------------------------------------------------------------- */

static struct MHD_Daemon *daemon_start(HttpServer *s)
{
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, s->listen_fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, THREADS, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_BYTES, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)s->settings.patience_s, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)unescape_nothing, NULL},
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, s->port, NULL, NULL,
                            on_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

Status http_server_start(HttpServer **ret_server, const HttpSettings *settings, Err *err)
{
    HttpServer *s = calloc(1, sizeof *s);
    Status st;

    if (!s) return err_set(err, ST_NO_MEMORY, "no memory for a server");
    s->settings = *settings;
    s->listen_fd = -1;
    pthread_mutex_init(&s->mutex, NULL);
    st = listen_open(settings->address, settings->port, &s->listen_fd, &s->port, err);
    if (st != ST_OK) goto fail;
    s->daemon = daemon_start(s);
    if (!s->daemon) {
        st = err_set(err, ST_NO_MEMORY, "no threads for a server");
        goto fail;
    }
    *ret_server = s;
    return ST_OK;
fail:
    http_server_free(s);
    return st;
}

uint16_t http_server_port(const HttpServer *s)
{
    return s->port;
}

unsigned http_server_drain(HttpServer *s)
{
    unsigned busy = 0;

    if (!s->is_draining) MHD_quiesce_daemon(s->daemon);
    s->is_draining = true;
    pthread_mutex_lock(&s->mutex);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        busy += s->lines[i].state == LINE_ANSWERED;
        if (s->lines[i].state == LINE_ASKS) shutdown(s->lines[i].fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&s->mutex);
    return busy;
}

void http_server_free(HttpServer *s)
{
    if (!s) return;
    if (s->daemon) {
        http_server_drain(s);
        MHD_stop_daemon(s->daemon);
    }
    if (s->listen_fd >= 0) close(s->listen_fd); /* a quiesced daemon leaves it to us */
    pthread_mutex_destroy(&s->mutex);
    free(s);
}
