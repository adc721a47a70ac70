/* tests/unit/wom/control/wombed.h - womd without its command line: store, gate, loop
 * and control tree over a configuration in a folder of one test, with certificates.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_CONTROL_WOMBED_H
#define TESTS_UNIT_WOM_CONTROL_WOMBED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rest/daemonlife.h"
#include "core/rest/restreply.h"

struct enact;
struct womcontrol;

/* Between setup and teardown. */
struct wombed {
	struct daemonlife life;		/* of nobody: loop and store */
	struct enact	*enact;
	struct womcontrol *control;
	struct restreply reply;		/* to what was asked last */
	char		config[200], state[200], socket[200];
};
extern struct wombed wombed;

int wombed_setup(void **state);
int wombed_teardown(void **state);

/* Writes the configuration, %s = the folder with cert.pem, cert.key and ca.pem as
 * often as it stands there, and loads it. 0, or the code; findings in *found, which
 * the caller frees, one a line. */
int wombed_load(const char *text, char **found);
/* The same, which has to be good; with the control tree then. */
void wombed_start(const char *text);

/* The status of a request to the tree; body NULL = none. */
int wombed_call(const char *method, const char *target, const char *body);
/* The message of the last reply, or "". */
const char *wombed_said(void);
/* The text of the last reply, whatever it is, for the caller to free. */
char *wombed_text(void);

/* Profiles of TLS with certificates of the folder. */
#define WOMBED_TLS							\
	"ltm profile client-ssl in {\ncert %s/cert.pem\nkey %s/cert.key\n"	\
	"ca-file %s/ca.pem\n}\nltm profile server-ssl out {\n"		\
	"cert %s/cert.pem\nkey %s/cert.key\nca-file %s/ca.pem\n}\n"

#endif
