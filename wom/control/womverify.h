/* wom/control/womverify.h - is this configuration good? Without starting
 * anything. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMVERIFY_H
#define WOM_CONTROL_WOMVERIFY_H

#include <stdbool.h>

struct diag;

/*
 * womverify_config - read and check the file, and the certificates it names.
 *
 * No state directory, lock, socket or thread is touched: a running womd with
 * the same files is not disturbed. All findings go to out; ret 0, or the code of
 * the first error.
 */
int womverify_config(const char *path, bool lenient, struct diag *out);

#endif
