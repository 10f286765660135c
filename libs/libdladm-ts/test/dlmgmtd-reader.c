/*
 * A datalink.conf as illumos' dlmgmtd reads it, and as it writes it again. For
 * tests: what libdladm-ts writes, this must read as the same, and must keep when
 * it changes something else. Written from the rules of dlmgmt_db.c
 * (process_link_line, parse_linkprops, process_db_read, process_db_write).
 *
 *	dlmgmtd-reader read <file
 *		a line for each link that counts, "name", then tab and
 *		"attribute=type:value" for each attribute, by name; "stop <line>"
 *		where it stops; "duplicate <name>" for one that does not count
 *	dlmgmtd-reader delete <name> <file
 *	dlmgmtd-reader write <name> <new line> <file
 *		the file as it is after that; exit 1 if something was lost
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 1024, NAME_SIZE = 32, VALUE_SIZE = 1024, ATTRIBUTES = 512 };

typedef enum { STRING, BOOLEAN, INT, TYPES } type_t;

static const char *const type_names[TYPES] = { "string", "boolean", "int" };

typedef struct {
	char name[NAME_SIZE];
	type_t type;
	char text[VALUE_SIZE];
} attribute_t;

typedef struct {
	char name[NAME_SIZE];
	attribute_t attributes[ATTRIBUTES];
	int count;
} link_t;

static link_t *
link_alloc(void)
{
	link_t *link = calloc(1, sizeof (*link));

	if (link == NULL) {
		perror("dlmgmtd-reader");
		exit(2);
	}
	return (link);
}

/* A later attribute of the same name takes the place of the earlier. */
static void
link_set(link_t *link, const char *name, type_t type, const char *text)
{
	int i;

	for (i = 0; i < link->count; i++) {
		if (strcmp(link->attributes[i].name, name) == 0)
			break;
	}
	if (i == ATTRIBUTES)
		abort();
	if (i == link->count)
		link->count++;
	snprintf(link->attributes[i].name, NAME_SIZE, "%s", name);
	link->attributes[i].type = type;
	snprintf(link->attributes[i].text, VALUE_SIZE, "%s", text);
}

/* The value as its type is read: any text is a number. */
static bool
link_value(link_t *link, const char *name, type_t type, const char *text)
{
	char number[32];

	if (strcmp(name, "class") == 0 || strcmp(name, "media") == 0 ||
	    strcmp(name, "linkid") == 0)
		type = INT;
	if (type == STRING && strlen(text) >= VALUE_SIZE)
		return (false);
	if (strcmp(name, "name") == 0) {
		snprintf(link->name, NAME_SIZE, "%s", text);
		return (true);
	}
	if (type != STRING) {
		snprintf(number, sizeof (number), "%lld",
		    type == INT ? atoll(text) : (long long)atoi(text));
		text = number;
	}
	link_set(link, name, type, text);
	return (true);
}

static bool
type_of(const char *text, type_t *type)
{
	for (int i = 0; i < TYPES; i++) {
		if (strcmp(text, type_names[i]) == 0) {
			*type = i;
			return (true);
		}
	}
	return (false);
}

/* One character after the other, with a state: before the name, the type, the value. */
static bool
parse_attributes(char *text, link_t *link)
{
	char name[NAME_SIZE] = "";
	char *from = text;
	size_t length = strlen(text);
	bool typed = false;
	type_t type = STRING;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		bool mark = c == '=' || c == ';' || (c == ',' && !typed);

		if (!mark && i + 1 < length)
			continue;
		if (mark) {
			text[i] = '\0';
			if (*from == '\0')
				return (false);
		}
		if (name[0] == '\0') {
			if (c != '=')
				return (false);
			snprintf(name, sizeof (name), "%s", from);
		} else if (!typed) {
			if (!(typed = type_of(from, &type)))
				return (false);
		} else {
			if (c == '=' || !link_value(link, name, type, from))
				return (false);
			name[0] = '\0';
			typed = false;
		}
		from = text + i + 1;
	}
	return (true);
}

/* False: it would stop here. A line that is about no link leaves the name empty. */
static bool
parse_line(const char *line, link_t *link)
{
	char copy[LINE_SIZE];
	char *word, *more = NULL;
	size_t length, start = 0;

	link->name[0] = '\0';
	link->count = 0;
	snprintf(copy, sizeof (copy), "%s", line);
	length = strlen(copy);
	while (start < length && isspace((unsigned char)copy[start]))
		start++;
	if (start == length || copy[start] == '#')
		return (true);

	word = copy + start;
	if (strtok_r(word, " \n\t", &more) == NULL)
		return (false);
	if (!isdigit((unsigned char)word[0])) {
		if (strlen(word) >= NAME_SIZE)
			return (false);
		strcpy(link->name, word);
	}
	word += strlen(word) + 1;
	if (word >= copy + length)
		return (false);
	if ((word = strtok_r(word, " \n\t", &more)) == NULL)
		return (false);
	return (parse_attributes(word, link));
}

static int
by_name(const void *a, const void *b)
{
	return (strcmp(((const attribute_t *)a)->name,
	    ((const attribute_t *)b)->name));
}

static void
print_link(link_t *link)
{
	qsort(link->attributes, link->count, sizeof (attribute_t), by_name);
	fputs(link->name, stdout);
	for (int i = 0; i < link->count; i++) {
		const attribute_t *attribute = &link->attributes[i];

		printf("\t%s=%s:%s", attribute->name,
		    type_names[attribute->type], attribute->text);
	}
	putchar('\n');
}

static bool
seen(char (**names)[NAME_SIZE], int *count, const char *name)
{
	for (int i = 0; i < *count; i++) {
		if (strcmp((*names)[i], name) == 0)
			return (true);
	}
	*names = realloc(*names, (*count + 1) * sizeof (**names));
	if (*names == NULL)
		abort();
	strcpy((*names)[(*count)++], name);
	return (false);
}

static int
read_all(void)
{
	char (*names)[NAME_SIZE] = NULL;
	char line[LINE_SIZE];
	link_t *link = link_alloc();
	int count = 0;

	for (int n = 1; fgets(line, sizeof (line), stdin) != NULL; n++) {
		if (!parse_line(line, link)) {
			printf("stop %d\n", n);
			break;
		}
		if (link->name[0] == '\0')
			continue;
		if (seen(&names, &count, link->name))
			printf("duplicate %s\n", link->name);
		else
			print_link(link);
	}
	free(names);
	free(link);
	return (0);
}

/* Copies what it can read, but for the first line of a link; what follows a bad line is gone. */
static int
rewrite(const char *name, const char *new_line)
{
	char line[LINE_SIZE];
	link_t *link = link_alloc();
	bool done = false, lost = false;

	while (fgets(line, sizeof (line), stdin) != NULL) {
		if (!parse_line(line, link)) {
			lost = true;
			break;
		}
		if (done || link->name[0] == '\0' ||
		    strcmp(link->name, name) != 0) {
			fputs(line, stdout);
			continue;
		}
		done = true;
		if (new_line != NULL)
			printf("%s\n", new_line);
	}
	if (new_line != NULL && !done)
		printf("%s\n", new_line);
	free(link);
	return (lost ? 1 : 0);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "read") == 0)
		return (read_all());
	if (argc == 3 && strcmp(argv[1], "delete") == 0)
		return (rewrite(argv[2], NULL));
	if (argc == 4 && strcmp(argv[1], "write") == 0)
		return (rewrite(argv[2], argv[3]));
	fprintf(stderr, "usage: dlmgmtd-reader read|delete name|write name line\n");
	return (2);
}
