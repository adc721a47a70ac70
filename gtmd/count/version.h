/* gtmd/count/version.h - which release this is. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COUNT_VERSION_H
#define GTMD_COUNT_VERSION_H

/* "1.2.3", as the build says with -DGTM_VERSION. */
extern const char version_text[];

#endif
