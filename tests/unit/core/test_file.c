/* test_file.c — reading and replacing whole files: contents, limits, and what goes wrong. */
#include "runtime/core/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/folder.h"
#include "runtime/core/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "tests/unit/history/dying.h"

static Arena arena;

static Span read_back(const char *path)
{
    Span s = {NULL, 0};

    CHECK_INT(file_read(&arena, path, 1 << 20, &s, NULL), ST_OK);
    return s;
}

static void reads(void)
{
    static const struct {
        const char *text;
        size_t max;
        Status want;
    } cases[] = {
        {"", 0, ST_OK},        {"x", 0, ST_LIMIT},  {"abc", 3, ST_OK},
        {"abcd", 3, ST_LIMIT}, {"a\nb", 99, ST_OK},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = scratch_file("read", cases[i].text);
        Span s = {NULL, 0};

        test_case(cases[i].text);
        CHECK_INT(file_read(&arena, path, cases[i].max, &s, NULL), cases[i].want);
        if (cases[i].want != ST_OK) continue;
        CHECK(span_eq_str(s, cases[i].text));
        CHECK(s.ptr && s.ptr[s.len] == '\0');
    }
}

static void reads_with_reason(void)
{
    const struct {
        const char *path, *reason;
        Status want;
    } cases[] = {
        {scratch_path("nowhere"), "No such file or directory", ST_NOT_FOUND},
        {scratch_folder("folder"), "Is a directory", ST_IO},
        {"/proc/self/mem", "Input/output error", ST_IO},
        {scratch_path("plain/below"), "Not a directory", ST_IO},
    };

    scratch_file("plain", "x");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Span s = {"kept", 4};
        Err err = ERR_NONE;

        test_case(cases[i].path);
        CHECK_INT(file_read(&arena, cases[i].path, 99, &s, &err), cases[i].want);
        CHECK(strstr(err.text, cases[i].reason) != NULL);
        CHECK(strstr(err.text, cases[i].path) == err.text);
        CHECK(span_eq_str(s, "kept"));
    }
}

static void endless_input_stops_at_the_limit(void)
{
    Span s;

    CHECK_INT(file_read(&arena, "/dev/zero", 1 << 20, &s, NULL), ST_LIMIT);
}

static void replaces(void)
{
    const char *path = scratch_path("new"), *link = scratch_path("link");
    struct stat st;

    CHECK_INT(file_replace(path, SPAN("one"), NULL), ST_OK);
    CHECK(span_eq_str(read_back(path), "one"));
    CHECK(chmod(path, 0640) == 0 && symlink(path, link) == 0);
    CHECK_INT(file_replace(link, SPAN("two"), NULL), ST_OK);
    CHECK(span_eq_str(read_back(path), "two"));
    CHECK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
}

static void full_disk_is_said(void)
{
    Err err = ERR_NONE;

    CHECK_INT(file_replace("/dev/full", SPAN("x"), &err), ST_IO);
    CHECK_STR(err.text, "/dev/full: No space left on device");
    CHECK_INT(file_replace("/no/such/folder/file", SPAN("x"), &err), ST_NOT_FOUND);
}

static size_t files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    if (!CHECK(dir != NULL)) return 0;
    for (struct dirent *e; (e = readdir(dir));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return count;
}

/* A size limit of the process stands in for a disk that fills up half-way. */
static void half_a_write_changes_nothing(void)
{
    const char *folder = scratch_folder("half");
    char *big = arena_array(&arena, char, 100000);
    struct rlimit old, small;
    const char *path;

    path = scratch_file("half/file", "before");
    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
    small = old;
    small.rlim_cur = 50000;
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_INT(file_replace(path, span_of(big, 100000), NULL), ST_IO);
    CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(span_eq_str(read_back(path), "before"));
    CHECK_INT(files_in(folder), 1);
}

static bool replaces_and_dies(const char *path, uint32_t step)
{
    pid_t child = fork();
    int end;

    if (child == 0) {
        dying_at(step);
        _exit(file_replace(path, SPAN("something longer"), NULL) == ST_OK ? 0 : 1);
    }
    end = dying_end(child);
    CHECK(end <= 0);
    return end < 0;
}

