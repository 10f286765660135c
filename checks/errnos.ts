/**
 * The errnos that the comments of `sys/unet.h` promise, against those that a test provokes
 * (`drv_errnos.h`, every row of which `drv_errno.c` ticks off when it runs).
 */

/** How a request can fail: `CREATE EEXIST`. `ALL` is every control request, `OTHER` any errno. */
type Failure = string;

const REQUEST = /UNET_IOC_([A-Z_]+)/g;

/** Comments that end right before the definition of a request, with the names they start with. */
function* comments(header: string): Generator<{ requests: string[]; text: string }> {
  for (const [, comment = ''] of header.matchAll(/\/\*\n([\s\S]*?)\*\//g)) {
    const text = comment.replace(/^ \* ?/gm, '').replace(/\s+/g, ' ');
    if (text.startsWith('The head of every control request')) yield { requests: ['ALL'], text };
    const head = /^ ?((?:UNET_IOC_[A-Z_]+(?:, )?)+) \(/.exec(text)?.[1];
    if (head !== undefined) {
      yield { requests: [...head.matchAll(REQUEST)].map(([, name = '']) => name), text };
    }
  }
}

/**
 * What the header documents. In a comment about several requests, `Both:` and `UNET_IOC_X:` say
 * which the errnos after it are about, and `EX (read):` is one of a request whose name ends so.
 */
export function documentedErrnos(header: string): Set<Failure> {
  const found = new Set<Failure>();
  for (const { requests, text } of comments(header)) {
    let about = requests;
    const words =
      /UNET_IOC_([A-Z_]+): |(Both): |\b(E[A-Z0-9]{2,})(?: \((\w+)\))?: |Otherwise what/g;
    for (const [word, request, both, errno, kind] of text.matchAll(words)) {
      if (request !== undefined) about = [request];
      else if (both !== undefined) about = requests;
      else {
        const suffix = `_${kind?.toUpperCase()}`;
        const named = about.filter((one) => one.endsWith(suffix));
        for (const one of named.length > 0 ? named : about) {
          found.add(`${one} ${word.startsWith('Otherwise') ? 'OTHER' : errno}`);
        }
      }
    }
  }
  return found;
}

export interface Provoked {
  readonly failures: ReadonlySet<Failure>;
  readonly causes: ReadonlySet<string>;
}

/** The rows of `drv_errnos.h`. */
export function provokedErrnos(table: string): Provoked {
  const rows = [...table.matchAll(/^\tX\((\w+), (\w+), (\w+)\)/gm)];
  return {
    failures: new Set(rows.map(([, request, errno]) => `${request} ${errno}`)),
    causes: new Set(rows.map(([, , , cause = '']) => cause)),
  };
}

/** The causes that the header defines; `OK` is none. */
export function definedCauses(header: string): string[] {
  const map = /#define\tUNET_ERRNO_MAP\(X\)([\s\S]*?)\n\n/.exec(header)?.[1] ?? '';
  return [...map.matchAll(/X\(\d+, (\w+),/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'OK');
}

/** Every difference between what is documented and what is provoked. */
export function checkErrnos(header: string, table: string): string[] {
  const documented = documentedErrnos(header);
  const { failures, causes } = provokedErrnos(table);
  const errnoOf = (failure: Failure): string => failure.split(' ')[1] ?? '';
  const isProvoked = (failure: Failure): boolean =>
    failures.has(failure) ||
    (failure.startsWith('ALL ') && [...failures].some((one) => errnoOf(one) === errnoOf(failure)));
  const isDocumented = (failure: Failure): boolean =>
    documented.has(failure) ||
    (!failure.startsWith('FRAMEIO_') && documented.has(`ALL ${errnoOf(failure)}`));
  return [
    ...[...documented]
      .filter((one) => !isProvoked(one))
      .map((one) => `${one}: documented, and never provoked`),
    ...[...failures]
      .filter((one) => !isDocumented(one))
      .map((one) => `${one}: provoked, and not documented`),
    ...definedCauses(header)
      .filter((cause) => !causes.has(cause))
      .map((cause) => `${cause}: a cause that nothing provokes`),
  ];
}
