import { type Terminal, UsageError } from 'libofmt';
import type { Form } from '../../command.ts';
import { boot, CHANGE_FORMS, create, destroy, halt } from './change.ts';
import { EXEC, exec } from './exec.ts';
import { LIST, list } from './list.ts';

type Action = (args: readonly string[], terminal: Terminal) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { create, boot, halt, destroy, list, exec };

export const ZONE_FORMS: readonly Form[] = [...CHANGE_FORMS, LIST, EXEC];

/** Zones of the hosted kernel: what comes after `unetadm host zone`. @throws {UsageError} */
export async function zone(
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (name === undefined) {
    throw new UsageError('missing argument: create, boot, halt, destroy, list or exec');
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new UsageError(`unknown subcommand 'host zone ${name}'`);
  return await action(args, terminal);
}
