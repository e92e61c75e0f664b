/* tape_file.c — see tape_file.h. */
#include "runtime/history/tape_file.h"

#include "vm/base/hash.h"

/* magic 8 · sum of the rest 4 · major 2 · minor 2 · source 8 · stream, NUL behind it */
enum { AT_SUM = 8, AT_MAJOR = 12, AT_MINOR = 14, AT_SOURCE = 16, AT_STREAM = 24 };
static const char magic[8] = {'O', 'D', 'X', 'T', 'A', 'P', 'E', '\n'};

bool tape_is(Span first_bytes)
{
    return span_starts(first_bytes, span_of(magic, sizeof magic));
}

void tape_file_head_write(const TapeInfo *info, uint8_t ret_head[TAPE_FILE_HEAD])
{
    uint16_t version[2] = {TAPE_MAJOR, TAPE_MINOR};
    size_t len = info->stream.len < TAPE_STREAM_MAX ? info->stream.len : TAPE_STREAM_MAX;
    uint32_t sum;

    memset(ret_head, 0, TAPE_FILE_HEAD);
    memcpy(ret_head, magic, sizeof magic);
    memcpy(ret_head + AT_MAJOR, version, sizeof version);
    memcpy(ret_head + AT_SOURCE, &info->source, sizeof info->source);
    if (len) memcpy(ret_head + AT_STREAM, info->stream.ptr, len);
    sum = crc32c(0, ret_head + AT_MAJOR, TAPE_FILE_HEAD - AT_MAJOR);
    memcpy(ret_head + AT_SUM, &sum, sizeof sum);
}

TapeFileKind tape_file_head_read(const uint8_t head[TAPE_FILE_HEAD], TapeInfo *ret_info)
{
    const char *stream = (const char *)head + AT_STREAM, *end;
    uint16_t major;
    uint32_t sum;

    *ret_info = (TapeInfo){.stream = {"", 0}};
    memcpy(&sum, head + AT_SUM, sizeof sum);
    memcpy(&major, head + AT_MAJOR, sizeof major);
    if (!tape_is(span_of((const char *)head, TAPE_FILE_HEAD)) ||
        sum != crc32c(0, head + AT_MAJOR, TAPE_FILE_HEAD - AT_MAJOR))
        return TAPE_FILE_DAMAGED;
    if (major != TAPE_MAJOR) return TAPE_FILE_NEWER;
    end = memchr(stream, 0, TAPE_STREAM_MAX);
    ret_info->stream = span_of(stream, end ? (size_t)(end - stream) : TAPE_STREAM_MAX);
    memcpy(&ret_info->source, head + AT_SOURCE, sizeof ret_info->source);
    return TAPE_FILE_FINE;
}
