/* etherip/control/netverify.h - is this configuration good? Without starting anything.
 * Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETVERIFY_H
#define ETHERIP_CONTROL_NETVERIFY_H

#include <stdbool.h>

struct diag;

/*
 * netverify_config - read and check the file.
 *
 * No state directory, lock, socket or thread is touched, and the kernel is asked nothing: a
 * running etheripd with the same file is not disturbed. All findings go to out; ret 0, or the
 * code of the first error.
 */
int netverify_config(const char *path, bool lenient, struct diag *out);

#endif
