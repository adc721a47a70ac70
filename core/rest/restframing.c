/* core/rest/restframing.c - see restframing.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restframing.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

void
restframing_header(struct restframing *f, const char *name, const char *value)
{
	if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		f->odd = f->odd || value == NULL || *value == '\0' ||
		    value[strspn(value, "0123456789")] != '\0';
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->encodings++;
		f->odd = f->odd || value == NULL ||
		    strcasecmp(value, "chunked") != 0;
	} else if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
	}
}

bool
restframing_is_clear(const struct restframing *f)
{
	return f->lengths + f->encodings <= 1 && f->hosts <= 1 && !f->odd;
}
