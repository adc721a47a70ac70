/* core/base/err.h - one failure, told in one sentence.
 *
 * For outside input (configuration, REST, zone file, peer): the callee fills
 * the sentence and returns a negative code; the caller may put its own context
 * in front. Network weather and our own bugs are told otherwise (an outcome
 * enum, assert). Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#define ERR_TEXT_MAX	512

enum {
	ERR_PARSE	= -1,	/* text does not have the form of its kind */
	ERR_RANGE	= -2,	/* well-formed value outside its range */
	ERR_UNKNOWN	= -3,	/* no such property, type or word */
	ERR_UNSUPPORTED	= -4,	/* known, but not supported (yet) */
	ERR_EXISTS	= -5,	/* object is there already */
	ERR_NOTFOUND	= -6,	/* object is not there */
	ERR_REF		= -7,	/* reference to an object that is not there */
	ERR_CONFLICT	= -8,	/* contradicts another property or object */
	ERR_IO		= -9,	/* system call failed; sentence carries errno */
	ERR_NOSPACE	= -10,	/* disk full or quota reached */
	ERR_BUSY	= -11,	/* somebody else holds it */
	ERR_DENIED	= -12,	/* not allowed to this caller */
};

struct err {
	int	code;			/* one of ERR_…, 0 = nothing yet */
	char	text[ERR_TEXT_MAX];	/* one line, no full stop; UTF-8; ends in
					 * "..." where it had to be cut */
};

/* Fills *e (which may be NULL) and returns code, so that a failing check is
 * one line: return err_set(e, ERR_RANGE, "ttl %ld s is over %d", v, max);
 * Control characters in what is quoted become '?'. */
int err_set(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Same, with strerror(sys_errno) at the end; ENOSPC, EDQUOT and EFBIG become
 * ERR_NOSPACE, everything else ERR_IO. Returns the code. */
int err_sys(struct err *e, int sys_errno, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The code for a file that could not be opened where outside input named it:
 * ERR_REF when it is not there, is no file or may not be read, which is the
 * input's mistake; else what err_sys takes. */
int err_of_open(int sys_errno);

/* Puts what the caller was doing in front: "pool Local: member 3: bad port".
 * Returns e->code. A NULL e returns ERR_PARSE. */
int err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
