import type { Change } from './conf-change.ts';
import type { LinkName } from './link-name.ts';
import type { Changes, Edit } from './registry.ts';

/** Several changes of records as one, for who can only make them one by one. */
export async function oneByOne(
  edits: ReadonlyMap<LinkName, Edit>,
  prepare: (name: LinkName, edit: Edit) => Promise<Change>,
): Promise<Changes> {
  const refused = new Map<LinkName, unknown>();
  const prepared = new Map<LinkName, Change>();
  for (const [name, edit] of edits) {
    try {
      prepared.set(name, await prepare(name, edit));
    } catch (error) {
      refused.set(name, error);
    }
  }
  const each = (step: (change: Change) => void): void => {
    for (const change of prepared.values()) {
      step(change);
    }
  };
  return {
    refused,
    drop: (names) => {
      for (const name of names) {
        prepared.get(name)?.cancel();
        prepared.delete(name);
      }
    },
    apply: () => each((change) => change.apply()),
    commit: () => {
      try {
        each((change) => change.apply());
      } catch (error) {
        each((change) => change.cancel());
        throw error;
      }
      each((change) => change.commit());
    },
    cancel: () => each((change) => change.cancel()),
  };
}
