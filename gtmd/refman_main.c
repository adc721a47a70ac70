/* gtmd/refman_main.c - prints what is made from the tables of gtmd:
 * docs/reference.md, or with an argument docs/rest.md ("rest") and
 * docs/openapi.json ("openapi"). Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "core/rest/manualpage.h"
#include "gtmd/control/control_manual.h"

int
main(int argc, char **argv)
{
	return manualpage_write(stdout, &control_manual,
	    argc > 1 ? argv[1] : "reference");
}
