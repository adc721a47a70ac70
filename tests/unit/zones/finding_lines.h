/* tests/unit/zones/finding_lines.h - what a reader of master files said, as
 * one text: "line: level: sentence" a line.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ZONES_FINDING_LINES_H
#define TESTS_UNIT_ZONES_FINDING_LINES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/wire/dnsname.h"
#include "zones/zone.h"
#include "zones/zonefile.h"

/* Caller frees. */
static inline char *
finding_lines(const struct diag *d)
{
	struct strbuf b;
	size_t i;

	strbuf_init(&b);
	for (i = 0; i < d->count; i++)
		strbuf_printf(&b, "%u: %s: %s\n", d->entries[i].pos.line,
		    d->entries[i].level == DIAG_ERROR ? "error" : "warning",
		    d->entries[i].text);
	return strbuf_take(&b);
}

struct finding_row {
	const char *text;
	const char *want;	/* finding_lines; "" = none */
};

/* Each row is a whole zone "example". A zone comes out unless an error was
 * told. */
static inline void
finding_table(const struct finding_row *rows, size_t n)
{
	static const uint8_t origin[] = "\7example";
	struct zonefile_text t;
	struct diag d;
	struct zone *z;
	char *got;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		diag_init(&d);
		t = (struct zonefile_text){ rows[i].text, strlen(rows[i].text),
		    "text" };
		rc = zonefile_parse(&z, &t, origin, &d);
		got = finding_lines(&d);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu\n%s\ngot\n%swant\n%s", i, rows[i].text,
			    got, rows[i].want);
		assert_int_equal(rc != 0, d.errors > 0);
		assert_int_equal(z == NULL, d.errors > 0);
		zone_free(&z);
		free(got);
		diag_fini(&d);
	}
}

#endif
