/* admin/shell/branch.h - which daemon owns which branch of the tree, and the
 * way to it: "gtm" is gtmd's, "net" and "cm" etheripd's, "wom" and "ltm" (profiles of
 * TLS) womd's.
 *
 * A table; what a daemon has is learnt from its describe document when its
 * branch is first named. Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_BRANCH_H
#define ADMIN_SHELL_BRANCH_H

#include <stdbool.h>
#include <stddef.h>

struct catalog;
struct client;
struct err;

#define BRANCH_COUNT	3
#define BRANCH_GTM	0

struct branch_row {
	const char	*word;		/* "net": /mgmt/tm/net */
	const char	*also;		/* another that it has, or NULL */
	const char	*daemon;
	const char	*env;		/* variable that names its socket */
	const char	*socket;	/* else this one */
};
extern const struct branch_row branch_table[BRANCH_COUNT];

struct branch_set {
	struct {
		struct client	*client;
		bool		 known;		/* it is in the catalogue */
	} v[BRANCH_COUNT];
};

/* gtm_socket stands for the table's first row. Nothing is asked yet. */
void branch_set_init(struct branch_set *b, const char *gtm_socket);
void branch_set_fini(struct branch_set *b);

/* The branch with this word, or -1. */
int branch_find(const char *word);

/* Who is to be asked for "/mgmt/tm/net/…"; for what is no branch's, such as sys, the
 * first in the table that is known. */
struct client *branch_client(const struct branch_set *b, const char *path);

/*
 * branch_learn - adds what a branch has to the catalogue, if it is not there.
 *
 * *pc may be NULL: then it is made. ret 0, or ERR_… with e filled: "net:
 * etheripd cannot be asked: …".
 */
int branch_learn(struct branch_set *b, int which, struct catalog **pc,
    struct err *e);

#endif
