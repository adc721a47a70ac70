/* wom/refman_main.c - prints what is made from the tables of womd:
 * docs/reference-wom.md, or with an argument docs/rest-wom.md ("rest") and
 * docs/openapi-wom.json ("openapi"). Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "core/rest/manualpage.h"
#include "wom/control/womcontrol.h"

int
main(int argc, char **argv)
{
	return manualpage_write(stdout, &womcontrol_manual,
	    argc > 1 ? argv[1] : "reference");
}
