/* gtmd/control/verify.h - is this configuration good? Without starting anything.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_VERIFY_H
#define GTMD_CONTROL_VERIFY_H

#include <stdbool.h>

struct diag;

/*
 * verify_config - read and check the file, and the zone files, databases and
 * certificates it names.
 *
 * No state directory, lock, socket or thread is touched: a running gtmd with
 * the same files is not disturbed. All findings go to out; ret 0, or the code
 * of the first error.
 */
int verify_config(const char *path, bool lenient, struct diag *out);

#endif
