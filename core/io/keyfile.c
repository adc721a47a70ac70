/* core/io/keyfile.c - see keyfile.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/keyfile.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/hex.h"

#define TEXT_MAX	256	/* octets of the file, white space and all */
#define HEX		(2 * KEYFILE_OCTETS)
#define BASE64		43	/* digits, and one "=" more or not */

/* 0..63, or -1. RFC 4648 section 4. */
static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The last digit has two bits that are none of the key's, and zero. */
static bool
read_base64(const char *text, uint8_t key[KEYFILE_OCTETS])
{
	uint32_t bits = 0, count = 0, n = 0;

	for (size_t i = 0; i < BASE64; i++) {
		int v = base64_digit(text[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		key[n++] = (uint8_t)(bits >> count);
	}
	return (bits & 3) == 0;
}

static bool
read_key(const char *text, size_t len, uint8_t key[KEYFILE_OCTETS])
{
	static const char space[] = " \t\r\n";

	while (len > 0 && memchr(space, text[len - 1], 4) != NULL)
		len--;
	while (len > 0 && memchr(space, *text, 4) != NULL) {
		text++;
		len--;
	}
	if (len == HEX)
		return hex_read(text, key, KEYFILE_OCTETS);
	if (len == BASE64 + 1 && text[BASE64] == '=')
		len--;
	return len == BASE64 && read_base64(text, key);
}

/* Some service managers hand a file over by an entry for us in its access control
 * list, which shows as its group's: then it is root's. */
static bool
is_for_others(const struct stat *st)
{
	return (st->st_mode & (st->st_uid == 0 ? 037 : 077)) != 0;
}

/* Octets in text, or negative. */
static int
read_text(int fd, const char *path, char text[TEXT_MAX], struct err *e)
{
	struct stat st;
	ssize_t n;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, errno, "key file %s: cannot open", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REF, "key file %s: it is not a file",
		    path);
	if (is_for_others(&st))
		return err_set(e, ERR_DENIED, "key file %s: mode %04o lets "
		    "others at it, 0600 does not", path, st.st_mode & 07777u);
	n = read(fd, text, TEXT_MAX);
	if (n == -1)
		return err_sys(e, errno, "key file %s: cannot read", path);
	return (int)n;
}

int
keyfile_load(const char *path, uint8_t key[KEYFILE_OCTETS], struct err *e)
{
	char text[TEXT_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;

	rc = read_text(fd, path, text, e);
	if (rc >= 0)
		rc = rc < TEXT_MAX && read_key(text, (size_t)rc, key) ? 0 :
		    err_set(e, ERR_PARSE, "key file %s: it is not 64 "
		    "hexadecimal digits, nor 32 octets in base64", path);
	if (fd != -1)
		(void)close(fd);
	explicit_bzero(text, sizeof(text));
	return rc;
}
