import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

/** A program of the global zone that looks for a link there all the time. */
export interface Watcher {
  /** Resolves when it has seen the link where it belongs, in its zone. */
  seesIt(): Promise<void>;
  /** Ends it; every time that it saw the link in the global zone, and where. */
  strangeThings(): Promise<string[]>;
}

const PROGRAM = fileURLToPath(new URL('./programs/watcher.mjs', import.meta.url));

/** Starts one, and returns when it looks. */
export async function watchGlobal(world: World, link: string): Promise<Watcher> {
  const child = world.start([process.execPath, PROGRAM, link]);
  const lines: string[] = [];
  let rest = '';
  let wake: (() => void) | undefined;
  child.stdout?.on('data', (text: string) => {
    const [last = '', ...whole] = `${rest}${text}`.split('\n').reverse();
    rest = last;
    lines.push(...whole.reverse());
    wake?.();
  });
  let errors = '';
  child.stderr?.on('data', (text: string) => {
    errors += text;
  });
  child.once('close', () => {
    lines.push(`ended: ${errors}`);
    wake?.();
  });
  /** Takes lines until there is this one; what was strange comes back. */
  const until = async (wanted: string): Promise<string[]> => {
    for (;;) {
      const at = lines.indexOf(wanted);
      if (at >= 0) return lines.splice(0, at + 1).filter((line) => line.startsWith('strange'));
      if (lines.some((line) => line.startsWith('ended'))) throw new Error(lines.join('\n'));
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const strange: string[] = [];
  await until('looks');
  return {
    async seesIt() {
      child.stdin?.write('tell\n');
      strange.push(...(await until('seen')));
    },
    async strangeThings() {
      child.stdin?.end();
      strange.push(...(await until('done')));
      return strange;
    },
  };
}
