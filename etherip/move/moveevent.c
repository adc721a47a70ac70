/* etherip/move/moveevent.c - see moveevent.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/moveevent.h"

#include <stddef.h>

const char *const moveevent_whats[] = { "moved", "frozen", "thawed", "damped",
    "released", NULL };
const char *const moveevent_hows[] = { "seen", "found", "told", "time", NULL };
