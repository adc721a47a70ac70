/* core/model/store_backend.h - what stands behind a store: where objects are
 * read from and where changes are made to last.
 *
 * Today a directory (store_dir.h); one that several nodes share is to fit here
 * too. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STORE_BACKEND_H
#define CORE_MODEL_STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct err;
struct model;
struct store_backend;
struct store_change;
struct store_commit;
struct store_noter;

struct store_backend_ops {
	/* All objects into d, which is empty. Findings go to out; 0 or the code
	 * of an error. */
	int	(*load)(struct store_backend *, struct draft *d, bool lenient,
		    struct diag *out);
	/* Whether what load gave has become the model. Only then does the back
	 * end go by it. */
	void	(*loaded)(struct store_backend *, bool accepted,
		    struct diag *out);
	/* Makes checked changes last, with a line that goes with them (NULL =
	 * none; changes may be none, too); they count when this returns 0. On
	 * error it is as if nothing had been tried. */
	int	(*commit)(struct store_backend *,
		    const struct store_commit *c, struct err *e);
	/* All lines that are kept, oldest first. 0 or the code of an error. */
	int	(*notes)(struct store_backend *,
		    void (*fn)(void *arg, const char *line), void *arg,
		    struct err *e);
	/* Whom to ask what is to be kept; n lives as long as the back end. */
	void	(*keep)(struct store_backend *, const struct store_noter *n);
	/* Writes all of the model in its tidy form. */
	int	(*save)(struct store_backend *, const struct model *m,
		    struct err *e);
	/* Octets of changes that save has not tidied up yet; may be NULL. */
	size_t	(*pending)(struct store_backend *);
	/* Commits that share a sync; NULL = each is made durable by itself. */
	const struct store_backend_group *group;
	/* From one process to another, see store.h; may be NULL. */
	const struct store_backend_heirs *heirs;
	void	(*free)(struct store_backend *);
};

/* While anything waits, none of the functions above but keep and pending is
 * called. */
struct store_backend_group {
	/* As commit, but it waits for a sync. */
	int	(*write)(struct store_backend *,
		    const struct store_commit *c, struct err *e);
	/* Must what waits be settled before anything is written? */
	bool	(*must_settle)(struct store_backend *);
	/* The descriptor whose sync makes all that is written by now durable;
	 * and how that ended: not 0, an errno, and all that waits is gone, for
	 * the reason that e tells. */
	int	(*begin)(struct store_backend *);
	int	(*end)(struct store_backend *, int sys_errno, struct err *e);
};

struct store_backend_heirs {
	int	(*lend)(struct store_backend *, struct err *e);
	void	(*regain)(struct store_backend *);
	void	(*leave)(struct store_backend *);
	int	(*take)(struct store_backend *, int lock_fd, struct err *e);
	void	(*own)(struct store_backend *, struct diag *out);
};

struct store_commit {
	const struct store_change *changes;
	size_t		 count;
	const char	*note;		/* one line, without its end */
};

/* The first member of every back end. */
struct store_backend {
	const struct store_backend_ops *ops;
};

#endif
