/* assert.h — for WebAssembly: static_assert, which is all that pure rooms take from it. */
#pragma once

#define static_assert _Static_assert
