/* core/rest/restclients.h - who is connected, and how long a request may take:
 * 30 s from the connect or from the last answer, then the connection is cut.
 * (A peer that says nothing at all is the HTTP library's business.)
 * Layer: core/rest. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTCLIENTS_H
#define CORE_REST_RESTCLIENTS_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/io/loop.h"

#define RESTCLIENTS_REQUEST_MS	30000

struct restclient {
	struct list	 node;
	int		 fd;		/* borrowed */
	mono_ns		 since;		/* when it began, or was last answered */
};

struct restclients {
	struct loop	*loop;
	struct list	 all;
	struct loop_timer sweep;
	bool		 patient;	/* nobody is answered: nobody is late */
};

void restclients_init(struct restclients *c, struct loop *l);
/* When all have gone. */
void restclients_fini(struct restclients *c);

/* One more, connected now; and gone again, before its descriptor is closed. */
struct restclient *restclients_add(struct restclients *c, int fd);
void restclients_remove(struct restclient **px);
/* It was answered: its next request may take as long. */
void restclients_answered(const struct restclients *c, struct restclient *x);
/* Nobody is cut while we let all wait, and then each has all its time again. */
void restclients_wait(struct restclients *c, bool patient);

#endif
