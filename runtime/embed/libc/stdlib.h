/* stdlib.h — for WebAssembly: Bison's code includes it and calls nothing of it. */
#pragma once
