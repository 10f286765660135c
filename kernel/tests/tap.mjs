/*
 * This file and its contents are supplied under the terms of the
 * Common Development and Distribution License ("CDDL"), version 1.0.
 * You may only use this file in accordance with the terms of version
 * 1.0 of the CDDL.
 *
 * A full copy of the text of the CDDL should have accompanied this
 * source.  A copy of the CDDL is also available via the Internet at
 * http://www.illumos.org/license/CDDL.
 */

/*
 * Copyright 2026 The unet Authors
 */

/*
 * TAP, for checks that are written in JavaScript: tests/tap.h is for those in C.
 */

let count = 0;
let bad = 0;

/** The result of a test, with what explains a bad one. */
export function tap(ok, what, details = []) {
  count++;
  if (!ok) bad++;
  process.stdout.write(`${ok ? 'ok' : 'not ok'} ${count} - ${what}\n`);
  if (!ok) for (const line of details) process.stdout.write(`#   ${line}\n`);
}

/** The plan, with a remark, after the last test.  The process ends. */
export function done(remark) {
  process.stdout.write(`1..${count}\n${remark === undefined ? '' : `# ${remark}\n`}`);
  process.exit(bad === 0 ? 0 : 1);
}
