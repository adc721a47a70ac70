/* etherip/refman_main.c - prints what is made from the tables of etheripd:
 * docs/reference-eip.md, or with an argument docs/rest-eip.md ("rest") and
 * docs/openapi-eip.json ("openapi"). Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "core/rest/manualpage.h"
#include "etherip/control/netcontrol.h"

int
main(int argc, char **argv)
{
	return manualpage_write(stdout, &netcontrol_manual,
	    argc > 1 ? argv[1] : "reference");
}
