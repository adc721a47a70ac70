/* admin/shell/migratewords.h - commands to migrations as words: what they mean, and
 * what may stand next.
 *
 *   start | pause | resume | roll-back gtm migration NAME …
 *   abort | close gtm migration NAME [force] …
 *   advance gtm migration NAME [share PERCENT] [force] …
 *   skip | retry gtm migration NAME host HOST …
 *   save gtm migration NAME dossier FILE [html | json] [run NUMBER]
 *
 * where … is [dry-run] [reason TEXT]. Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_MIGRATEWORDS_H
#define ADMIN_SHELL_MIGRATEWORDS_H

#include <stdbool.h>

struct command_place;
struct complete_walk;
struct err;
struct phrase;

#define MIGRATEWORDS_TYPE	"gtm migration"

/* Texts but the name are borrowed from the phrase or for ever; NULL = not said. */
struct migratewords {
	const char	*verb;		/* in full: "roll-back", "save" */
	char		*name;		/* owned, the full path */
	const char	*reason;
	const char	*host;		/* of skip and retry */
	const char	*file, *format, *run;	/* of save; format is always said */
	int		 share;		/* per cent; -1 = not said */
	bool		 force, dry_run;
};

/* ret 0 with *w filled, for migratewords_fini; ERR_PARSE, ERR_RANGE or ERR_UNKNOWN. */
int migratewords_read(struct migratewords *w, const struct command_place *at,
    const struct phrase *p, struct err *e);
void migratewords_fini(struct migratewords *w);

/* Does the word behind a name of that type mean its record, as for show? */
bool migratewords_is_log(const char *type, const char *word);

/* Offers what can stand behind the last word of such a command. */
void migratewords_offer(const struct complete_walk *walk, const struct phrase *p);

#endif
