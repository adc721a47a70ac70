/* zones/finding.c - findings with a measure; see finding.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/finding.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"

#define TEXT_MAX	(2 * ERR_TEXT_MAX)	/* two names fit in full */

static bool
may_tell(struct finding *f)
{
	if (f->told++ < FINDING_MAX)
		return true;
	if (f->told == FINDING_MAX + 1)
		diag_warn(f->diag, NULL, "more findings are left out");
	return false;
}

int
finding_error(struct finding *f, int code, const char *fmt, ...)
{
	struct diag_pos pos = { .file = f->file, .line = f->line };
	char text[TEXT_MAX];
	va_list ap;

	f->errors++;
	if (f->code == 0)
		f->code = code;
	if (!may_tell(f))
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return diag_error(f->diag, &pos, code, "%s", text);
}

void
finding_warn(struct finding *f, const char *fmt, ...)
{
	struct diag_pos pos = { .file = f->file, .line = f->line };
	char text[TEXT_MAX];
	va_list ap;

	if (!may_tell(f))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_warn(f->diag, &pos, "%s", text);
}