/* Killed at each step: the old bytes or the new ones, and the next writer leaves nothing but the file. */
static void killed_writers_leave_nothing(void)
{
    const char *folder = scratch_folder("killed"), *path = scratch_path("killed/file");
    uint32_t step;

    CHECK_INT(file_replace(path, SPAN("before"), NULL), ST_OK);
    for (step = 1; replaces_and_dies(path, step); step++) {
        CHECK(span_eq_str(read_back(path), "before"));
        CHECK_INT(files_in(folder), 2);
        CHECK_INT(file_replace(path, SPAN("x"), NULL), ST_OK);
        CHECK(span_eq_str(read_back(path), "x"));
        CHECK_INT(files_in(folder), 1);
        CHECK_INT(file_replace(path, SPAN("before"), NULL), ST_OK);
    }
    CHECK(step == 5); /* cut, write, sync, rename */
    CHECK(span_eq_str(read_back(path), "something longer"));
    CHECK_INT(files_in(folder), 1);
}

/* Each of them whole, whoever is last. */
static void several_writers_at_once(void)
{
    enum { WRITERS = 4, EACH = 60, SIZE = 50000 };
    const char *folder = scratch_folder("several"), *path = scratch_path("several/file");
    char *bytes = arena_array(&arena, char, SIZE);
    Span last;

    for (int w = 0; w < WRITERS; w++) {
        if (fork() != 0) continue;
        memset(bytes, 'a' + w, SIZE);
        for (int i = 0; i < EACH; i++)
            if (file_replace(path, span_of(bytes, SIZE), NULL) != ST_OK) _exit(1);
        _exit(0);
    }
    for (int w = 0; w < WRITERS; w++) {
        int status = 1;

        CHECK(wait(&status) > 0 && status == 0);
    }
    last = read_back(path);
    memset(bytes, last.ptr[0], SIZE);
    CHECK(last.len == SIZE && memcmp(last.ptr, bytes, SIZE) == 0);
    CHECK_INT(files_in(folder), 1);
}

/* Not over what somebody else may have laid there. */
static void neighbour_that_is_no_file_of_ours(void)
{
    const char *other = scratch_file("other", "kept"), *path = scratch_path("ours");
    Err err = ERR_NONE;

    CHECK(link(other, scratch_path(".ours.odx0")) == 0);
    CHECK_INT(file_replace(path, SPAN("new"), &err), ST_IO);
    CHECK(strstr(err.text, "File exists") != NULL && !file_exists(path));
    CHECK(unlink(scratch_path(".ours.odx0")) == 0);
    CHECK(symlink(other, scratch_path(".ours.odx0")) == 0);
    CHECK_INT(file_replace(path, SPAN("new"), NULL), ST_IO);
    CHECK(span_eq_str(read_back(other), "kept") && !file_exists(path));
    CHECK_INT(file_replace("-", SPAN("new"), &err), ST_BAD_INPUT);
    CHECK_STR(err.text, "-: name a file (one that is called so is ./-)");
}

static void dropped_files_leave_what_was(void)
{
    const char *folder = scratch_folder("dropped"), *path = scratch_file("dropped/file", "before");
    FileNew one, two;

    CHECK_INT(file_new_open(&one, path, NULL), ST_OK);
    CHECK_INT(file_new_open(&two, path, NULL), ST_OK);
    CHECK(write(one.fd, "one", 3) == 3 && write(two.fd, "two", 3) == 3);
    file_new_drop(&one);
    CHECK(span_eq_str(read_back(path), "before"));
    CHECK_INT(file_new_keep(&two, NULL), ST_OK);
    CHECK(span_eq_str(read_back(path), "two"));
    CHECK_INT(files_in(folder), 1);
}

