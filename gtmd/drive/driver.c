/* gtmd/drive/driver.c - see driver.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/driver.h"

const char *
driver_action_name(enum driver_action a)
{
	static const char *const names[] = {
		[DRIVER_CHECK] = "check", [DRIVER_STORAGE] = "storage",
		[DRIVER_MEMORY] = "memory", [DRIVER_VERIFY] = "verify",
		[DRIVER_CANCEL] = "cancel", [DRIVER_FINISH] = "finish"
	};

	return names[a];
}
