/* field.h — what the back of the compiler adds to vm/fields.h: the space a field is read from. */
#pragma once

#include <stdbool.h>

#include "vm/fields.h"
#include "vm/format.h"

InputSpace field_space(uint8_t field);
/* Differs by wallet. */
bool field_is_wallet(uint32_t field);
