/* gtmd/refman_main.c - prints docs/reference.md: the gtm schema as a manual.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "core/base/strbuf.h"
#include "core/model/refman.h"
#include "gtmd/types/gtm.h"

int
main(void)
{
	struct strbuf b;
	int rc;

	strbuf_init(&b);
	refman_write(&b, &gtm_schema);
	rc = fputs(b.text, stdout) == EOF || fflush(stdout) == EOF;
	strbuf_fini(&b);
	return rc;
}