static void no_memory_is_said(void)
{
    Arena tiny;
    Span s;
    char text[4000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CHECK(arena_init(&tiny, memory_source(), 1000));
    CHECK_INT(file_read(&tiny, scratch_file("large", text), 1 << 20, &s, NULL), ST_NO_MEMORY);
    arena_fini(&tiny);
}

static void questions(void)
{
    CHECK(file_exists("/dev/null") && !file_exists(scratch_path("nothing")));
    CHECK(file_is_folder("/") && !file_is_folder("/dev/null"));
}

/* Names, and whether they lead to one file; "have" is there, "link" and "hard" lead to it. */
static void same_file(void)
{
    static const struct {
        const char *a, *b;
        bool want;
    } cases[] = {
        {"same/have", "same/have", true},
        {"same/have", "same/./have", true},
        {"same/have", "same/in/../have", true},
        {"same/have", "same/link", true},
        {"same/have", "same/hard", true},
        {"same/have", "same/other", false},
        {"same/have", "same/new", false},
        {"same/new", "same/./new", true},
        {"same/new", "same/in/../new", true},
        {"same/new", "same/in/new", false},
        {"same/new", "same/newer", false},
        {"same/dangling", "same/new", true}, /* not made yet */
        {"same/further", "same/in/../new", true},
        {"same/further", "same/dangling", true},
        {"same/dangling", "same/newer", false},
        {"same/loop", "same/loop", false},
        {"same/no/new", "same/no/new", false}, /* cannot be made */
        {"same/in", "same/in", false},         /* a folder */
    };
    const char *have;

    scratch_folder("same");
    scratch_folder("same/in");
    scratch_file("same/other", "x");
    have = scratch_file("same/have", "x");
    CHECK(symlink(have, scratch_path("same/link")) == 0);
    CHECK(link(have, scratch_path("same/hard")) == 0);
    CHECK(symlink("new", scratch_path("same/dangling")) == 0);
    CHECK(symlink("in/../dangling", scratch_path("same/further")) == 0);
    CHECK(symlink("loop", scratch_path("same/loop")) == 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *a = scratch_path(cases[i].a), *b = scratch_path(cases[i].b);

        test_case(cases[i].b);
        CHECK(file_same(a, b) == cases[i].want && file_same(b, a) == cases[i].want);
    }
    CHECK(!file_same("/dev/null", "/dev/null"));
}

static void links_to_what_is_not_there_yet(void)
{
    const char *folder = scratch_folder("later"), *link = scratch_path("later/link");
    struct stat st;
    FileNew f;
    Err err = ERR_NONE;

    CHECK(symlink("new", link) == 0);
    CHECK_INT(file_replace(link, SPAN("one"), NULL), ST_OK);
    CHECK(span_eq_str(read_back(scratch_path("later/new")), "one"));
    CHECK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    CHECK_INT(file_new_open(&f, scratch_path("later/new"), NULL), ST_OK);
    CHECK(unlink(scratch_path("later/new")) == 0);
    CHECK(symlink("link", scratch_path("later/new")) == 0); /* in between */
    CHECK_INT(file_new_keep(&f, &err), ST_IO);
    CHECK(strstr(err.text, "File exists") != NULL);
    CHECK(lstat(scratch_path("later/new"), &st) == 0 && S_ISLNK(st.st_mode));
    CHECK_INT(files_in(folder), 2);
}

/* Written where they are open, not replaced; what is behind them stays open. */
static void names_of_descriptors(void)
{
    const char *path = scratch_file("open", "before ");
    char name[64], link[64];
    Err err = ERR_NONE;
    int fd = open(path, O_WRONLY | O_APPEND);

    (void)snprintf(name, sizeof name, "/dev/fd/%d", fd);
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    CHECK(file_is_descriptor(name) && file_is_descriptor(link) &&
          file_is_descriptor("/dev/stdout"));
    CHECK(!file_is_descriptor(path) && !file_is_descriptor("/dev/null"));
    CHECK(!file_is_descriptor("/dev/fd/") && !file_is_descriptor("/dev/fd/1x"));
    CHECK_INT(file_can_replace(name, NULL), ST_OK);
    CHECK_INT(file_replace(name, SPAN("one "), NULL), ST_OK);
    CHECK_INT(file_replace(link, SPAN("two "), NULL), ST_OK);
    CHECK(symlink(name, scratch_path("to_open")) == 0);
    CHECK_INT(file_replace(scratch_path("to_open"), SPAN("three"), NULL), ST_OK);
    CHECK(write(fd, ".", 1) == 1);
    CHECK(file_is_open_as(path, fd) && file_is_open_as(name, fd));
    CHECK(!file_is_open_as(scratch_path("nothing"), fd));
    close(fd);
    CHECK(span_eq_str(read_back(path), "before one two three."));
    CHECK_INT(file_replace(name, SPAN("x"), &err), ST_IO);
    CHECK(strstr(err.text, "Bad file descriptor") != NULL);
    fd = open(path, O_RDONLY);
    CHECK_INT(file_can_replace(name, NULL), ST_IO);
    CHECK(!file_is_open_as("/dev/null", fd));
    close(fd);
}

static void places(void)
{
    char place[FILE_PATH_MAX], want[FILE_PATH_MAX];

    scratch_folder("place");
    CHECK(realpath(scratch_folder("place/in"), want) != NULL);
    (void)strcat(want, "/new");
    CHECK(symlink("place/in", scratch_path("to_place")) == 0);
    CHECK(symlink("../to_place/new", scratch_path("place/link")) == 0);
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"place/in/new", "to_place/new", "place/link"};

        test_case(names[i]);
        CHECK(file_place(scratch_path(names[i]), place));
        CHECK_STR(place, want);
    }
    CHECK(!file_place(scratch_path("place/no/new"), place));
    CHECK(file_place("/x", place) && strcmp(place, "/x") == 0);
}

