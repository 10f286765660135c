import { DladmError } from './errors.ts';
import { type Found, type Ground, noLink } from './ground.ts';
import type { LinkInfo } from './link.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { makeLink, type Plan } from './make-link.ts';
import type { CreateOptions, DestroyOptions } from './options.ts';
import { planLink } from './plan-link.ts';
import type { Changes, Edit } from './registry.ts';
import { notTakenBack, Steps } from './steps.ts';

/** A link to be made. */
export interface NewLink extends Omit<CreateOptions, 'signal'> {
  readonly name: string;
}

/** What became of one link of several. */
export interface LinkResult {
  readonly name: string;
  /** The link that was made. */
  readonly info?: LinkInfo;
  /** Why it could not be done to this one, for which everything is as before. */
  readonly error?: unknown;
}

/** Something to be done to one of several links. */
class Task<T> {
  readonly name: string;
  readonly of: T;
  error: unknown;
  info: LinkInfo | undefined;

  constructor(name: string, of: T) {
    this.name = name;
    this.of = of;
  }

  get result(): LinkResult {
    const { name, error, info } = this;
    return {
      name,
      ...(error !== undefined && { error }),
      ...(error === undefined && info !== undefined && { info }),
    };
  }

  /** Does a step, if none has failed; that it fails is the result, but for misuse and giving up. */
  try(step: () => void): void {
    if (this.error === undefined) {
      try {
        step();
      } catch (error) {
        if (!(error instanceof DladmError)) {
          throw error;
        }
        this.error = error;
      }
    }
  }
}

/** Prepares the changes of the records; `undefined` if there are none to make. */
async function prepare(
  { registry }: Ground,
  edits: ReadonlyMap<LinkName, Edit>,
  signal: AbortSignal | undefined,
): Promise<Changes | undefined> {
  return edits.size === 0 ? undefined : await registry.changes(edits, signal);
}

/** Makes several links, with one change of the records. @see Dladm.createMany */
export async function createLinks(
  ground: Ground,
  links: readonly NewLink[],
  signal: AbortSignal | undefined,
): Promise<LinkResult[]> {
  const records = ground.registry.saved();
  const plans = new Map<LinkName, Plan>();
  const tasks = links.map(({ name, ...options }) => {
    const task = new Task<{ plan?: Plan }>(name, {});
    task.try(() => {
      const plan = planLink(ground, name, options, records);
      if (plans.has(plan.name)) {
        const reason = 'link already exists';
        throw new DladmError({ status: 'EXIST', op: 'create', link: name, reason });
      }
      plans.set(plan.name, plan);
      task.of.plan = plan;
    });
    return task;
  });
  const persistent = [...plans.values()].filter(({ lifetime }) => lifetime === 'persistent');
  const edits = new Map(
    persistent.map(({ name, link }): [LinkName, Edit] => [name, { add: link }]),
  );
  const all = new Steps(signal);
  try {
    const change = await all.wait(
      () => prepare(ground, edits, signal),
      (prepared) => prepared?.cancel(),
    );
    for (const task of tasks) {
      const { plan } = task.of;
      if (plan !== undefined) {
        task.error = change?.refused.get(plan.name);
        task.try(() => {
          task.info = makeOne(ground, plan, all, signal);
        });
      }
    }
    const without = tasks.flatMap(({ error, of: { plan } }) =>
      error !== undefined && plan !== undefined && edits.has(plan.name) ? [plan.name] : [],
    );
    all.do(() => {
      if (without.length > 0) change?.drop(without);
      change?.commit();
    });
  } catch (error) {
    throw all.back(error);
  }
  return tasks.map(({ result }) => result);
}

/** Makes a link, or nothing; `all` are the steps of all of them, to be taken back together. */
function makeOne(
  ground: Ground,
  plan: Plan,
  all: Steps,
  signal: AbortSignal | undefined,
): LinkInfo {
  const steps = new Steps(signal);
  try {
    const info = makeLink(ground, steps, plan);
    return all.do(
      () => info,
      () => {
        const failure = steps.back(undefined);
        if (failure !== undefined) throw failure;
      },
    );
  } catch (error) {
    throw steps.back(error);
  }
}

/** Destroys several links, with one change of the records. @see Dladm.destroyMany */
export async function destroyLinks(
  ground: Ground,
  names: readonly string[],
  { force = false, zone, signal }: DestroyOptions,
): Promise<LinkResult[]> {
  const records = ground.registry.saved();
  const edits = new Map<LinkName, Edit>();
  const seen = new Set<string>();
  const tasks = names.map((name) => {
    const task = new Task<Partial<Found> & { link?: LinkName }>(name, {});
    task.try(() => {
      const link = parseLinkName(name, 'destroy');
      if (seen.has(link)) {
        throw noLink('destroy', link);
      }
      seen.add(link);
      const found = findOrFree(ground, link, zone, records);
      Object.assign(task.of, { ...found, link });
      if (found !== undefined && ground.mayBeRecorded(found)) {
        edits.set(link, 'forget');
      }
    });
    return task;
  });
  const all = new Steps(signal);
  const change = await all.wait(() => prepare(ground, edits, signal));
  try {
    // The records go first: they can be put back for certain, and the links cannot.
    change?.apply();
    for (const task of tasks) {
      const { link } = task.of;
      task.error ??= link === undefined ? undefined : change?.refused.get(link);
      // Who had the lock before us, or does not need it, may have made another one of the name.
      const info = link !== undefined && edits.has(link) ? ground.ctl.find(link) : task.of.info;
      if (info !== undefined) {
        task.try(() => {
          const steps = new Steps(undefined);
          try {
            ground.destroy(steps, info, force);
          } catch (error) {
            throw steps.back(error);
          }
        });
      }
    }
    const left = tasks.flatMap(({ error, of: { link } }) =>
      error !== undefined && link !== undefined && edits.has(link) ? [link] : [],
    );
    if (left.length > 0) {
      change?.drop(left);
    }
    change?.commit();
  } catch (error) {
    // All records are back, also those of links that are gone; each is told.
    let why = error;
    try {
      change?.cancel();
    } catch (failure) {
      why = notTakenBack(error, [failure]);
    }
    for (const task of tasks) {
      task.error ??= why;
    }
  }
  return tasks.map(({ result }) => result);
}

/** As {@link Ground.find}, but an id that no link has is freed instead. */
function findOrFree(
  ground: Ground,
  link: LinkName,
  zone: string | undefined,
  records: Parameters<Ground['find']>[3],
): Found | undefined {
  try {
    return ground.find('destroy', link, zone, records);
  } catch (error) {
    if (ground.registry.freeId?.(link) === true) {
      return undefined;
    }
    throw error;
  }
}
