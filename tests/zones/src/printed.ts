import type { ChildProcess } from 'node:child_process';

/** Waits until a program has printed something. @throws {Error} it ended first */
export async function printed(child: ChildProcess, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let all = '';
    const onData = (part: string): void => {
      all += part;
      if (all.includes(text)) resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('close', () => reject(new Error(`ended, and no "${text}" in ${all}`)));
  });
}
