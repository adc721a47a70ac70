/* core/base/version.h - which release this is. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_VERSION_H
#define CORE_BASE_VERSION_H

/* "1.2.3", as the build says with -DGTM_VERSION. */
extern const char version_text[];

#endif
