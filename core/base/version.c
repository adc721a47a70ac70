/* core/base/version.c - see version.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/base/version.h"

#ifndef GTM_VERSION
#define GTM_VERSION	"unreleased"
#endif

const char version_text[] = GTM_VERSION;
