/* tests/fuzz/replay.c - main() of a fuzz target where libFuzzer is absent:
 * feeds it every file of its corpus once and reports as TAP.
 *
 *   fuzz_NOUN [FILE|FOLDER...]	default: tests/fuzz/corpus/NOUN
 *
 * The name of an input is printed before it is tried, so that the last one
 * shown is the one that crashed. SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX	(1 << 20)	/* octets; libFuzzer's own default cap */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Tries one file. The copy is exactly as long as the input, so that a
 * sanitizer sees the first octet read beyond it. */
static bool
replay_file(const char *path)
{
	static uint8_t buf[INPUT_MAX];
	uint8_t *input;
	size_t len;
	FILE *f;

	printf("# %s\n", path);
	(void)fflush(stdout);
	if ((f = fopen(path, "rb")) == NULL) {
		printf("# %s\n", strerror(errno));
		return false;
	}
	len = fread(buf, 1, sizeof(buf), f);
	(void)fclose(f);
	if ((input = malloc(len + 1)) == NULL)
		return false;
	memcpy(input + 1, buf, len);
	(void)LLVMFuzzerTestOneInput(input + 1, len);
	free(input);
	return true;
}

/* Returns the inputs tried, or -1 when something could not be read. */
static int
replay_folder(const char *path)
{
	char file[4096];
	struct dirent *d;
	int count = 0;
	DIR *dir;

	if ((dir = opendir(path)) == NULL)
		return -1;
	while (count >= 0 && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, d->d_name);
		count = replay_file(file) ? count + 1 : -1;
	}
	(void)closedir(dir);
	return count;
}

static int
replay(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1) {
		printf("# %s: %s\n", path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return replay_folder(path);
	return replay_file(path) ? 1 : -1;
}

/* One case per place: it was read, held at least one input, and no input
 * crashed the target. */
static bool
report(int number, const char *path)
{
	int count = replay(path);

	printf("%s %d - %s: %d inputs\n", count > 0 ? "ok" : "not ok", number,
	    path, count);
	return count > 0;
}

int
main(int argc, char **argv)
{
	char path[4096];
	const char *noun;
	int failed = 0;

	if (argc > 1) {
		printf("1..%d\n", argc - 1);
		for (int i = 1; i < argc; i++)
			failed += !report(i, argv[i]);
		return failed != 0;
	}
	if ((noun = strrchr(argv[0], '_')) == NULL)
		return 2;	/* not called fuzz_NOUN */
	(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", noun + 1);
	printf("1..1\n");
	return !report(1, path);
}
