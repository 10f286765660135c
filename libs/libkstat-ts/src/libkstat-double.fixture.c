/*
 * SPDX-License-Identifier: MIT
 * Copyright 2026 The unet Authors
 */

/*
 * A test double of illumos' libkstat, for the calls that are made of it and
 * with the structures of its kstat.h and sys/kstat.h.  An update frees what it
 * takes out of the chain, and spoils it first.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define	STRLEN	31

typedef struct kstat_named {
	char	name[STRLEN];
	uint8_t	data_type;
	union {
		char c[16];
		int32_t i32;
		uint32_t ui32;
		int64_t i64;
		uint64_t ui64;
		struct {
			char *ptr;
			uint32_t len;
		} str;
	} value;
} kstat_named_t;

typedef struct kstat {
	int64_t	ks_crtime;
	struct kstat *ks_next;
	int32_t	ks_kid;
	char	ks_module[STRLEN];
	uint8_t	ks_resv;
	int32_t	ks_instance;
	char	ks_name[STRLEN];
	uint8_t	ks_type;
	char	ks_class[STRLEN];
	uint8_t	ks_flags;
	void	*ks_data;
	uint32_t ks_ndata;
	size_t	ks_data_size;
	int64_t	ks_snaptime;
} kstat_t;

typedef struct kstat_ctl {
	int32_t	kc_chain_id;
	kstat_t	*kc_chain;
	int	kc_kd;
} kstat_ctl_t;

#define	NKSTATS	8
#define	NNAMED	7

/* What the kernel has, by kid: its type, or 0. */
static int there[NKSTATS];
static int generation = 1, opened, failures, failure, reads, refuse;
static char text[] = "read-write";

void double_set(int kid, int type) { there[kid] = type; generation++; }
void double_fail(int times, int error) { failures = times; failure = error; }
void double_refuse(int error) { refuse = error; }
int double_opened(void) { return (opened); }
int double_reads(void) { return (reads); }

static kstat_t *
find(kstat_ctl_t *kc, int kid)
{
	kstat_t *ks = kc->kc_chain;

	while (ks != NULL && ks->ks_kid != kid)
		ks = ks->ks_next;
	return (ks);
}

static void
forget(kstat_ctl_t *kc, int all)
{
	kstat_t **at = &kc->kc_chain, *ks;

	while ((ks = *at) != NULL) {
		if (!all && there[ks->ks_kid] != 0) {
			at = &ks->ks_next;
			continue;
		}
		*at = ks->ks_next;
		free(ks->ks_data);
		memset(ks, 0xff, sizeof (*ks));
		free(ks);
	}
}

int
kstat_chain_update(kstat_ctl_t *kc)
{
	if (kc->kc_chain_id == generation)
		return (0);
	forget(kc, 0);
	for (int kid = 0; kid < NKSTATS; kid++) {
		kstat_t *ks;

		if (there[kid] == 0 || find(kc, kid) != NULL)
			continue;
		if ((ks = calloc(1, sizeof (*ks))) == NULL)
			return (-1);
		ks->ks_crtime = 100 + kid;
		ks->ks_kid = kid;
		(void) strcpy(ks->ks_module, "unet");
		ks->ks_instance = 10 + kid;
		(void) snprintf(ks->ks_name, STRLEN, "vpn%d", kid);
		(void) strcpy(ks->ks_class, "net");
		ks->ks_type = there[kid];
		ks->ks_next = kc->kc_chain;
		kc->kc_chain = ks;
	}
	return (kc->kc_chain_id = generation);
}

kstat_ctl_t *
kstat_open(void)
{
	kstat_ctl_t *kc;

	if (refuse != 0 || (kc = calloc(1, sizeof (*kc))) == NULL) {
		errno = refuse;
		return (NULL);
	}
	opened++;
	(void) kstat_chain_update(kc);
	return (kc);
}

int
kstat_close(kstat_ctl_t *kc)
{
	forget(kc, 1);
	free(kc);
	opened--;
	return (0);
}

static void
named(kstat_named_t *kn, const char *name, int type, uint64_t value)
{
	(void) strcpy(kn->name, name);
	kn->data_type = type;
	kn->value.ui64 = value;
}

int
kstat_read(kstat_ctl_t *kc, kstat_t *ks, void *data)
{
	kstat_named_t *kn;

	reads++;
	if (failures > 0) {
		failures--;
		errno = failure;
		return (-1);
	}
	if (there[ks->ks_kid] == 0) {
		errno = ENXIO;
		return (-1);
	}
	free(ks->ks_data);
	if (data != NULL || (kn = calloc(NNAMED, sizeof (*kn))) == NULL) {
		ks->ks_data = NULL;
		return (-1);
	}
	named(&kn[0], "char", 0, 0);
	memset(kn[0].value.c, 'x', sizeof (kn[0].value.c));
	named(&kn[1], "int32", 1, UINT32_MAX);
	named(&kn[2], "uint32", 2, UINT32_MAX);
	named(&kn[3], "int64", 3, UINT64_MAX);
	named(&kn[4], "uint64", 4, UINT64_MAX);
	named(&kn[5], "string", 9, 0);
	kn[5].value.str.ptr = text;
	kn[5].value.str.len = sizeof (text);
	named(&kn[6], "none", 9, 0);
	ks->ks_data = kn;
	ks->ks_ndata = NNAMED;
	ks->ks_data_size = NNAMED * sizeof (*kn);
	ks->ks_snaptime = 1000 + reads;
	return (kc->kc_chain_id);
}
