/* monitors/probe.h - the contract between the scheduler and a kind of probe.
 *
 * A probe type is a row in probe_types: its monitor objects' type (and with it
 * the property table), what it prepares once per monitor, and how one probe is
 * started and stopped. It knows nothing of pools, states or intervals; its
 * result is a value. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_H
#define MONITORS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct err;
struct loop;
struct monitor;
struct type;

enum probe_outcome {
	PROBE_UP,
	PROBE_DOWN,		/* the target, or the way to it, said no */
	PROBE_SILENT,		/* no verdict within probe-timeout */
	PROBE_ABSTAIN,		/* the fault is ours; says nothing about it */
};

enum probe_code {
	PROBE_OK,
	PROBE_TIMEOUT,		/* SILENT */
	PROBE_REFUSED,		/* connection refused */
	PROBE_RESET,		/* connection reset */
	PROBE_UNREACHABLE,	/* host or network, see sys_errno */
	PROBE_CLOSED,		/* ended before there was a verdict */
	PROBE_NO_MATCH,		/* recv is not in the reply */
	PROBE_MATCH,		/* reverse, and recv is in the reply */
	PROBE_STATUS,		/* HTTP status not in recv-status-code */
	PROBE_EXITED,		/* a program ended without output, status */
	PROBE_KILLED,		/* the same, by a signal, status */
	PROBE_TLS,		/* no handshake; status is the alert, or 0 */
	PROBE_EXPIRED,		/* a certificate that is valid at other times */
	PROBE_NAME,		/* another's certificate */
	PROBE_UNTRUSTED,	/* a certificate of unknown signer */
	PROBE_CREDENTIALS,	/* ABSTAIN: our own files do not load */
	PROBE_GATEWAY,		/* ABSTAIN: no way through the target, see
				 * sys_errno (gateways.h) */
	PROBE_USER,		/* ABSTAIN: a program has no user to run as */
	PROBE_GARBLED,		/* the reply is not of the protocol */
	PROBE_TRUNCATED,	/* it is cut, by TCP as well (DNS) */
	PROBE_RCODE,		/* DNS: status is the rcode */
	PROBE_NO_RECORD,	/* DNS: no record that answers */
	PROBE_GRPC,		/* status is grpc-status */
	PROBE_SERVING,		/* gRPC: status is the health told, not SERVING */
	PROBE_REDIS,		/* an error, status as redisreply.h has it */
	PROBE_SQL,		/* MySQL: status is the error's number */
	PROBE_SQLSTATE,		/* PostgreSQL: status as pgreply.h has it */
	PROBE_SYSTEM,		/* any other sys_errno */
	PROBE_LOCAL,		/* ABSTAIN: no descriptor, no port to ask, ... */
};

struct probe_result {
	enum probe_outcome outcome;
	enum probe_code	   code;
	int		   sys_errno;	/* 0 = none */
	int		   status;	/* HTTP's, a program's exit status, the
					 * signal it died of, or what code
					 * says; 0 = none */
	uint32_t	   octets;	/* of the reply that were judged */
	uint32_t	   rtt_us;	/* start to verdict */
	struct addr	   from;	/* our address; family 0 = not known */
	/* The server's certificate is good for so many whole days more, and the
	 * monitor wants that told; -1 = it has expired. */
	bool		   expiring;
	int32_t		   days_left;
};

typedef void (*probe_done_fn)(void *arg, const struct probe_result *r);

/* One probe to be made. Everything but `to` outlives the probe. */
struct probe_job {
	struct loop	*loop;
	void		*engine;	/* what engine_new gave, or NULL */
	const void	*spec;		/* what spec_new gave */
	struct addrport	 to;		/* family set, port not 0 unless
					 * its type is portless */
	dur_ns		 timeout_ns;	/* for the whole probe */
	uint32_t	 mark;		/* of its packets; 0 = none */
	int		 fault;		/* why it cannot go through its gateway,
					 * an errno: it abstains; 0 = none */
	probe_done_fn	 done;
	void		*arg;
};

struct probe;

struct probe_type {
	const struct type *object;	/* type of its monitor objects */
	bool		   portless;	/* asks an address: to.port is 0 */

	/* Optional: what all its probes on one loop share. */
	void		*(*engine_new)(struct loop *l, struct err *e);
	void		(*engine_free)(void **pengine);

	/* Prepares an effective, checked monitor: escapes, patterns. */
	void		*(*spec_new)(const struct monitor *m);
	void		(*spec_free)(void **pspec);

	/* Never NULL. done is called once, later, never out of start, and not
	 * at all after stop. Once done is called the probe is gone. */
	struct probe	*(*start)(const struct probe_job *job);
	/* Takes *pp; NULL is harmless. */
	void		(*stop)(struct probe **pp);
};

/* NULL at the end. */
extern const struct probe_type *const probe_types[];

/* The verdict that an errno from a socket stands for; not for 0. */
void probe_from_errno(struct probe_result *r, int sys_errno);

/* A few words as F5 has them: "UP", "connection refused", "no route",
 * "timed out", "timed out after 17 octets", "status 503 is not wanted". Returns
 * text. */
const char *probe_reason(const struct probe_result *r, char *text, size_t cap);

#endif
