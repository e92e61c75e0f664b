/* test_listen.c — addresses that can be listened on, and what is said of the others. */
#include "runtime/net/listen.h"

#include <unistd.h>

#include "tests/harness/test.h"

static const struct {
    const char *address;
    bool is_local;
    Status status;
} cases[] = {
    {"127.0.0.1", true, ST_OK},         {"127.1.2.3", true, ST_OK},
    {"0.0.0.0", false, ST_OK},          {"192.0.2.1", false, ST_NOT_FOUND},
    {"128.0.0.1", false, ST_NOT_FOUND}, {"", false, ST_BAD_INPUT},
    {"localhost", false, ST_BAD_INPUT}, {"127.0.0.1 ", false, ST_BAD_INPUT},
    {"127.0.0", false, ST_BAD_INPUT},   {"127.0.0.1:80", false, ST_BAD_INPUT},
    {"::1::", false, ST_BAD_INPUT},
};

static void test_addresses(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Err err = ERR_NONE;
        uint16_t port = 0;
        int fd = -1;

        test_case(cases[i].address);
        CHECK_INT(listen_is_local(cases[i].address), cases[i].is_local);
        CHECK_INT(listen_open(cases[i].address, 0, &fd, &port, &err), cases[i].status);
        CHECK_INT(fd >= 0 && port > 0, cases[i].status == ST_OK);
        CHECK_INT(err.text[0] == 0, cases[i].status == ST_OK);
        if (fd >= 0) close(fd);
    }
    CHECK(listen_is_local("::1") && !listen_is_local("::"));
}

static void test_taken(void)
{
    Err err = ERR_NONE;
    uint16_t port = 0, other = 0;
    int fd = -1, second = -1;

    CHECK_INT(listen_open("127.0.0.1", 0, &fd, &port, &err), ST_OK);
    CHECK_INT(listen_open("127.0.0.1", port, &second, &other, &err), ST_BUSY);
    CHECK(second == -1 && other == 0);
    close(fd);
    CHECK_INT(listen_open("127.0.0.1", port, &second, &other, &err), ST_OK);
    CHECK_INT(other, port);
    close(second);
}

int main(void)
{
    TEST_RUN(test_addresses);
    TEST_RUN(test_taken);
    return test_end();
}
