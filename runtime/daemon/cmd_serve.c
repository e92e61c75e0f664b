/* cmd_serve.c — oddexd serve: the built application on a port of this machine.
 *
 * Reads everything, then listens, then says where; ends when told to, letting answers finish.
 * Promise: the address is printed only when it answers, and nothing about requests is written anywhere. */
#include <stdlib.h>

#include "runtime/api/api.h"
#include "runtime/core/clock.h"
#include "runtime/core/signals.h"
#include "runtime/daemon/daemon.h"
#include "runtime/daemon/web_root.h"
#include "runtime/net/listen.h"
#include "vm/base/fixed.h"

enum { SWEEP_MS = 1000, DRAIN_MS = 20, GRACE_MS = 5000, PATIENCE_S = 20, PATIENCE_MAX_S = 3600 };

static const StaticLimits limits = {4096, (size_t)64 << 20, (size_t)256 << 20};

/* A whole number, told by option, by the environment, or not at all. */
static bool read_number(Daemon *d, const char *name, const char *text, int64_t least, int64_t most,
                        int64_t *ret_number)
{
    int64_t n;

    if (!text) return true;
    if (!fx_parse(span_str(text), 0, FX_DOWN, &n) || n < least || n > most ||
        span_find_char(span_str(text), '.') != SPAN_NONE_AT) {
        daemon_fail(d, "`%s %s`: write a whole number from %lld to %lld", name, text, least, most);
        return false;
    }
    *ret_number = n;
    return true;
}

static const char *told(Daemon *d, OptionId option, const char *variable)
{
    const char *from_outside = getenv(variable);

    return args_get(&d->args, option, from_outside && from_outside[0] ? from_outside : NULL);
}

static bool read_settings(Daemon *d, HttpSettings *ret)
{
    int64_t port = 8080, patience = PATIENCE_S;
    const char *address = told(d, OPT_BIND, "ODDEX_HTTP_BIND");

    if (!read_number(d, "--port", told(d, OPT_PORT, "ODDEX_HTTP_PORT"), 0, 65535, &port) ||
        !read_number(d, "--patience", args_get(&d->args, OPT_PATIENCE, NULL), 1, PATIENCE_MAX_S,
                     &patience))
        return false;
    *ret = (HttpSettings){.address = address ? address : "127.0.0.1",
                          .port = (uint16_t)port,
                          .patience_s = (unsigned)patience,
                          .answer = api_answer};
    return true;
}

static bool load(Daemon *d, Api *api)
{
    const char *root = args_get(&d->args, OPT_ROOT, NULL);
    Err err = ERR_NONE;

    if (!root) root = web_root_find(d->arena);
    if (!root)
        daemon_fail(d, "no built application beside this program: `./dev web` builds it, `--root "
                       "DIR` names one");
    else if (static_files_load(&api->files, root, &limits, d->arena, &err) != ST_OK)
        daemon_fail(d, "%s", err.text);
    else
        return true;
    return false;
}

static bool announce(Daemon *d, const Api *api, const HttpSettings *settings, uint16_t port)
{
    bool is_v6 = span_find_char(span_str(settings->address), ':') != SPAN_NONE_AT;

    daemon_say(d, "%zu files, %zu KB, are in memory; Ctrl-C stops", map_count(&api->files.by_path),
               (api->files.bytes + 1023) / 1024);
    return daemon_print(d, "http://%s%s%s:%u/", is_v6 ? "[" : "", settings->address,
                        is_v6 ? "]" : "", (unsigned)port);
}

/* A second word to stop, or the end of patience, cuts off what is still going on. */
static void stop(HttpServer *server)
{
    int64_t until = clock_mono_ns() + (int64_t)GRACE_MS * 1000000;

    while (http_server_drain(server) && clock_mono_ns() < until && !signals_wait(DRAIN_MS))
        ;
}

int cmd_serve(Daemon *d)
{
    Api api = {.names = d->args.values[OPT_NAME], .name_count = d->args.counts[OPT_NAME]};
    HttpSettings settings;
    HttpServer *server = NULL;
    Err err = ERR_NONE;
    int code = EXIT_USE;

    signals_hold(); /* before there are threads */
    if (!read_settings(d, &settings) || !load(d, &api)) return EXIT_USE;
    settings.ctx = &api;
    api.asks_for_name = api.name_count || listen_is_local(settings.address);
    if (http_server_start(&server, &settings, &err) != ST_OK) return daemon_fail(d, "%s", err.text);
    if (announce(d, &api, &settings, http_server_port(server))) {
        while (!signals_wait(SWEEP_MS))
            http_server_sweep(server);
        stop(server);
        code = EXIT_CLEAN;
    }
    http_server_free(server);
    return code;
}
