import type { Change } from './conf-change.ts';
import type { LinkName } from './link-name.ts';
import type { Changes, Edit } from './registry.ts';
import { notTakenBack } from './steps.ts';

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
  /** Goes on after a failure. @throws what failed first. */
  const eachToTheEnd = (step: (change: Change) => void): void => {
    const failures: unknown[] = [];
    each((change) => {
      try {
        step(change);
      } catch (error) {
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
  };
  const cancel = (): void => eachToTheEnd((change) => change.cancel());
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
        try {
          cancel();
        } catch (failure) {
          throw notTakenBack(error, [failure]);
        }
        throw error;
      }
      eachToTheEnd((change) => change.commit());
    },
    cancel,
  };
}