static void updates(void)
{
    const char *have = scratch_file("update", "x"), *folder = scratch_folder("updates");
    const struct {
        const char *path, *reason;
        Status want;
    } cases[] = {
        {have, "", ST_OK},
        {scratch_path("updates/new"), "", ST_OK},
        {"-", "-: name a file", ST_BAD_INPUT},
        {"/dev/null", "/dev/null: is no file", ST_BAD_INPUT},
        {folder, "is no file", ST_BAD_INPUT},
        {"nowhere/new", "nowhere/new: there is no folder nowhere", ST_NOT_FOUND},
        {scratch_path("update/new"), "Not a directory", ST_IO},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = ERR_NONE;

        test_case(cases[i].path);
        CHECK_INT(file_can_update(cases[i].path, &err), cases[i].want);
        CHECK(strstr(err.text, cases[i].reason) != NULL);
    }
    CHECK_INT(files_in(folder), 0);
}

/* The same answer as file_new_open's, and nothing left behind. */
static void asked_before(void)
{
    const char *folder = scratch_folder("asked"), *have = scratch_file("asked/have", "before");
    char longest[252]; /* may be a name, the neighbour's may not */
    const struct {
        const char *path, *reason;
        Status want;
    } cases[] = {
        {have, "", ST_OK},
        {scratch_path("asked/new"), "", ST_OK},
        {"/dev/null", "", ST_OK},
        {"/dev/full", "", ST_OK},
        {"-", "-: name a file (one that is called so is ./-)", ST_BAD_INPUT},
        {folder, "Is a directory", ST_IO},
        {scratch_path("asked/no/new"), "there is no folder ", ST_NOT_FOUND},
        {"nowhere/new", "nowhere/new: there is no folder nowhere", ST_NOT_FOUND},
        {scratch_path("asked/have/new"), "Not a directory", ST_IO},
        {"/proc/new", "/proc/new: cannot make .new.odx0 beside it: No such file", ST_NOT_FOUND},
        {longest, "xxx", ST_IO},
    };

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = ERR_NONE;

        test_case(cases[i].path);
        CHECK_INT(file_can_replace(cases[i].path, &err), cases[i].want);
        CHECK(strstr(err.text, cases[i].reason) != NULL);
    }
    CHECK(span_eq_str(read_back(have), "before"));
    CHECK_INT(files_in(folder), 1);
}

int main(void)
{
    CHECK(arena_init(&arena, memory_source(), (size_t)64 << 20));
    TEST_RUN(killed_writers_leave_nothing); /* first: a small process forks faster */
    TEST_RUN(several_writers_at_once);
    TEST_RUN(neighbour_that_is_no_file_of_ours);
    TEST_RUN(dropped_files_leave_what_was);
    TEST_RUN(same_file);
    TEST_RUN(asked_before);
    TEST_RUN(links_to_what_is_not_there_yet);
    TEST_RUN(names_of_descriptors);
    TEST_RUN(places);
    TEST_RUN(updates);
    TEST_RUN(reads);
    TEST_RUN(reads_with_reason);
    TEST_RUN(endless_input_stops_at_the_limit);
    TEST_RUN(replaces);
    TEST_RUN(full_disk_is_said);
    TEST_RUN(half_a_write_changes_nothing);
    TEST_RUN(no_memory_is_said);
    TEST_RUN(questions);
    arena_fini(&arena);
    return test_end();
}
